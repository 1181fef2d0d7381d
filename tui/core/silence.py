"""Watches for silence in a stream: tells when nothing has come for a while, and gives it up when that lasts."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tui.core.errors import ModelError


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds without any data after which it is told, and after which the request is given up."""

    notice: float = 20.0
    give_up: float = 60.0


class Silence:
    """Use it inside `async with silence.watched()`; call `broken` whenever something came."""

    def __init__(self, patience: Patience, stalled: Callable[[float], None], resumed: Callable[[], None]) -> None:
        self._patience = patience
        self._stalled = stalled
        self._resumed = resumed
        self._loop = asyncio.get_running_loop()
        self._since = self._loop.time()
        self._told = False
        self._timeout = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def watched(self) -> AsyncGenerator[None]:
        """Watch from now on.

        Raises:
            ModelError: nothing has come for too long.
        """
        self._since = self._loop.time()
        self._arm(self._patience.notice)
        try:
            async with self._timeout:
                yield
        except TimeoutError:
            if not self._timeout.expired():
                raise
            raise ModelError(
                f"The endpoint sent nothing for {self._patience.give_up:.0f} seconds, so the request was given up.",
                "Send the message again; if it stays silent, look at the resource's health in the Azure portal.",
            ) from None
        finally:
            if self._timer:
                self._timer.cancel()

    def broken(self) -> None:
        """Something came."""
        self._since = self._loop.time()
        if self._told:
            self._told = False
            self._resumed()

    def excused(self, seconds: float) -> None:
        """Nothing can come for so long, because the request itself waits."""
        self.broken()
        self._since += seconds

    def _arm(self, seconds: float) -> None:
        self._timer = self._loop.call_later(seconds, self._look)

    def _look(self) -> None:
        silent = self._loop.time() - self._since
        if silent >= self._patience.give_up:
            self._timeout.reschedule(self._loop.time())
        elif silent < self._patience.notice:
            self._arm(self._patience.notice - silent)
        else:
            if not self._told:
                self._told = True
                self._stalled(silent)
            self._arm(self._patience.give_up - silent)
