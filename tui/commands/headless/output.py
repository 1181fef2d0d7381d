"""The two streams of a command without the screen: what was asked for on stdout, words about it on stderr."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import TextIOWrapper
from types import MappingProxyType
from typing import Literal, TextIO, TypeAlias

from tui.core.text import sanitize
from tui.core.unattended import ExitStatus

Style: TypeAlias = Literal["text", "muted", "accent", "success", "warning", "error"]

_SGR: Mapping[str, str] = MappingProxyType(
    {"muted": "2", "accent": "36", "success": "32", "warning": "33", "error": "31"}
)
"""Select Graphic Rendition parameters (ECMA-48, 8.3.117), from the terminal's own palette."""


class Output:
    """Everything that is written passes `sanitize`; colours go only to a terminal that is to have them.

    When stdout cannot be written any more, `when_closed` is called once with the status to end with, and what is
    written goes nowhere. `redact` takes secrets out of each text.
    """

    def __init__(self, out: TextIO, err: TextIO, environment: Mapping[str, str]) -> None:
        self.when_closed: Callable[[ExitStatus], object] = lambda _status: None
        self.redact: Callable[[str], str] = str
        self.is_closed = False
        self._out = out
        self._err = err
        self._share_terminal = out.isatty() and err.isatty()
        wants_colours = not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
        self._has_colours = err.isatty() and wants_colours
        self._is_mid_line = False
        for stream in (out, err):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")  # A terminal that is not UTF-8 has no ✓.

    @classmethod
    def standard(cls) -> "Output":
        """That of this process; to nowhere for a stream that was closed before it began."""
        return cls(sys.stdout or _nowhere(), sys.stderr or _nowhere(), os.environ)

    def write(self, text: str) -> None:
        """Write to stdout, at once."""
        if self.is_closed or not text:
            return
        self._is_mid_line = not text.endswith("\n")
        try:
            self._out.write(self.redact(sanitize(text)))
            self._out.flush()
        except OSError as error:
            self.is_closed = True
            if isinstance(error, BrokenPipeError):
                self.when_closed(ExitStatus.OUTPUT_CLOSED)
            else:
                self.warn(f"The output cannot be written: {error.strerror or error}.")
                self.when_closed(ExitStatus.FAILED)

    def end_line(self) -> None:
        """Begin a new line on stdout, unless one has just begun."""
        if self._is_mid_line:
            self.write("\n")

    def say(self, text: str, style: Style = "text", *, sign: str = "") -> None:
        """Write a line to stderr: the sign in this style, and the text; without a sign the whole line is in it."""
        break_ = "\n" if self._is_mid_line and self._share_terminal else ""
        line = self.redact(" ".join(sanitize(text).split("\n")))
        line = f"{self._styled(sign, style)} {line}" if sign else self._styled(line, style)
        with suppress(OSError):  # nobody reads it
            self._err.write(f"{break_}{line}\n")
            self._err.flush()

    def warn(self, words: str, hint: str = "") -> None:
        """Say on stderr what a person should know, and what to do about it."""
        self.say(" ".join(part for part in (words, hint) if part), "warning", sign="!")

    def _styled(self, text: str, style: Style) -> str:
        return f"\x1b[{_SGR[style]}m{text}\x1b[0m" if self._has_colours and style in _SGR else text


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")
