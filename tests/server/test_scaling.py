"""Replicas behind a proxy and workers on one port: all of them serve, and losing one loses no answer."""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path

import httpx2
import psutil
import pytest

from server.errors import StartError
from server.settings import load_settings
from tests.server.clients import call, connect, text_of
from tests.server.load import put_under_load
from tests.server.process import ServerProcess, serving
from tests.server.round_robin import round_robin

CLIENTS = 8
CALLS_EACH = 25


def folders(parent: Path) -> Sequence[Path]:
    made = [parent / "one", parent / "two"]
    for folder in made:
        folder.mkdir()
    return made


async def instance(url: str) -> str:
    """The name of the process that answered, on a connection of its own."""
    async with httpx2.AsyncClient(timeout=30) as http:
        return str((await http.get(f"{url}/health")).json()["instance"])


async def instances(url: str, wanted: int, known: set[str] | None = None) -> set[str]:
    """Ask until so many different processes have answered."""
    seen = set(known or ())
    async with asyncio.timeout(30):
        while len(seen) < wanted:
            seen.add(await instance(url))
    return seen


def workers_of(server: ServerProcess) -> list[psutil.Process]:
    children = psutil.Process(server.process.pid).children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


async def test_killing_one_of_two_replicas_under_load_loses_no_answer(tmp_path: Path) -> None:
    one, two = folders(tmp_path)
    stateless = ["--stateless"]
    with (
        serving(one, options=stateless, supervised=False) as first,
        serving(two, options=stateless, supervised=False) as second,
    ):
        assert await instance(first.url) != await instance(second.url)
        async with round_robin([first.url, second.url]) as proxy:
            halfway = asyncio.Event()
            running = asyncio.create_task(
                put_under_load([proxy.url], clients=CLIENTS, calls=CALLS_EACH, attempts=3, halfway=halfway)
            )
            async with asyncio.timeout(30):
                await halfway.wait()
            first.signal(signal.SIGKILL)
            load = await running
            assert (load.answered, load.wrong) == (CLIENTS * CALLS_EACH, [])
            # The connections to the replica that died, and what was connecting to it in that moment.
            assert 0 < load.broken <= CLIENTS
            assert len(proxy.served) == 2
            assert min(proxy.served.values()) >= CLIENTS // 2


async def test_stateless_server_gives_no_session_to_older_clients_and_serves_them(tmp_path: Path) -> None:
    with serving(tmp_path, options=["--stateless"], supervised=False) as server:
        async with connect(server.url, "legacy http") as client:
            assert text_of(await call(client, "greet", {"name": "you"})).startswith("Hello you!")
        hello = {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        }
        async with httpx2.AsyncClient(headers={"Accept": "application/json, text/event-stream"}) as http:
            request = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
            answer = await http.post(f"{server.url}/mcp", json=request)
        assert answer.status_code == 200
        assert "mcp-session-id" not in answer.headers


async def test_workers_share_the_port_and_a_killed_one_is_replaced(tmp_path: Path) -> None:
    with serving(tmp_path, options=["--workers", "2"], supervised=False) as server:
        two = await instances(server.url, 2)
        async with connect(server.url, "http") as client:
            assert text_of(await call(client, "greet")).startswith("Hello world!")
        async with httpx2.AsyncClient(timeout=30) as http:
            answer = await http.get(f"{server.url}/sse")
        assert (answer.status_code, "/mcp" in answer.text) == (404, True)
        workers_of(server)[0].kill()
        load = await put_under_load([server.url], clients=CLIENTS, calls=CALLS_EACH, attempts=3)
        assert (load.answered, load.wrong) == (CLIENTS * CALLS_EACH, [])
        assert len(await instances(server.url, 3, two)) == 3
        assert "Workers:   2 processes, without /sse\n" in server.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_workers_are_gone_when_their_parent_is(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path, options=["--workers", "2"], supervised=False) as server:
        await instances(server.url, 2)
        workers = workers_of(server)
        assert len(workers) == 2
        server.signal(number)
        status = await asyncio.to_thread(server.wait)
        _, alive = await asyncio.to_thread(psutil.wait_procs, workers, timeout=10)
        assert alive == []
        assert status == (-signal.SIGKILL if number is signal.SIGKILL else 0)


async def test_supervised_workers_ask_for_the_token_and_end_with_standard_input(tmp_path: Path) -> None:
    with serving(tmp_path, options=["--workers", "2"]) as server:
        await instances(server.url, 2)
        workers = workers_of(server)
        async with httpx2.AsyncClient(timeout=30) as http:
            assert (await http.post(f"{server.url}/mcp")).status_code == 401
        async with connect(server.url, "http", server.token) as client:
            assert text_of(await call(client, "greet")).startswith("Hello world!")
        server.close_input()
        assert await asyncio.to_thread(server.wait) == 0
        assert (await asyncio.to_thread(psutil.wait_procs, workers, timeout=10))[1] == []


def test_more_than_one_worker_means_no_sessions() -> None:
    assert load_settings(["--workers", "2"], {}).stateless
    assert not load_settings([], {}).stateless


@pytest.mark.parametrize("count", ["0", "-1", "65", "two", "1.5", ""])
def test_bad_number_of_workers_is_refused(count: str) -> None:
    with pytest.raises(StartError, match="--workers must be a whole number from 1 to 64"):
        load_settings([f"--workers={count}"], {})
