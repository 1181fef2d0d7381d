"""Conversations as files in a folder of exports, and in from recordings; the application's `Exporter`."""

import asyncio
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from tui.core.errors import StoreError
from tui.core.events import Event, is_durable
from tui.core.exporting import to_json, to_markdown
from tui.core.ports import ExportForm
from tui.core.text import sanitize
from tui.core.transcript import title_of
from tui.store.codec import Redact, decode, encode
from tui.store.files import write_new
from tui.store.recording import read_recording, to_lines

_ENDINGS: dict[ExportForm, str] = {"markdown": ".md", "json": ".json", "recording": ".jsonl"}
_LONGEST_NAME = 60
"""Characters of a title that go into a file's name: with four bytes each they stay below the 255 bytes of a name."""

_KEPT_BY_WINDOWS = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


class FileExporter:
    """Writes conversations to private files, in `folder` where nothing else is said; each text passes `redact`."""

    def __init__(self, folder: Path, redact: Redact | None = None) -> None:
        self._folder = folder
        self._redact = redact

    def suggest(self, title: str, form: ExportForm) -> Path:
        """Where a conversation of this title would go; nothing is made yet."""
        return next(path for path in _numbered(self._folder / file_name(title, form)) if not path.exists())

    async def export(self, events: Sequence[Event], path: Path, form: ExportForm) -> Path:
        """Write the events, whole or not at all; returns the file, which is numbered where `path` is taken.

        Where `path` is a folder, the file is named after the conversation.

        Raises:
            StoreError: the file cannot be written.
        """
        return await asyncio.to_thread(export, events, path, form, self._redact)

    async def read(self, path: Path) -> list[Event]:
        """The events of a recording.

        Raises:
            StoreError: there is no such file, or it is no recording; the message names the line.
        """
        return await asyncio.to_thread(import_recording, path)


def export(events: Sequence[Event], path: Path, form: ExportForm, redact: Redact | None = None) -> Path:
    """Write the durable events to a file for its owner alone; see `FileExporter.export`."""
    path = _expanded(path)
    try:
        if path.is_dir():
            path /= file_name(title_of(events), form)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = _content(events, form, redact)
        return _write_numbered(path, content)
    except (OSError, ValueError) as error:  # the latter for a NUL in the path
        reason = getattr(error, "strerror", None) or error
        raise StoreError(
            f"“{sanitize(path.name)}” cannot be written: {reason}.", "Choose another place, or free some space."
        ) from error


def import_recording(path: Path) -> list[Event]:
    """The events of a recording.

    Raises:
        StoreError: there is no such file, it is too large, empty or no recording; the message names the line.
    """
    return read_recording(_expanded(path))


def file_name(title: str, form: ExportForm) -> str:
    """A file name made of a title: letters, digits and hyphens, on every system."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", sanitize(title)))
    name = "-".join(words)[:_LONGEST_NAME].strip("-")
    if not name or _KEPT_BY_WINDOWS.fullmatch(name):
        name = f"conversation-{name}".strip("-")
    return name + _ENDINGS[form]


def _content(events: Sequence[Event], form: ExportForm, redact: Redact | None) -> bytes:
    if form == "recording":
        return to_lines(events, redact)
    if redact:
        events = [decode(encode(event, redact)) for event in events if is_durable(event)]
    title = title_of(events)
    text = to_markdown(events, title) if form == "markdown" else to_json(events, title)
    return text.encode()


def _write_numbered(path: Path, content: bytes) -> Path:
    names = _numbered(path)
    while True:
        free = next(names)
        try:
            write_new(free, content, replace=False)
        except FileExistsError:
            continue
        return free


def _numbered(path: Path) -> Iterator[Path]:
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # there is no home
        return path
