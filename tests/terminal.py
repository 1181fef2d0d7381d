"""A real pseudo-terminal with a program in it: keys in, screen out, as a person has it.

The screen is what the terminal emulator pyte makes of the program's output; `raw` keeps every byte.
"""

import fcntl
import os
import pty
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

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "end": "\x1b[F",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
}


class Terminal:
    """Runs one command in a pseudo-terminal of the given size. Leave it with `async`-free `with`."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        columns: int = 120,
        rows: int = 36,
    ) -> None:
        self._command = command
        self._environment = environment
        self._folder = folder
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._size = (rows, columns)
        self.raw = bytearray()

    def __enter__(self) -> Self:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *self._size, 0, 0))
        self.cooked = termios.tcgetattr(slave)
        self._slave = slave
        self.process = subprocess.Popen(
            self._command,
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
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        os.close(self._master)
        os.close(self._slave)

    @property
    def text(self) -> str:
        """What is on the screen now, without trailing blanks."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    @property
    def lines(self) -> list[str]:
        """The screen's rows."""
        return list(self._screen.display)

    def press(self, *keys: str) -> None:
        """Press keys: names of KEYS, `ctrl+x`, or text to type."""
        for key in keys:
            if key.startswith("ctrl+"):
                self.send(chr(ord(key[5:]) & 0x1F))
            else:
                self.send(KEYS.get(key, key))

    def send(self, text: str) -> None:
        """Send bytes as they are."""
        os.write(self._master, text.encode())

    def wait_for(self, wanted: str | Callable[[str], bool], seconds: float = WAIT_SECONDS) -> str:
        """Read until the text is on the screen, or the condition on it holds; returns the screen.

        Raises:
            AssertionError: it did not come; the message shows the screen.
        """
        holds = wanted if callable(wanted) else (lambda screen: wanted in screen)
        deadline = time.monotonic() + seconds
        while not holds(self.text):
            if not self._read(deadline - time.monotonic()):
                raise AssertionError(f"not on the screen within {seconds} s: {wanted!r}\n{self.text}")
        return self.text

    def wait_for_exit(self, seconds: float = WAIT_SECONDS) -> int:
        """Read until the program has ended; returns its exit status (negative: the signal)."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            self._read(0.05)
            assert time.monotonic() < deadline, f"still running after {seconds} s\n{self.text}"
        while self._read(0.05):
            pass
        return self.process.returncode

    def children(self) -> list[psutil.Process]:
        """The program's child processes, all generations."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def is_restored(self) -> bool:
        """Whether the terminal is as it was: modes of the line, cursor shown, main screen, mouse and paste off."""
        ended = self.raw.rfind(b"\x1b[?1049l")
        return (
            termios.tcgetattr(self._slave)[:4] == self.cooked[:4]
            and ended > self.raw.rfind(b"\x1b[?1049h")
            and self.raw.rfind(b"\x1b[?25h") > self.raw.rfind(b"\x1b[?25l")
            and self.raw.rfind(b"\x1b[?1003l") > self.raw.rfind(b"\x1b[?1003h")
            and self.raw.rfind(b"\x1b[?2004l") > self.raw.rfind(b"\x1b[?2004h")
        )

    def _read(self, seconds: float) -> bool:
        """Take in what comes within this time; returns whether anything did."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        self.raw += data
        self._stream.feed(data)
        return bool(data)


def callscope(home: Path, *options: str, **variables: str) -> tuple[list[str], dict[str, str]]:
    """The command that opens the application, and a clean environment with this home."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", **variables}
    return [sys.executable, "-P", "-m", "tui", *options], environment
