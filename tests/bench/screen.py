"""Measures the screen in a real pseudo-terminal: how soon a key shows while much is going on beside it."""

import re
import sys
from statistics import median
from time import perf_counter

from tests.bench.pty import MeasuredTerminal
from tests.bench.screen_app import LAST_WORDS

_BEGIN = "\x14"
_KEYS = [chr(code) for first, last in ((0x3B1, 0x3C9), (0x430, 0x450), (0x561, 0x587)) for code in range(first, last)]
"""Characters that occur nowhere else: Greek, Cyrillic and Armenian letters."""

_BETWEEN_KEYS = 0.05
"""Seconds; somebody who types fast."""


def _app(what: str) -> MeasuredTerminal:
    return MeasuredTerminal([sys.executable, "-m", "tests.bench.screen_app", what])


def measure_streaming(runs: int = 3) -> dict[str, float]:
    """While an answer of 200 KB streams in pieces of 4 characters at full speed, milliseconds unless named otherwise.

    `echo_median`, `echo_max`: from a typed key to its echo. `stall_max`: the event loop's longest silence.
    """
    echoes: list[float] = []
    stalls: list[float] = []
    seconds: list[float] = []
    for _ in range(runs):
        with _app("stream") as terminal:
            terminal.wait_for("◉")
            terminal.drain(0.3)
            terminal.key_echo("ß")
            terminal.send(_BEGIN)
            terminal.wait_for("▲")
            keys = iter(_KEYS)
            while not terminal.has_written("■"):
                echo = terminal.key_echo(next(keys))
                echoes.append(echo)
                terminal.drain(_BETWEEN_KEYS)
            found = re.search(r"■ ([\d.]+) ([\d.]+) ", terminal.output)
            assert found is not None
            stalls.append(float(found[1]))
            seconds.append(float(found[2]))
    return {
        "keys": len(echoes),
        "echo_median": median(echoes),
        "echo_max": max(echoes),
        "stall_max": max(stalls),
        "stream_seconds": median(seconds),
    }


def measure_opening(runs: int = 3) -> dict[str, float]:
    """Opening a conversation of 10,000 messages, in milliseconds.

    `first_paint`: from the key to its last words on the terminal. `echo_median`, `echo_max`: keys typed after that.
    """
    paints: list[float] = []
    echoes: list[float] = []
    for _ in range(runs):
        with _app("open") as terminal:
            terminal.wait_for("◉")
            terminal.drain(0.3)
            terminal.key_echo("ß")
            start = perf_counter()
            terminal.send(_BEGIN)
            paints.append((terminal.wait_for(LAST_WORDS) - start) * 1000)
            for key in _KEYS[:15]:
                echoes.append(terminal.key_echo(key))
                terminal.drain(_BETWEEN_KEYS)
    return {
        "first_paint": median(paints),
        "first_paint_max": max(paints),
        "echo_median": median(echoes),
        "echo_max": max(echoes),
    }
