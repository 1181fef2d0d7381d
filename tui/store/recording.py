"""Recorded conversations: files of one event a line (JSON Lines), the same form as the history's rows."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tui.core.errors import StoreError
from tui.core.events import Event
from tui.core.text import sanitize
from tui.store.codec import decode, encode


def read_recording(path: Path) -> list[Event]:
    """The events of the file, in order; empty lines are passed over.

    Raises:
        StoreError: the file cannot be read, or a line of it is no event; the message names the line.
    """
    name = sanitize(path.name)
    if not os.path.isfile(path):
        raise StoreError(f"There is no file “{name}”.", "Check the path of the recording.")
    events: list[Event] = []
    try:
        # Line ends are "\n" alone: other separators are ordinary characters of a JSON text.
        with path.open(encoding="utf-8-sig", errors="replace", newline="\n") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    events.append(_decode_line(line, name, number))
    except OSError as error:
        raise StoreError(
            f"“{name}” cannot be read: {error.strerror or error}.", "Check the file and its permissions."
        ) from error
    return events


def _decode_line(line: str, name: str, number: int) -> Event:
    try:
        return decode(line)
    except StoreError as error:
        raise StoreError(
            f"Line {number} of “{name}” cannot be read. {error.message}",
            error.hint or "The file is damaged, or it is not a recording of Callscope.",
            detail=error.detail,
        ) from error


def write_recording(path: Path, events: Iterable[Event]) -> None:
    """Write the events to the file, whole or not at all; an existing file is replaced.

    Raises:
        StoreError: an event is not one that is stored, or the file cannot be written.
    """
    lines = [encode(event) + "\n" for event in events]
    try:
        _replace_file(path, "".join(lines).encode("ascii"))
    except OSError as error:
        raise StoreError(
            f"“{sanitize(path.name)}” cannot be written: {error.strerror or error}.",
            "Choose another place, or free some space.",
        ) from error


def _replace_file(path: Path, content: bytes) -> None:
    descriptor, temporary = tempfile.mkstemp(prefix=".recording-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise
