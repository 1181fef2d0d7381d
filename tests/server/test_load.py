"""Many clients, long use, tools that block and connections that dawdle: the real server, measured.

With CALLSCOPE_FAULTS=full at full size and with the figures to reach; otherwise smaller, and what must always hold.
"""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import psutil
import pytest

from tests.server.clients import bearer, call, connect, text_of
from tests.server.load import JSON, REVISION, call_of, put_under_load
from tests.server.process import TOKEN, ServerProcess, serving
from tests.server.test_plugins import install, marked

FULL = os.environ.get("CALLSCOPE_FAULTS") == "full"
CALLS_EACH = 200 if FULL else 8
MORE_CALLS = 10_000 if FULL else 400
HALF_OPEN = 500 if FULL else 200
CLIENTS = 50
TOO_MANY = 900

FEWEST_A_SECOND = 500
SLOWEST_SECONDS = 0.2

RecordProperty = Callable[[str, object], None]


async def measured(server: ServerProcess, record_property: RecordProperty, *, clients: int) -> float:
    """Put it under load; returns the calls that it answered in a second of processor time.

    At full size the slowest are judged by the part of a processor that it got, as other programs take theirs.
    """
    process = psutil.Process(server.process.pid)
    before = process.cpu_times()
    load = await put_under_load([server.url], clients=clients, calls=CALLS_EACH, token=TOKEN)
    after = process.cpu_times()
    busy = after.user + after.system - before.user - before.system
    share = min(1.0, busy / load.seconds)
    record_property("figure", f"{load}; the server had {share:.0%} of a processor")
    assert (load.answered, load.wrong, load.broken) == (clients * CALLS_EACH, [], 0)
    if FULL:
        assert load.p99 * share <= SLOWEST_SECONDS
    return load.answered / busy


async def warm_up(server: ServerProcess) -> None:
    await put_under_load([server.url], clients=10, calls=20, token=server.token)


async def test_fifty_clients_each_get_the_answers_to_their_own_questions(
    tmp_path: Path, record_property: RecordProperty
) -> None:
    with serving(tmp_path) as server:
        await warm_up(server)
        rate = await measured(server, record_property, clients=CLIENTS)
        assert rate >= FEWEST_A_SECOND or not FULL
        assert server.log == ""


async def test_memory_does_not_grow_with_the_calls(tmp_path: Path, record_property: RecordProperty) -> None:
    with serving(tmp_path) as server:
        process = psutil.Process(server.process.pid)
        await put_under_load([server.url], clients=20, calls=50 if FULL else 20, token=TOKEN)
        before = process.memory_info().rss
        await put_under_load([server.url], clients=20, calls=MORE_CALLS // 20, token=TOKEN)
        grown = process.memory_info().rss - before
    record_property("figure", f"{grown / 1e6:.1f} MB more after {MORE_CALLS:,} calls")
    assert grown < 5e6


async def test_tools_that_block_delay_nobody(tmp_path: Path, record_property: RecordProperty) -> None:
    """Each blocked call waits for the end of a pipe that this test holds open."""
    site = tmp_path / "site"
    site.mkdir()
    install(site, "blocking", marked("def read_pipe(path: str) -> str:\n    return open(path).read() + 'done'"))
    pipes = [tmp_path / f"pipe{number}" for number in range(8)]
    for pipe in pipes:
        os.mkfifo(pipe)
    with serving(tmp_path, environment={"PYTHONPATH": str(site)}) as server:
        async with connect(server.url, "http", TOKEN) as client:
            blocked = [asyncio.create_task(call(client, "read_pipe", {"path": str(pipe)})) for pipe in pipes]
            with ExitStack() as held:
                for pipe in pipes:
                    held.enter_context(await asyncio.to_thread(pipe.open, "w"))
                await measured(server, record_property, clients=10)
                assert not any(task.done() for task in blocked)
            assert [text_of(result) for result in await asyncio.gather(*blocked)] == ["done"] * len(pipes)


async def test_half_open_connections_and_slow_readers_delay_nobody(
    tmp_path: Path, record_property: RecordProperty
) -> None:
    with serving(tmp_path) as server, ExitStack() as held:
        await warm_up(server)
        address = ("127.0.0.1", urlsplit(server.url).port)
        for number in range(HALF_OPEN):
            half_open = held.enter_context(socket.create_connection(address, timeout=10))
            half_open.sendall(b"POST /mcp HTTP/1.1\r\nhost: loc")
            if number % 10 == 0:
                slow = held.enter_context(socket.create_connection(address, timeout=10))
                slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
                slow.sendall(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n" * 200)
        await measured(server, record_property, clients=5)


async def test_more_connections_than_fit_are_refused_and_others_are_served_again_when_they_go(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        await warm_up(server)
        address = ("127.0.0.1", urlsplit(server.url).port)
        with ExitStack() as held:
            for _ in range(TOO_MANY):
                connection = held.enter_context(socket.create_connection(address, timeout=10))
                connection.sendall(b"POST /mcp HTTP/1.1\r\nhost: loc")
            load = await put_under_load([server.url], clients=1, calls=1, token=TOKEN)
            assert "503" in load.wrong[0]
        load = await put_under_load([server.url], clients=5, calls=5, token=TOKEN)
        assert load.answered == 25
        assert not [answer for answer in load.wrong if "503" not in answer]


@pytest.mark.parametrize("options", [[], ["--workers", "2"]])
async def test_server_ends_in_time_though_a_tool_blocks(tmp_path: Path, options: list[str]) -> None:
    site = tmp_path / "site"
    site.mkdir()
    install(site, "blocking", marked("def read_pipe(path: str) -> str:\n    return open(path).read() + 'done'"))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with serving(tmp_path, options=options, environment={"PYTHONPATH": str(site)}) as server:
        headers = {"mcp-protocol-version": REVISION, "mcp-method": "tools/call", "mcp-name": "read_pipe"}
        async with httpx2.AsyncClient(headers=bearer(TOKEN) | headers, timeout=30) as http:
            body = call_of("read_pipe", {"path": str(pipe)}, "1")
            asked = asyncio.create_task(http.post(f"{server.url}/mcp", content=body, headers=JSON))
            with await asyncio.to_thread(pipe.open, "w"):
                told = time.monotonic()
                server.signal(signal.SIGTERM)
                assert await asyncio.to_thread(server.wait) == 0
                assert time.monotonic() - told < 8
            # Answered with an error, or cut off.
            await asyncio.wait([asked], timeout=10)
            assert asked.exception() is not None or asked.result().status_code >= 500
