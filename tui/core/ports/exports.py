"""Conversations as files: out to Markdown, JSON or a recording, and in from a recording."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from tui.core.events import Event

ExportForm: TypeAlias = Literal["markdown", "json", "recording"]
"""`markdown`: to read; `json`: one document for other programs; `recording`: the events, to replay and to import."""


class Exporter(Protocol):
    """Writes and reads conversations as files."""

    def suggest(self, title: str, form: ExportForm) -> Path:
        """Where a conversation of this title would go; nothing is made yet."""
        ...

    async def export(self, events: Sequence[Event], path: Path, form: ExportForm) -> Path:
        """Write the events, whole or not at all; returns the file, which is numbered where `path` is taken.

        Raises:
            StoreError: the file cannot be written.
        """
        ...

    async def read(self, path: Path) -> list[Event]:
        """The events of a recording.

        Raises:
            StoreError: there is no such file, or it is no recording; the message names the line.
        """
        ...
