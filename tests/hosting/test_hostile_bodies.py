"""Servers that send too much, too slowly or something compressed, in every place where a body can be."""

import asyncio
import gzip
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress

import psutil
import pytest

from tests.hosting.fakes import (
    Message,
    ScriptedServer,
    Wire,
    polite,
    running,
    scripted_connection,
    serving_raw,
    until_state,
)
from tui.core.ports import ServerStatus
from tui.hosting.timing import Deadlines
from tui.hosting.toolbox import Toolbox

MEGABYTE = 1024 * 1024
CHUNK = b"x" * MEGABYTE
MEMORY_LIMIT = 60 * MEGABYTE


@pytest.fixture
async def scripted() -> AsyncGenerator[ScriptedServer]:
    async with ScriptedServer().serving() as server:
        yield server


async def endless(writer: asyncio.StreamWriter) -> None:
    """Send until nobody takes it any more."""
    with suppress(ConnectionError):
        while True:
            writer.write(CHUNK)
            await writer.drain()


def memory() -> int:
    """Bytes that this process holds."""
    return psutil.Process().memory_info().rss


@pytest.mark.parametrize("megabytes", [0.9, 1.1, 10, 100])
async def test_a_result_of_any_size_is_taken_or_refused_and_the_session_is_soon_back(
    scripted: ScriptedServer, megabytes: float
) -> None:
    head, tail = '{"jsonrpc":"2.0","id":ID,"result":{"content":[{"type":"text","text":"', '"}]}}'

    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] == "tools/call" and scripted.calls == 1:
            await wire.raw(f"event: message\r\ndata: {head.replace('ID', str(message['id']))}".encode())
            size = int(megabytes * MEGABYTE)
            with suppress(ConnectionError):
                for _ in range(size // len(CHUNK)):
                    await wire.raw(CHUNK)
                await wire.raw(CHUNK[: size % len(CHUNK)] + f"{tail}\r\n\r\n".encode())
            return 202
        return await polite(wire, message)

    scripted.script = script
    async with running(scripted_connection(scripted.url), call_timeout=30.0) as toolbox:
        before = memory()
        outcome = await toolbox.call("echo", {})
        began = asyncio.get_running_loop().time()
        await until_state(toolbox, "ready")
        assert (await toolbox.call("echo", {})).text == "echo"
        assert asyncio.get_running_loop().time() - began < 2
        assert memory() - before < MEMORY_LIMIT
    assert outcome.status == ("ok" if megabytes < 5 else "lost")
    assert ("shortened" if megabytes < 5 else "too large") in outcome.text


@pytest.mark.parametrize("status", [202, 400, 500])
async def test_a_body_without_end_behind_a_post_holds_up_nothing(scripted: ScriptedServer, status: int) -> None:
    async def reply(writer: asyncio.StreamWriter, own_status: int) -> None:
        writer.write(f"HTTP/1.1 {own_status} X\r\n\r\n".encode())
        await endless(writer)

    async def script(wire: Wire, message: Message) -> int | None:
        await polite(wire, message)
        return status if message["method"] == "tools/call" else 202

    scripted.script, scripted.reply = script, reply
    async with running(scripted_connection(scripted.url)) as toolbox:
        before = memory()
        outcomes = [await asyncio.wait_for(toolbox.call("echo", {}), 5) for _ in range(5)]
        assert memory() - before < MEMORY_LIMIT
    assert {outcome.status for outcome in outcomes} <= {"ok", "error", "lost"}
    assert len(scripted.wires) == 1


async def test_a_body_that_drips_behind_a_notification_does_not_keep_the_next_message_waiting(
    scripted: ScriptedServer,
) -> None:
    dripping: list[asyncio.StreamWriter] = []

    async def reply(writer: asyncio.StreamWriter, status: int) -> None:
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 100\r\n\r\n.".encode())
        await writer.drain()
        dripping.append(writer)
        await asyncio.Event().wait()

    scripted.reply = reply
    async with running(scripted_connection(scripted.url)) as toolbox:
        assert (await toolbox.call("echo", {})).text == "echo"
        assert len(dripping) > 3


Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


async def status_after(answer: Answer, path: str, deadlines: Deadlines) -> ServerStatus:
    """The status of a server that answers every request like this."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await answer(writer)

    async with serving_raw(serve) as url:
        toolbox = Toolbox([scripted_connection(f"{url}{path}", deadlines=deadlines)])
        async with toolbox.running():
            return await until_state(toolbox, "down")


async def an_endless_refusal(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 500 X\r\nContent-Type: text/event-stream\r\n\r\n")
    await endless(writer)


async def an_endless_page(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\n\r\n")
    await endless(writer)


async def an_endless_document(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n\r\n")
    await endless(writer)


async def an_endless_line(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\n\r\ndata: ")
    await endless(writer)


async def a_bomb(writer: asyncio.StreamWriter) -> None:
    body = gzip.compress(bytes(50 * MEGABYTE))
    head = f"Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}"
    writer.write(f"HTTP/1.1 200 X\r\n{head}\r\n\r\n".encode() + body)
    await writer.drain()


async def a_drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"H")
    await writer.drain()
    await asyncio.Event().wait()


@pytest.mark.parametrize("path", ["/sse", "/mcp"])
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (an_endless_refusal, ("HTTP 500", "HTTP 500")),
        (an_endless_page, ("a web page", "a web page")),
        (an_endless_document, ("application/json", "too large")),
        (an_endless_line, ("too large", "too large")),
        (a_bomb, ("compresses its answers", "compresses its answers")),
        (a_drip, ("did not answer in 0.7 s", "did not answer in 0.7 s")),
    ],
)
async def test_a_server_that_cannot_be_connected_to_does_not_fill_the_memory(
    answer: Answer, words: tuple[str, str], path: str
) -> None:
    before = memory()
    status = await status_after(answer, path, Deadlines(connect=0.7 if answer is a_drip else 10.0))
    assert words[path == "/mcp"] in status.detail
    assert memory() - before < MEMORY_LIMIT


async def flood_with_comments(wire: Wire) -> None:
    for _ in range(20_000):
        await wire.raw(b": nothing to say\r\n\r\n" * 10)


async def flood_with_notifications(wire: Wire) -> None:
    changed = json.dumps({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"})
    told = json.dumps({"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": "x"}})
    events = "".join(f"data: {text}\r\n\r\n" for text in (changed, told)).encode()
    for _ in range(1_000):
        await wire.raw(events * 10)


@pytest.mark.parametrize("flood", [flood_with_comments, flood_with_notifications])
async def test_a_flood_during_a_call_does_not_lose_the_call(
    scripted: ScriptedServer, flood: Callable[[Wire], Awaitable[None]]
) -> None:
    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] == "tools/call":
            await flood(wire)
        return await polite(wire, message)

    scripted.script = script
    async with running(scripted_connection(scripted.url), call_timeout=60.0) as toolbox:
        told: list[str] = []
        toolbox.subscribe(lambda: told.append("changed"))
        before = memory()
        assert (await toolbox.call("echo", {})).text == "echo"
        assert memory() - before < 50 * MEGABYTE
        assert not told  # Lists that are told to have changed, and have not, are not drawn anew.
    assert scripted.connections == 1
