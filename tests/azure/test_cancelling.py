"""Stopping an answer in every phase: nothing is left open, nothing more is sent, and it takes no time."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

import httpx2
import pytest

from tests.azure.wire import (
    ROLE,
    WAIT_SECONDS,
    FakeTime,
    Held,
    Recorded,
    Scripted,
    call_piece,
    model_on,
    refusal,
    words,
)
from tui.azure.model import AzureChatModel
from tui.azure.retrying import Timing
from tui.core.ports import Message, UserMessage

HELLO: list[Message] = [UserMessage("hello")]


async def consume(model: AzureChatModel) -> None:
    async with aclosing(model.stream(HELLO, [])) as parts:
        async for _ in parts:
            pass


@pytest.mark.parametrize(
    "held",
    [
        pytest.param(lambda: Held(headers=False), id="before headers"),
        pytest.param(lambda: Held(), id="before the first chunk"),
        pytest.param(lambda: Held(ROLE), id="before the first word"),
        pytest.param(lambda: Held(ROLE, *words("some", " text")), id="in text"),
        pytest.param(lambda: Held(call_piece(0, '{"a":', call_id="c", name="one")), id="in arguments"),
    ],
)
async def test_cancelling_closes_the_connection_at_once(held: Callable[[], Held]) -> None:
    transport = held()
    task = asyncio.create_task(consume(model_on(transport)))
    async with asyncio.timeout(WAIT_SECONDS):
        await transport.reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await transport.left.wait()
    assert transport.requests == 1


class Sleepless:
    """A sleep that never ends by itself; it knows whether it was left."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.left = False
        self.timing = Timing(clock=FakeTime().timing.clock, sleep=self._sleep, jitter=lambda: 0.0)

    async def _sleep(self, _seconds: float) -> None:
        self.reached.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.left = True


@pytest.mark.parametrize("answer", [refusal(429, {"message": "x"}, retry_after="60"), httpx2.ConnectError("x")])
async def test_cancelling_ends_the_wait_before_the_next_try(answer: Recorded | Exception) -> None:
    sleep, transport = Sleepless(), Scripted(answer)
    task = asyncio.create_task(consume(model_on(transport, timing=sleep.timing)))
    async with asyncio.timeout(WAIT_SECONDS):
        await sleep.reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert sleep.left
    assert len(transport.requests) == 1


async def test_cancelling_ends_the_wait_for_the_rate_limit() -> None:
    sleep, transport = Sleepless(), Scripted(Recorded([]))
    model = model_on(transport, timing=sleep.timing, requests_per_minute=1)
    await consume(model)
    task = asyncio.create_task(consume(model))
    async with asyncio.timeout(WAIT_SECONDS):
        await sleep.reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert sleep.left
    assert len(transport.requests) == 1


async def test_leaving_after_a_retry_was_told_sends_nothing_more() -> None:
    time, transport = FakeTime(), Scripted(refusal(500, {"message": "x"}))
    async with aclosing(model_on(transport, timing=time.timing).stream(HELLO, [])) as parts:
        await anext(parts)
    assert (len(transport.requests), time.slept) == (1, [])
