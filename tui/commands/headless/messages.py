"""The messages of a run: from the command line, from stdin, from a file, from a recording."""

import os
import stat
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from tui.core.errors import SettingsError
from tui.core.intake import MAX_CHARACTERS, refusal
from tui.core.text import sanitize

STDIN = "-"
STDIN_DESCRIPTOR = 0
_MOST_BYTES = 4 * MAX_CHARACTERS
"""A message of as many characters as can be sent has no more in UTF-8."""

_MOST_BYTES_OF_FILE = 1024 * 1024
_NOTICE_SECONDS = 2.0
"""Who waits for text that nobody sends is told so after this time."""


def message_of(words: Sequence[str], say: Callable[[str], None]) -> str:
    """The words as one message, with the text that is piped in below them; `-` is where it goes instead.

    Raises:
        AppError: there is nothing to send, or too much of it.
    """
    text = sanitize(" ".join(words)).strip()
    if text == STDIN:
        text = _piped(say)
    elif is_piped(STDIN_DESCRIPTOR) and (piped := _piped(say)):
        text = f"{text}\n\n{piped}" if text else piped
    if not text:
        raise SettingsError("There is nothing to ask.", 'Write it behind the command: callscope ask "What time is it?"')
    if reason := refusal(text):
        raise SettingsError(reason, "What is piped in is part of the message.")
    return text


def is_piped(descriptor: int) -> bool:
    """Whether text comes from a pipe, a socket or a file, not from a terminal or from nowhere."""
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:  # it is closed
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)


def _piped(say: Callable[[str], None]) -> str:
    words = "Waiting for text on stdin; </dev/null says that there is none."
    notice = threading.Timer(_NOTICE_SECONDS, say, [words])
    notice.daemon = True
    notice.start()
    try:
        with open(STDIN_DESCRIPTOR, "rb", closefd=False) as stdin:
            return _read(stdin, _MOST_BYTES, "What is piped in", f"more than {MAX_CHARACTERS:,} characters").strip()
    finally:
        notice.cancel()


def messages_in(path: Path) -> Sequence[str]:
    """The messages of a text file, one a line, without comments and blank lines; or those of a recording.

    Raises:
        AppError: the file cannot be read, has no message, or one that cannot be sent.
    """
    name = sanitize(path.name)
    messages = _recorded(path) if path.suffix == ".jsonl" else _lines(path, name)
    if not messages:
        raise SettingsError(f"There is no message in “{name}”.", "Write one a line; lines with # are comments.")
    for number, message in enumerate(messages, start=1):
        if reason := refusal(message):
            raise SettingsError(f"Message {number} of “{name}” cannot be sent. {reason}", "Nothing was sent.")
    return messages


def _recorded(path: Path) -> Sequence[str]:
    from tui.core.recording import Recording
    from tui.store.exports import import_recording

    return [sanitize(message) for message in Recording(path.stem, import_recording(path)).messages]


def _lines(path: Path, name: str) -> Sequence[str]:
    source = STDIN_DESCRIPTOR if str(path) == STDIN else path
    try:
        with open(source, "rb", closefd=source is path) as file:
            text = _read(file, _MOST_BYTES_OF_FILE, f"“{name}”", "more than 1 MB")
    except OSError as error:
        raise SettingsError(
            f"“{name}” cannot be read: {error.strerror or error}.", "Check its path and its permissions."
        ) from error
    lines = [line.strip() for line in text.split("\n")]
    return [line for line in lines if line and not line.startswith("#")]


def _read(file: BinaryIO, most: int, name: str, too_much: str) -> str:
    content = file.read(most + 1)
    if len(content) > most:
        raise SettingsError(f"{name} has {too_much}.", "Shorten it; nothing was sent.")
    if b"\0" in content:
        raise SettingsError(f"{name} is no text.", "Only text can be sent; nothing was.")
    return sanitize(content.decode("utf-8-sig", errors="replace"))
