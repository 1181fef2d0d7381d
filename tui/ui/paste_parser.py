"""The keyboard's bytes, read so that what is pasted is never taken for keys."""

import os
import select
from codecs import getincrementaldecoder
from collections.abc import Iterable

from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.core.text import sanitize

POLL_SECONDS = 0.02
"""How often it is looked whether an escape stayed alone and is the Esc key; Textual looks every 0.1 s."""

_CHUNK = 1 << 16


class PasteParser(XTermParser):
    """Textual's parser, which reads an escape sequence inside a paste as keys: `\\x1b\\x11` would press Ctrl+Q.

    Between the marks of a bracketed paste everything is held back until the end mark, then it goes on as one text
    without escape sequences.
    """

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._pasted: list[str] | None = None
        self._tail = ""
        """The last characters that may begin a mark that the next read ends."""

    def feed(self, data: str) -> Iterable[Message]:
        """The keys, pastes and reports in this piece of input; an empty one is the end."""
        if not data:
            yield from super().feed("")
        while data:
            if self._pasted is None:
                passed, data = self._split(data, BRACKETED_PASTE_START)
                self._pasted = [] if self._tail == "" else None
                yield from super().feed(passed)
            else:
                piece, data = self._split(data, BRACKETED_PASTE_END)
                self._pasted.append(piece)
                if self._tail == "":
                    text = "".join(self._pasted).removesuffix(BRACKETED_PASTE_END)
                    self._pasted = None
                    yield from super().feed(sanitize(text) + BRACKETED_PASTE_END)

    def _split(self, data: str, mark: str) -> tuple[str, str]:
        """What comes up to and with the mark, and what comes after; the tail is empty when the mark was met."""
        looked_at = self._tail + data
        found = looked_at.find(mark)
        if found < 0:
            self._tail = looked_at[1 - len(mark) :]
            return data, ""
        end = found + len(mark) - len(self._tail)
        self._tail = ""
        return data[:end], data[end:]


class PasteDriver(LinuxDriver):
    """Textual's driver for POSIX terminals, reading through `PasteParser`."""

    def run_input_thread(self) -> None:
        """Hand on what is typed until the driver stops or the terminal is gone."""
        parser = PasteParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno], [], [], POLL_SECONDS)
            if ready:
                data = self._read()
                if not data:
                    return
                self._process(parser.feed(text) if (text := decode(data)) else ())
            self._process(parser.tick())

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _CHUNK)
        except OSError:  # The terminal was closed; SIGHUP says so to the application.
            return b""

    def _process(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.process_message(message)
