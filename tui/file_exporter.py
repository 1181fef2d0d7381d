"""Conversations as files, by way of the store; it is imported only when something is exported or imported."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from tui.core.events import Event
from tui.core.ports import ExportForm


class FileExporter:
    """Suggests files in one folder; writes and reads in a thread. `redact` takes secrets out of what is written."""

    def __init__(self, folder: Path, *, redact: Callable[[str], str] | None = None) -> None:
        self._folder = folder
        self._redact = redact

    def suggest(self, title: str, form: ExportForm) -> Path:
        """Where a conversation of this title would go; nothing is made yet."""
        from tui.store.exports import file_name

        return self._folder / file_name(title, form)

    async def export(self, events: Sequence[Event], path: Path, form: ExportForm) -> Path:
        """Write the events, whole or not at all; returns the file, which is numbered where `path` is taken.

        Raises:
            StoreError: the file cannot be written.
        """
        from tui.store.exports import export

        return await asyncio.to_thread(export, events, path, form, redact=self._redact)

    async def read(self, path: Path) -> list[Event]:
        """The events of a recording.

        Raises:
            StoreError: there is no such file, or it is no recording; the message names the line.
        """
        from tui.store.exports import import_recording

        return await asyncio.to_thread(import_recording, path)
