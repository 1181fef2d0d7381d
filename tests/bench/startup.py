"""Measures how soon the first frame is on a real terminal, against a bare Textual application, in turns."""

import os
import sys
import tempfile
from collections.abc import Sequence
from statistics import median
from time import perf_counter

from tests.bench.pty import MeasuredTerminal

FIRST_WORDS = "ype a message"
"""Of the prompt; its first letter is under the cursor, and so written by itself."""


def measure(runs: int = 7) -> dict[str, float]:
    """Median milliseconds from the start of the process to its first words, and their ratio (target: 1.4)."""
    bare: list[float] = []
    ours: list[float] = []
    with tempfile.TemporaryDirectory() as data:
        os.environ["CALLSCOPE_DATA"] = data
        try:
            for _ in range(runs):
                bare.append(_first_words([sys.executable, "-P", "-m", "tests.bench.bare_app"]))
                ours.append(_first_words([sys.executable, "-P", "-m", "tui", "--offline"]))
        finally:
            del os.environ["CALLSCOPE_DATA"]
    return {"bare": median(bare), "callscope": median(ours), "ratio": median(ours) / median(bare)}


def _first_words(command: Sequence[str]) -> float:
    start = perf_counter()
    with MeasuredTerminal(command) as terminal:
        return (terminal.wait_for(FIRST_WORDS) - start) * 1000
