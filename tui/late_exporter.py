"""The store's exporter, imported at its first use: the screen is painted before anything of the store is loaded."""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.core.events import Event
    from tui.core.ports import ExportForm
    from tui.store.exports import FileExporter


class LateExporter:
    """An `Exporter` into one folder; `redact` takes secrets out of what is written."""

    def __init__(self, folder: Path, redact: Callable[[str], str] | None = None) -> None:
        self._folder = folder
        self._redact = redact

    @cached_property
    def _exporter(self) -> "FileExporter":
        from tui.store.exports import FileExporter

        return FileExporter(self._folder, self._redact)

    def suggest(self, title: str, form: "ExportForm") -> Path:
        """As `FileExporter.suggest`."""
        return self._exporter.suggest(title, form)

    async def export(self, events: "Sequence[Event]", path: Path, form: "ExportForm") -> Path:
        """As `FileExporter.export`.

        Raises:
            StoreError: the file cannot be written.
        """
        return await self._exporter.export(events, path, form)

    async def read(self, path: Path) -> "list[Event]":
        """As `FileExporter.read`.

        Raises:
            StoreError: there is no such file, or it is no recording; the message names the line.
        """
        return await self._exporter.read(path)
