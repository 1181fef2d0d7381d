"""A program in a real pseudo-terminal whose output is only searched, not interpreted, so that measuring costs little.

(`tests.terminal` emulates the screen; that takes longer than drawing it, and would be part of every figure.)
"""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
from collections.abc import Sequence
from time import perf_counter
from types import TracebackType
from typing import Self


class MeasuredTerminal:
    """Runs a command in a pseudo-terminal and tells when something it wrote arrived. Use it with `with`."""

    def __init__(self, command: Sequence[str], *, columns: int = 120, rows: int = 40) -> None:
        self._command = command
        self._size = (rows, columns)
        self._output = bytearray()
        self._mark = 0
        self._arrived = 0.0

    def __enter__(self) -> Self:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *self._size, 0, 0))
        self._process = subprocess.Popen(
            self._command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
        )
        os.close(slave)
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def wait_for(self, text: str, seconds: float = 60.0) -> float:
        """Read until the program has written this text; returns when it arrived, by `perf_counter`.

        Raises:
            TimeoutError: it did not come.
        """
        wanted = text.encode()
        deadline = perf_counter() + seconds
        searched = max(0, self._mark - len(wanted))
        while (found := self._output.find(wanted, searched)) < 0:
            searched = max(0, len(self._output) - len(wanted))
            if not self.read(deadline - perf_counter()):
                raise TimeoutError(f"{text!r} was not written within {seconds} s; last: {self.output[-2000:]}")
        self._mark = max(self._mark, found)
        return self._arrived

    @property
    def output(self) -> str:
        """All that was written so far."""
        return self._output.decode(errors="replace")

    def has_written(self, text: str) -> bool:
        """Whether the program has written this text so far."""
        return text.encode() in self._output

    def send(self, text: str) -> None:
        """Type."""
        os.write(self._master, text.encode())

    def read(self, seconds: float) -> bool:
        """Take in what comes within this time; returns whether anything did."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:  # the other side is closed
            return False
        self._arrived = perf_counter()
        self._output += data
        return bool(data)

    def drain(self, seconds: float) -> None:
        """Read for so long, whatever comes, as a terminal does."""
        end = perf_counter() + seconds
        while (left := end - perf_counter()) > 0:
            self.read(left)

    def key_echo(self, key: str, seconds: float = 30.0) -> float:
        """Type a character that the program has never written; milliseconds until it writes it."""
        sent = perf_counter()
        self.send(key)
        return (self.wait_for(key, seconds) - sent) * 1000
