"""Servers to host: in memory, on a scripted wire, and broken ones."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from mcp.server import MCPServer

from tui.core.ports import ServerState, ServerStatus
from tui.hosting.build import foreign_connection
from tui.hosting.connection import Connection, Peer
from tui.hosting.link import Link
from tui.hosting.timing import Deadlines, RetryPolicy
from tui.hosting.toolbox import Toolbox
from tui.hosting.transports import new_client, parse_server_url

PATIENT = Deadlines(connect=10.0, alive=5.0, read=5.0)
"""For servers that answer, on a machine that may be busy."""
SHORT = Deadlines(connect=0.4)
"""For servers that never answer."""
EAGER = RetryPolicy(delays=(0.01, 0.01), slow_retry=None)
PATIENCE = 10.0


async def until(toolbox: Toolbox, reached: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until something about the toolbox holds; fails after a bounded time."""
    changed = asyncio.Event()
    unsubscribe = toolbox.subscribe(changed.set)
    try:
        async with asyncio.timeout(seconds):
            while not reached():
                changed.clear()
                await changed.wait()
    finally:
        unsubscribe()


async def until_state(toolbox: Toolbox, *states: ServerState, seconds: float = PATIENCE) -> ServerStatus:
    """Wait until the only server is in one of these states, and return its status."""
    await until(toolbox, lambda: toolbox.servers()[0].state in states, seconds)
    return toolbox.servers()[0]


def memory_connection(
    server: MCPServer,
    name: str = "memory",
    *,
    mode: Literal["legacy", "auto"] = "legacy",
    retry: RetryPolicy = EAGER,
    deadlines: Deadlines | None = None,
) -> Connection:
    """A connection to a server in this process."""

    @asynccontextmanager
    async def open_peer(link: Link) -> AsyncGenerator[Peer]:
        async with new_client(server, link, mode=mode) as client:
            yield Peer(client, "memory://")

    return Connection(ServerStatus(name, "starting"), open_peer, retry=retry, deadlines=deadlines)


@asynccontextmanager
async def running(*connections: Connection, call_timeout: float = 5.0) -> AsyncGenerator[Toolbox]:
    """A toolbox over these connections, all of them ready."""
    toolbox = Toolbox(connections, call_timeout=call_timeout)
    async with toolbox.running():
        await until(toolbox, lambda: all(status.state == "ready" for status in toolbox.servers()))
        yield toolbox


Message = dict[str, Any]


@dataclass
class Wire:
    """One client's event stream, as a scripted server writes to it."""

    writer: asyncio.StreamWriter
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def event(self, data: str, kind: str = "message") -> None:
        """Send an event."""
        await self.raw(f"event: {kind}\r\ndata: {data}\r\n\r\n".encode())

    async def raw(self, data: bytes) -> None:
        """Send bytes."""
        self.writer.write(data)
        await self.writer.drain()

    async def result(self, request: Message, result: object) -> None:
        """Answer a request."""
        await self.event(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}))

    async def error(self, request: Message, code: int, text: str = "no") -> None:
        """Answer a request with an error."""
        error = {"code": code, "message": text}
        await self.event(json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": error}))


Script = Callable[[Wire, Message], Awaitable[int | None]]
"""What a scripted server does with a posted message; returns the HTTP status, or None to hang up without one."""

ECHO_TOOL: Message = {"name": "echo", "inputSchema": {"type": "object"}}


async def polite(wire: Wire, message: Message) -> int | None:
    """Answer what a well-behaved server answers."""
    match message["method"]:
        case "initialize":
            info = {"name": "scripted", "version": "1"}
            version = message["params"]["protocolVersion"]
            await wire.result(message, {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": info})
        case "tools/list":
            await wire.result(message, {"tools": [ECHO_TOOL]})
        case "ping":
            await wire.result(message, {})
        case "tools/call":
            await wire.result(message, {"content": [{"type": "text", "text": "echo"}]})
        case _:
            pass
    return 202


@dataclass
class ScriptedServer:
    """A server on the HTTP + SSE wire that does what its script says, for any fault a server can have."""

    script: Script = polite
    endpoint: str = "/messages"
    stream_head: bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    moved_to: str = ""
    refusing: bool = False
    reply: Callable[[asyncio.StreamWriter, int], Awaitable[None]] | None = None
    url: str = ""
    connections: int = 0
    calls: int = 0
    wires: list[Wire] = field(default_factory=list[Wire])

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator["ScriptedServer"]:
        """Listen on a free port of the loopback interface."""
        async with serving_raw(self._serve) as url:
            self.url = f"{url}/sse"
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            return
        head = await reader.readuntil(b"\r\n\r\n")
        if self.moved_to and head.startswith(b"GET /sse "):
            writer.write(b"HTTP/1.1 307 X\r\nContent-Length: 0\r\nConnection: close\r\n")
            writer.write(f"Location: {self.moved_to}\r\n\r\n".encode())
            await writer.drain()
            return
        if head.startswith(b"GET"):
            self.connections += 1
            wire = Wire(writer)
            self.wires.append(wire)
            await wire.raw(self.stream_head)
            if self.endpoint:
                await wire.event(self.endpoint, "endpoint")
            await reader.read()
            return
        message: Message = json.loads(await reader.readexactly(content_length(head)))
        self.calls += message["method"] == "tools/call"
        status = await self.script(self.wires[-1], message)
        if status is not None and self.reply:
            await self.reply(writer, status)
        elif status is not None:
            writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()


def content_length(head: bytes) -> int:
    """The length of a request's body."""
    return next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving_raw(handle: Handler) -> AsyncGenerator[str]:
    """A TCP server on the loopback interface that does whatever `handle` does; yields its `http://` URL."""
    conversations: dict[asyncio.Task[object], asyncio.StreamWriter] = {}

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        conversations[task] = writer
        try:
            await handle(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return
        finally:
            del conversations[task]
            writer.close()

    server = await asyncio.start_server(guarded, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        open_tasks = list(conversations)
        for task, writer in list(conversations.items()):
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*open_tasks)


def scripted_connection(url: str, *, retry: RetryPolicy = EAGER, deadlines: Deadlines = PATIENT) -> Connection:
    """A connection to a server elsewhere that is soon tried again."""
    return foreign_connection(parse_server_url(url), retry=retry, deadlines=deadlines)
