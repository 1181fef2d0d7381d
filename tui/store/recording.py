"""Recorded conversations: files of one event a line (JSON Lines), the same form as the history's rows."""

import os
from collections.abc import Iterable
from pathlib import Path

from tui.core.errors import StoreError
from tui.core.events import Event
from tui.core.text import sanitize
from tui.store.codec import Redact, decode, encode
from tui.store.files import write_new

LARGEST_FILE = 100 * 1024 * 1024
"""Bytes of a recording that is read: its events are held in memory, several times as large."""


def read_recording(path: Path) -> list[Event]:
    """The events of the file, in order; there is at least one. Empty lines are passed over.

    Raises:
        StoreError: there is no such file, it is too large or empty, or a line of it is no event; the message names
            the line.
    """
    name = sanitize(path.name)
    if not os.path.isfile(path):
        wrong = f"“{name}” is a folder." if os.path.isdir(path) else f"There is no file “{name}”."
        raise StoreError(wrong, "Check the path of the recording.")
    events: list[Event] = []
    try:
        if os.path.getsize(path) > LARGEST_FILE:
            raise StoreError(
                f"“{name}” is too large to be a recording that can be opened.",
                f"Recordings of up to {LARGEST_FILE // 1024**2} MB are read.",
            )
        # Line ends are "\n" alone: other separators are ordinary characters of a JSON text.
        with path.open(encoding="utf-8-sig", errors="replace", newline="\n") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    events.append(_decode_line(line, name, number))
    except OSError as error:
        raise StoreError(
            f"“{name}” cannot be read: {error.strerror or error}.", "Check the file and its permissions."
        ) from error
    if not events:
        raise StoreError(f"There is nothing in “{name}”.", "Choose a recording: a .jsonl file.")
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


def to_lines(events: Iterable[Event], redact: Redact | None = None) -> bytes:
    """The content of a recording.

    Raises:
        StoreError: an event is not one that is stored.
    """
    return "".join(f"{encode(event, redact)}\n" for event in events).encode("ascii")


def write_recording(path: Path, events: Iterable[Event], *, redact: Redact | None = None) -> None:
    """Write the events to the file, whole or not at all; an existing file is replaced. Each text passes `redact`.

    Raises:
        StoreError: an event is not one that is stored, or the file cannot be written.
    """
    content = to_lines(events, redact)
    try:
        write_new(path, content, replace=True)
    except OSError as error:
        raise StoreError(
            f"“{sanitize(path.name)}” cannot be written: {error.strerror or error}.",
            "Choose another place, or free some space.",
        ) from error
