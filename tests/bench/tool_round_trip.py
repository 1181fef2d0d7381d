"""What the host adds to a tool call: through the toolbox against the SDK's bare client, on one real server over SSE."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

from mcp import Client
from mcp.client.sse import sse_client

from tui.core.events import Json
from tui.core.ports import ServerStatus
from tui.hosting.connection import Connection, Peer
from tui.hosting.launcher import Launched, Launcher
from tui.hosting.link import Link
from tui.hosting.timing import FOREIGN_RETRY
from tui.hosting.toolbox import Toolbox
from tui.hosting.transports import Endpoint, open_client

ROUNDS = 300
PARALLEL = 16
WARM_UP_ROUNDS = 30
START_SECONDS = 20.0
ARGUMENTS: dict[str, Json] = {"operation": "multiply", "a": 15, "b": 8}

Call = Callable[[], Awaitable[object]]


def measure() -> dict[str, float]:
    """Median milliseconds of a call each way, one at a time and several at once, and their ratios (target: 1.5)."""
    return asyncio.run(_measure())


async def _measure() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        launcher = Launcher(files_folder=folder / "files", log_folder=folder / "log")
        async with (
            launcher.launched(Link()) as launched,
            _toolbox(launched) as toolbox,
            Client(sse_client(launched.url, headers=dict(launched.headers)), mode="legacy") as client,
        ):
            return await _compare(
                lambda: toolbox.call("calculate", ARGUMENTS),
                lambda: client.call_tool("calculate", dict(ARGUMENTS)),
            )


async def _compare(hosted: Call, bare: Call) -> dict[str, float]:
    for _ in range(WARM_UP_ROUNDS):
        await hosted()
        await bare()
    one = [(await _milliseconds(hosted, 1), await _milliseconds(bare, 1)) for _ in range(ROUNDS)]
    many = [
        (await _milliseconds(hosted, PARALLEL), await _milliseconds(bare, PARALLEL)) for _ in range(ROUNDS // PARALLEL)
    ]
    hosted_one, bare_one = (median(column) for column in zip(*one, strict=True))
    hosted_many, bare_many = (median(column) for column in zip(*many, strict=True))
    return {
        "hosted ms": hosted_one,
        "bare ms": bare_one,
        "ratio": hosted_one / bare_one,
        f"hosted {PARALLEL} at once ms": hosted_many,
        f"bare {PARALLEL} at once ms": bare_many,
        f"ratio {PARALLEL} at once": hosted_many / bare_many,
    }


async def _milliseconds(call: Call, at_once: int) -> float:
    start = perf_counter()
    await asyncio.gather(*(call() for _ in range(at_once)))
    return (perf_counter() - start) * 1000


@asynccontextmanager
async def _toolbox(launched: Launched) -> AsyncGenerator[Toolbox]:
    @asynccontextmanager
    async def open_peer(link: Link) -> AsyncGenerator[Peer]:
        async with open_client(Endpoint(launched.url, "sse"), link, headers=launched.headers) as client:
            yield Peer(client, launched.url)

    toolbox = Toolbox([Connection(ServerStatus("bench", "starting"), open_peer, retry=FOREIGN_RETRY)])
    changed = asyncio.Event()
    toolbox.subscribe(changed.set)
    async with toolbox.running():
        async with asyncio.timeout(START_SECONDS):
            while not toolbox.specs():
                await changed.wait()
                changed.clear()
        yield toolbox
