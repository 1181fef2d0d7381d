"""The clocks that the screen reads; tests give their own, so that a screen is always the same."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from tui.ui.figures import clock_time


@dataclass(frozen=True, slots=True)
class Clocks:
    """`wall`: seconds since the epoch; `steady`: seconds for durations; `write`: the time of an event as text."""

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    write: Callable[[float], str] = clock_time
