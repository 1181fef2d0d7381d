"""Waiting for something to happen, or for time to pass."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias

Wait: TypeAlias = Callable[[asyncio.Event, float | None], Awaitable[None]]
"""Waits until the event is set, or so many seconds have passed; None: however long."""


async def wait_at_most(event: asyncio.Event, seconds: float | None) -> None:
    """Wait until the event is set, for so many seconds at most."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
