"""The clocks that the screen reads; tests give their own, so that a screen is always the same."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from tui.ui.figures import clock_time, exact_time


class SteadyClock:
    """Seconds for durations: the real ones, or those of a recording while it is shown."""

    def __init__(self, real: Callable[[], float]) -> None:
        self.real = real
        self._source = real

    def __call__(self) -> float:
        """The seconds now; only differences count."""
        return self._source()

    def follow(self, source: Callable[[], float] | None) -> None:
        """Go by this clock; None: by the real one again."""
        self._source = source or self.real


@dataclass(frozen=True, slots=True)
class Clocks:
    """`wall`: seconds since the epoch; `steady`: seconds for durations; `write`: the time of an event as text.

    `write_exact` is the same with its seconds.
    """

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    write: Callable[[float], str] = clock_time
    write_exact: Callable[[float], str] = exact_time
