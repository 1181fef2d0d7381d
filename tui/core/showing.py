"""Shows events in order, the durable ones only when they are stored."""

import asyncio
from collections import deque
from collections.abc import Callable

from tui.core.events import Event

PATIENCE_SECONDS = 1.0
"""A disk that takes longer does not hold up the screen; the archive says what is wrong with it."""


class ShowInOrder:
    """A queue in front of a listener: nothing overtakes an event that is still being stored."""

    def __init__(self, show: Callable[[Event], None], patience: float = PATIENCE_SECONDS) -> None:
        self._show = show
        self._patience = patience
        self._waiting: deque[tuple[Event, asyncio.Future[None] | None]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._empty = asyncio.Event()
        self._empty.set()

    def add(self, event: Event, stored: asyncio.Future[None] | None = None) -> None:
        """Show the event once all before it are shown, and `stored` is done."""
        if not self._waiting and (stored is None or stored.done()):
            self._show(event)
            return
        self._waiting.append((event, stored))
        self._empty.clear()
        if len(self._waiting) == 1:
            self._wait_for_first()

    async def drained(self) -> None:
        """Wait until everything added so far is shown."""
        await self._empty.wait()

    def _wait_for_first(self) -> None:
        _, stored = self._waiting[0]
        if stored is not None:
            stored.add_done_callback(lambda _: self._go_on())
            self._timer = asyncio.get_running_loop().call_later(self._patience, self._give_up, stored)

    def _give_up(self, stored: "asyncio.Future[None]") -> None:
        if self._waiting and self._waiting[0][1] is stored:
            self._waiting[0] = (self._waiting[0][0], None)
            self._go_on()

    def _go_on(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        while self._waiting and ((stored := self._waiting[0][1]) is None or stored.done()):
            self._show(self._waiting.popleft()[0])
        if self._waiting:
            self._wait_for_first()
        else:
            self._empty.set()
