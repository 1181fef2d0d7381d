"""The bundled server under load, and the application's connection to it: nobody waits for another, nothing grows.

`make test` has the part that needs no load.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from time import perf_counter

import httpx2
import psutil
import pytest
from mcp import Client

from tests.faults.size import FULL, only_in_full
from tests.server.clients import bearer, call, connect, text_of
from tests.server.process import TOKEN, ServerProcess, serving

Record = Callable[[str, object], None]

CLIENTS, CALLS_EACH = 50, 200
MEMORY_CALLS = 10_000
HALF_OPEN = 500 if FULL else 50

LEAST_RATE = 500.0
WORST_P99 = 0.2
MOST_GROWTH = 5_000_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[ServerProcess]:
    with serving(tmp_path_factory.mktemp("server")) as process:
        yield process


@asynccontextmanager
async def connected(server: ServerProcess, count: int) -> AsyncGenerator[list[Client]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(connect(server.url, "sse", TOKEN)) for _ in range(count)]


async def ask(client: Client, nonce: str, seconds: list[float]) -> None:
    """One call whose answer must hold its own nonce."""
    start = perf_counter()
    answer = text_of(await call(client, "greet", {"name": nonce}))
    seconds.append(perf_counter() - start)
    assert answer.startswith(f"Hello {nonce}!")


def percentile(seconds: list[float], share: float) -> float:
    """The time that this share of the calls took at most."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))]


@only_in_full
async def test_many_clients_each_get_their_own_answers_in_time(server: ServerProcess, record_property: Record) -> None:
    seconds: list[float] = []

    async def use(client: Client, number: int) -> None:
        for turn in range(CALLS_EACH):
            await ask(client, f"{number}-{turn}", seconds)

    async with connected(server, CLIENTS) as clients:
        start = perf_counter()
        await asyncio.gather(*(use(client, number) for number, client in enumerate(clients)))
        rate = len(seconds) / (perf_counter() - start)
    record_property(
        "figure",
        f"{CLIENTS} clients x {CALLS_EACH} calls: {rate:.0f} calls/s (page: {LEAST_RATE:.0f}),"
        f" p99 {percentile(seconds, 0.99) * 1000:.0f} ms (page: {WORST_P99 * 1000:.0f} ms), 0 wrong answers",
    )
    assert len(seconds) == CLIENTS * CALLS_EACH
    assert rate >= LEAST_RATE
    assert percentile(seconds, 0.99) <= WORST_P99


@only_in_full
async def test_memory_stays_flat_over_thousands_of_calls(server: ServerProcess, record_property: Record) -> None:
    process, seconds = psutil.Process(server.process.pid), list[float]()
    async with connected(server, 4) as clients:

        async def use(client: Client, count: int) -> None:
            for number in range(count):
                await ask(client, str(number), seconds)

        await asyncio.gather(*(use(client, MEMORY_CALLS // 8) for client in clients))
        before = process.memory_info().rss
        await asyncio.gather(*(use(client, MEMORY_CALLS // 4) for client in clients))
        grown = process.memory_info().rss - before
    record_property("figure", f"{MEMORY_CALLS:,} calls after warm-up: {grown / 1e6:+.1f} MB")
    assert grown <= MOST_GROWTH


async def test_half_open_connections_and_slow_readers_delay_nobody(
    server: ServerProcess, record_property: Record
) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    seconds: list[float] = []
    async with connected(server, 1) as (client,), AsyncExitStack() as stack:
        for number in range(HALF_OPEN):
            _, writer = await asyncio.open_connection(host, int(port))
            stack.callback(writer.close)
            if number % 2:
                writer.write(b"GET /sse HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        for number in range(300):
            await ask(client, f"healthy {number}", seconds)
    p99 = percentile(seconds, 0.99)
    record_property("figure", f"{HALF_OPEN} half-open connections: p99 of a healthy client {p99 * 1000:.0f} ms")
    assert p99 <= WORST_P99


async def test_stranger_finds_no_door_and_no_cors_header(server: ServerProcess, record_property: Record) -> None:
    hosts = ("127.0.0.1", "localhost", "evil.example", "127.0.0.1.evil.example", "169.254.169.254", "[::1]", "")
    origins = (None, "http://localhost", "http://127.0.0.1:8000", "null", "https://evil.example", server.url)
    tried = 0
    async with httpx2.AsyncClient(headers=bearer(TOKEN)) as http:
        for host in hosts:
            for origin in origins:
                if host in ("127.0.0.1", "localhost", "[::1]") and origin is None:
                    continue
                headers = {"Host": host} | ({"Origin": origin} if origin else {})
                for path in ("/sse", "/mcp", "/messages/?session_id=1", "/health"):
                    answer = await http.post(server.url + path, headers=headers)
                    assert answer.status_code in (400, 403, 405, 421)
                    assert not [name for name in answer.headers if name.startswith("access-control")]
                    tried += 1
    record_property("figure", f"{tried} requests with foreign hosts and origins: all refused, 0 CORS headers")
    assert TOKEN not in server.log + server.output


def test_tool_that_blocks_delays_nobody(tmp_path: Path, record_property: Record) -> None:
    seconds = asyncio.run(_beside_a_blocking_tool())
    record_property(
        "figure", f"beside a tool that blocks: slowest of {len(seconds)} calls {max(seconds) * 1000:.0f} ms"
    )
    assert max(seconds) <= WORST_P99 * 5


async def _beside_a_blocking_tool() -> list[float]:
    import threading

    from mcp.server import MCPServer

    from tests.hosting.fakes import memory_connection, running

    server, release, begun = MCPServer("blocking"), threading.Event(), threading.Event()

    @server.tool()
    def block() -> str:
        """Blocks until the test is over."""
        begun.set()
        release.wait(30)
        return "done"

    @server.tool()
    def quick(nonce: str) -> str:
        """Answers at once."""
        return nonce

    seconds: list[float] = []
    async with running(memory_connection(server), call_timeout=40) as toolbox:
        blocked = asyncio.create_task(toolbox.call("block", {}))
        try:
            assert await asyncio.to_thread(begun.wait, 10)
            for number in range(100):
                start = perf_counter()
                outcome = await toolbox.call("quick", {"nonce": str(number)})
                seconds.append(perf_counter() - start)
                assert str(number) in outcome.text
        finally:
            release.set()
        assert (await blocked).status == "ok"
    return seconds
