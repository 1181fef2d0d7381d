"""One connection's life: whoever learns something about it says so here, and requests race against its end."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from tui.core.errors import ServerError
from tui.hosting.failures import ConnectionLostError, no_answer_to, request_failure
from tui.hosting.protocol_log import ProtocolLog

T = TypeVar("T")

SETTLE_SECONDS = 1.0
"""How long the end of a connection waits for its cancelled requests."""


class Link:
    """The state of one connection between its first packet and its end.

    The transport, the launcher and the requests report to it; the connection's owner waits in `stirred`.
    `after_silence`: the try before this one was not answered. `log` notes what passes.
    """

    def __init__(self, *, after_silence: bool = False, log: ProtocolLog | None = None) -> None:
        self.after_silence = after_silence
        self.log = log or ProtocolLog()
        self.failure: ServerError | None = None
        self.used = False
        self._lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._stir = asyncio.Event()
        self._doubted = False
        self._stale = False
        self._requests: set[asyncio.Task[Any]] = set()

    def lose(self, error: ServerError) -> None:
        """The connection is over; the first reason counts."""
        if not self._lost.done():
            self.failure = self.failure or error
            self._lost.set_result(None)
            self._stir.set()

    def blame(self, error: ServerError) -> None:
        """The connection is over, and this is why, whatever was said before."""
        self.failure = error
        self.lose(error)

    def doubt(self) -> None:
        """Something failed that may mean that the server is gone: have it checked."""
        self._doubted = True
        self._stir.set()

    def outdate(self) -> None:
        """The server's lists changed: have them read again."""
        self._stale = True
        self._stir.set()

    async def stirred(self) -> None:
        """Wait until something was reported."""
        await self._stir.wait()
        self._stir.clear()

    def take_doubt(self) -> bool:
        """Whether a doubt was reported since this was last asked."""
        doubted, self._doubted = self._doubted, False
        return doubted

    def take_staleness(self) -> bool:
        """Whether changed lists were reported since this was last asked."""
        stale, self._stale = self._stale, False
        return stale

    async def race(self, request: Coroutine[Any, Any, T], seconds: float, what: str) -> T:
        """Run a request until it is answered, the connection is over or `seconds` have passed.

        The request has its own task, which is cancelled but not awaited when it loses: against a stopped server a
        cancelled request takes seconds to end.

        Raises:
            ConnectionLostError: the connection ended first.
            NoAnswerError: the time passed first.
            RequestFailedError: the server said no.
        """
        if self.failure is not None:
            request.close()
            raise ConnectionLostError(self.failure.message, self.failure.hint)
        task = asyncio.create_task(request)
        self._requests.add(task)
        task.add_done_callback(self._forget)
        try:
            await asyncio.wait({task, self._lost}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            answered = task.done()
            task.cancel()
        if answered and not task.cancelled() and task.exception() is None:
            return task.result()
        if self.failure is not None:
            raise ConnectionLostError(self.failure.message, self.failure.hint)
        if not answered:
            raise no_answer_to(what, seconds)
        if task.cancelled():
            raise ConnectionLostError("The connection closed.")
        error = task.exception()
        assert error is not None
        raise request_failure(error) from error

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._requests.discard(task)
        if not task.cancelled():
            task.exception()  # A request that lost its race has nobody left to hear its error.

    async def settle(self) -> None:
        """Wait, for a bounded time, until the requests that lost their race are gone."""
        if self._requests:
            for task in self._requests:
                task.cancel()
            await asyncio.wait(self._requests, timeout=SETTLE_SECONDS)
