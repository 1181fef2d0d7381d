"""A real pseudo-terminal with a program in it: keys in, screen out, as a person has it.

The screen is what the terminal emulator pyte makes of the program's output; `raw` keeps every byte.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import pyte

WAIT_SECONDS = 30.0
POLL_SECONDS = 0.02

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
}

_MODES = {"1049": False, "25": True, "7": True, "2004": False, "2048": False} | dict.fromkeys(
    ("1000", "1002", "1003", "1004", "1006", "1015"), False
)
"""Private modes as a shell expects them: alternate screen, cursor, wrapping, pasting, resizing; mouse and focus."""

_FRAMES_ASKED, _FRAMES_SUPPORTED = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_FRAME_BEGINS, _FRAME_ENDS = b"\x1b[?2026h", b"\x1b[?2026l"
"""Synchronised output: what is between these is shown at once, so that nobody sees half a frame."""

_OWN_TERMINAL = (
    *(sys.executable, "-I", "-S", "-c"),
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])",
)
"""Makes the pseudo-terminal the program's controlling one, so that hanging up and resizing send their signals."""


class Terminal:
    """Runs one command in a pseudo-terminal of the given size, for as long as the context lasts."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        columns: int = 120,
        rows: int = 40,
    ) -> None:
        self._command = command
        self._environment = environment
        self._folder = folder
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._in_frame = False
        self.raw = bytearray()

    def __enter__(self) -> Self:
        self._master, slave = pty.openpty()
        self._slave: int | None = slave
        self._set_size(self._screen.columns, self._screen.lines)
        self._cooked = termios.tcgetattr(slave)
        self.process = subprocess.Popen(
            [*_OWN_TERMINAL, *self._command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=self._folder,
            env={**self._environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
        )
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.wait_for_exit(10)
            except AssertionError:
                self.process.kill()
                self.process.wait(10)
        self.hang_up()

    @property
    def text(self) -> str:
        """What is on the screen now, without trailing blanks; every space is a plain one."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip().replace("\u00a0", " ")

    @property
    def has_ended(self) -> bool:
        """Whether the program has ended."""
        return self.process.poll() is not None

    def press(self, *keys: str) -> None:
        """Press keys: names of KEYS, `ctrl+x`, or text to type."""
        for key in keys:
            if key.startswith("ctrl+"):
                self.send(chr(ord(key[5:]) & 0x1F))
            else:
                self.send(KEYS.get(key, key))

    def paste(self, text: str) -> None:
        """Paste, as a terminal does that was asked to mark what is pasted."""
        self.send(f"\x1b[200~{text}\x1b[201~")

    def send(self, text: str) -> None:
        """Send bytes as they are, reading meanwhile, as the program may be too busy writing to take them in."""
        left = text.encode()
        deadline = time.monotonic() + WAIT_SECONDS
        while left:
            _, writable, _ = select.select([], [self._master], [], POLL_SECONDS)
            if writable:
                left = left[os.write(self._master, left[:1024]) :]
            self._read(0)
            assert time.monotonic() < deadline, "the program takes no input"

    def resize(self, columns: int, rows: int) -> None:
        """Change the size; the kernel tells the program."""
        self._screen.resize(rows, columns)
        self._set_size(columns, rows)

    def hang_up(self) -> None:
        """Close the terminal, as closing its window does."""
        if self._slave is not None:
            os.close(self._slave)
            os.close(self._master)
            self._slave = None

    def wait_for(self, wanted: str | Callable[[str], bool], seconds: float = WAIT_SECONDS) -> str:
        """Read until the text is on the screen, or the condition on it holds; returns the screen.

        Raises:
            AssertionError: it did not come, or the program ended; the message shows the screen.
        """
        holds = on_screen(wanted)
        deadline = time.monotonic() + seconds
        while self._in_frame or not holds(text := self.text):
            if not self._read(min(1.0, deadline - time.monotonic())):
                assert not self.has_ended, f"ended with {self.process.returncode} before: {wanted!r}\n{self.text}"
            assert time.monotonic() < deadline, f"not on the screen within {seconds} s: {wanted!r}\n{self.text}"
        return text

    def wait_until(self, holds: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
        """Go on reading until the condition holds: on a file, on a process, on what was received elsewhere.

        Raises:
            AssertionError: it did not come true; the message shows the screen.
        """
        deadline = time.monotonic() + seconds
        while not holds():
            self._read(POLL_SECONDS)
            assert time.monotonic() < deadline, f"not true within {seconds} s\n{self.text}"

    def wait_for_exit(self, seconds: float = WAIT_SECONDS) -> int:
        """Read until the program has ended; returns its exit status (negative: the signal).

        Raises:
            AssertionError: it still runs; the message shows the screen.
        """
        if self._slave is None:
            try:
                return self.process.wait(seconds)
            except subprocess.TimeoutExpired as error:
                raise AssertionError(f"still running {seconds} s after hanging up") from error
        self.wait_until(lambda: self.has_ended, seconds)
        while self._read(POLL_SECONDS):
            pass
        return self.process.returncode

    def children(self) -> list[psutil.Process]:
        """The program's child processes, all generations."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def unrestored(self) -> list[str]:
        """What of the terminal is not as it was before the program: the line's modes, private modes, the keyboard."""
        assert self._slave is not None
        left = [f"mode {mode}" for mode, usual in _MODES.items() if self._is_set(mode, unchanged=usual) != usual]
        if termios.tcgetattr(self._slave)[:4] != self._cooked[:4]:
            left.append("line modes")
        if len(re.findall(rb"\x1b\[>\d*u", self.raw)) > self.raw.count(b"\x1b[<u"):
            left.append("keyboard protocol")
        return left

    def _is_set(self, mode: str, *, unchanged: bool) -> bool:
        on, off = (self.raw.rfind(f"\x1b[?{mode}{end}".encode()) for end in "hl")
        return unchanged if on == off else on > off

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self, seconds: float) -> bool:
        """Take in what comes within this time; returns whether anything did."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        new = bytes(self.raw[-len(_FRAME_ENDS) + 1 :]) + data
        if _FRAMES_ASKED in new:
            os.write(self._master, _FRAMES_SUPPORTED)
        began, ended = new.rfind(_FRAME_BEGINS), new.rfind(_FRAME_ENDS)
        self._in_frame = began > ended if began != ended else self._in_frame
        self.raw += data
        self._stream.feed(data)
        return bool(data)


def on_screen(wanted: str | Callable[[str], bool]) -> Callable[[str], bool]:
    """Whether the text is on a screen, as a condition."""
    return wanted if callable(wanted) else lambda screen: wanted in screen


def callscope(home: Path, *options: str, **variables: str) -> tuple[list[str], dict[str, str]]:
    """The command that opens the application, and a clean environment with this home."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", **variables}
    return [sys.executable, "-P", "-m", "tui", *options], environment
