"""A scripted MCP server beside a test that drives a terminal: its event loop runs in a thread of its own."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager

from tests.hosting.fakes import Message, Script, ScriptedServer, Wire, polite


@contextmanager
def scripted_server(script: Script = polite) -> Generator[ScriptedServer]:
    """The server, from entering to leaving."""
    loop, started, ended = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    server = ScriptedServer(script=script)

    async def serve() -> None:
        async with server.serving():
            started.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), name="scripted server")
    thread.start()
    try:
        assert started.wait(10)
        yield server
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)
        loop.close()


def offering(*tools: Message, result: str) -> Script:
    """A script of a server with these tools, all of which answer this text."""

    async def script(wire: Wire, message: Message) -> int | None:
        match message["method"]:
            case "tools/list":
                await wire.result(message, {"tools": list(tools)})
            case "tools/call":
                await wire.result(message, {"content": [{"type": "text", "text": result}]})
            case _:
                return await polite(wire, message)
        return 202

    return script
