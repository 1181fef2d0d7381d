import asyncio
import json
import socket
from collections.abc import AsyncGenerator

import pytest

from tests.hosting.fakes import (
    ECHO_TOOL,
    PATIENT,
    SHORT,
    Message,
    Script,
    ScriptedServer,
    Wire,
    content_length,
    polite,
    running,
    scripted_connection,
    serving_raw,
    until,
    until_state,
)
from tui.core.ports import ServerStatus
from tui.hosting.timing import Deadlines
from tui.hosting.toolbox import Toolbox


async def final_status(url: str, deadlines: Deadlines = PATIENT) -> ServerStatus:
    """The status of a server that cannot be connected to."""
    toolbox = Toolbox([scripted_connection(url, deadlines=deadlines)])
    async with toolbox.running():
        return await until_state(toolbox, "down")


def http_answer(head: str, body: str = "") -> bytes:
    """The bytes of a response."""
    return f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


OLD_ANSWERS: dict[str, Message] = {
    "initialize": {
        "protocolVersion": "2025-06-18",
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "old", "version": "1"},
    },
    "notifications/initialized": {},
    "tools/list": {"tools": [ECHO_TOOL]},
    "ping": {},
}
"""What a server of streamable HTTP's first years answers."""


async def posted(reader: asyncio.StreamReader) -> Message:
    """The message of a POST."""
    head = await reader.readuntil(b"\r\n\r\n")
    message: Message = json.loads(await reader.readexactly(content_length(head)))
    return message


async def answer_as_json(writer: asyncio.StreamWriter, request: Message, result: Message) -> None:
    """Answer a POST with a JSON document."""
    body = json.dumps({"jsonrpc": "2.0", "id": request.get("id"), "result": result})
    writer.write(http_answer("200 OK\r\nContent-Type: application/json", body))
    await writer.drain()


@pytest.mark.parametrize("path", ["/sse", "/mcp"])
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (http_answer("404 Not Found"), "There is no MCP endpoint"),
        (http_answer("200 OK\r\nContent-Type: text/html", "<html>"), "answers with a web page (text/html)"),
        (http_answer("401 Unauthorized"), "wants a login"),
        (http_answer("500 Oops"), "HTTP 500"),
        (http_answer("302 Found\r\nLocation: http://example.com/sse"), "redirects to another place"),
        (bytes(range(256)) * 8, "broke"),
        (b"", "broke"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", "closed the connection"),
    ],
)
async def test_what_is_no_mcp_server_is_said_in_words(answer: bytes, words: str, path: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    async with serving_raw(serve) as url:
        status = await final_status(f"{url}{path}")
    assert words in status.detail
    assert status.url == f"{url}{path}"


async def test_a_server_that_is_absent_is_said_within_a_second_with_a_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        toolbox = Toolbox([scripted_connection(f"http://127.0.0.1:{port}")])
        async with toolbox.running():
            await until(toolbox, lambda: "refused" in toolbox.servers()[0].detail, seconds=1)
            status = await until_state(toolbox, "down")
    assert "leave out MCP_SERVER_URL" in status.hint


async def test_an_older_http_server_that_ignores_the_newer_protocol_is_spoken_to_in_the_older() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        message = await posted(reader)
        if message["method"] == "server/discover":
            await reader.read()
        await answer_as_json(writer, message, OLD_ANSWERS[message["method"]])

    async with serving_raw(serve) as url:
        connection = scripted_connection(f"{url}/mcp", deadlines=Deadlines(connect=1.0))
        async with running(connection) as toolbox:
            assert toolbox.servers()[0].version == "old 1"


async def test_a_result_over_http_that_is_too_large_is_said_in_words() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        message = await posted(reader)
        if message["method"] == "server/discover":
            error = {"code": -32601, "message": "no"}
            body = json.dumps({"jsonrpc": "2.0", "id": message["id"], "error": error})
            writer.write(http_answer("400 Bad Request\r\nContent-Type: application/json", body))
            await writer.drain()
            return
        large = {"content": [{"type": "text", "text": "x" * 6_000_000}]}
        await answer_as_json(writer, message, OLD_ANSWERS.get(message["method"], large))

    async with serving_raw(serve) as url, running(scripted_connection(f"{url}/mcp")) as toolbox:
        outcome = await toolbox.call("echo", {})
        assert outcome.status == "lost"
        assert "too large" in outcome.text
        await until_state(toolbox, "ready")


async def test_a_host_that_does_not_exist_is_said_in_words() -> None:
    status = await final_status("http://callscope.invalid:8000")
    assert "cannot be found" in status.detail


async def test_silence_ends_at_the_deadline() -> None:
    async def serve(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serving_raw(serve) as url:
        status = await final_status(url, SHORT)
    assert "did not answer in 0.4 s" in status.detail


async def test_a_stream_without_an_endpoint_ends_at_the_deadline() -> None:
    async with ScriptedServer(endpoint="").serving() as server:
        status = await final_status(server.url, SHORT)
    assert "did not answer in 0.4 s" in status.detail


async def test_an_endpoint_on_another_host_is_not_used() -> None:
    async with ScriptedServer(endpoint="http://example.com/messages").serving() as server:
        status = await final_status(server.url)
    assert "another host" in status.detail


async def test_a_redirect_within_the_server_is_followed() -> None:
    async with (
        ScriptedServer(moved_to="/sse/").serving() as server,
        running(scripted_connection(server.url)) as toolbox,
    ):
        assert (await toolbox.call("echo", {})).text == "echo"


async def test_a_redirect_without_end_is_given_up() -> None:
    async with ScriptedServer(moved_to="/sse").serving() as server:
        status = await final_status(server.url)
    assert "redirects" in status.detail


@pytest.fixture
async def scripted() -> AsyncGenerator[ScriptedServer]:
    async with ScriptedServer().serving() as server:
        yield server


async def test_lists_that_the_server_does_not_know_are_empty(scripted: ScriptedServer) -> None:
    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] in ("tools/list", "ping"):
            await wire.error(message, -32601)
            return 202
        return await polite(wire, message)

    scripted.script = script
    async with running(scripted_connection(scripted.url)) as toolbox:
        assert toolbox.specs() == []


@pytest.mark.parametrize(("status", "outcome"), [(500, "lost"), (None, "lost"), (413, "error"), (400, "error")])
async def test_a_failed_post_fails_its_call_at_once_and_the_next_call_works(
    scripted: ScriptedServer, status: int | None, outcome: str
) -> None:
    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] == "tools/call" and scripted.calls == 1:
            return status
        return await polite(wire, message)

    scripted.script = script
    async with running(scripted_connection(scripted.url)) as toolbox:
        assert (await toolbox.call("echo", {})).status == outcome
        assert (await toolbox.call("echo", {})).text == "echo"
        assert scripted.connections == 1


async def test_a_password_and_a_query_of_the_url_are_in_no_message(scripted: ScriptedServer) -> None:
    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] == "tools/call":
            return None
        return await polite(wire, message)

    scripted.script = script
    scripted.endpoint = "/messages?session=canary"
    url = scripted.url.replace("http://", "http://user:canary@") + "?key=canary"
    told: list[str] = []
    async with running(scripted_connection(url)) as toolbox:
        toolbox.subscribe(lambda: told.append(repr(toolbox.servers())))
        told.append((await toolbox.call("echo", {})).text)
        assert "broke" in told[0]
        scripted.stream_head = b"HTTP/1.1 403 No\r\n\r\n"
        scripted.wires[0].writer.close()
        await until_state(toolbox, "down")
    assert any("closed the connection" in words for words in told)
    assert any("HTTP 403" in words for words in told)
    assert "canary" not in "".join(told)


async def garbage(wire: Wire, _: Message) -> int | None:
    await wire.event("no JSON {")
    return 202


async def wrong_id(wire: Wire, message: Message) -> int | None:
    await wire.result({"id": 999_999}, {"content": []} if message["method"] == "tools/call" else {})
    return 202


async def silence(_: Wire, __: Message) -> int | None:
    return 202


@pytest.mark.parametrize("fault", [garbage, wrong_id, silence])
async def test_a_call_without_an_answer_times_out_and_the_session_is_rebuilt(
    scripted: ScriptedServer, fault: Script
) -> None:
    async def script(wire: Wire, message: Message) -> int | None:
        if scripted.connections == 1 and message["method"] in ("tools/call", "ping") and scripted.calls:
            return await fault(wire, message)
        return await polite(wire, message)

    scripted.script = script
    connection = scripted_connection(scripted.url, deadlines=Deadlines(alive=0.3))
    async with running(connection, call_timeout=0.6) as toolbox:
        assert (await toolbox.call("echo", {})).status == "timeout"
        await until_state(toolbox, "reconnecting")
        await until_state(toolbox, "ready")
        assert (await toolbox.call("echo", {})).text == "echo"
    assert (scripted.connections, scripted.calls) == (2, 2)


async def test_a_connection_that_breaks_loses_the_call_which_is_not_repeated(scripted: ScriptedServer) -> None:
    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] == "tools/call" and scripted.calls == 1:
            wire.writer.transport.abort()
            return 202
        return await polite(wire, message)

    scripted.script = script
    async with running(scripted_connection(scripted.url)) as toolbox:
        outcome = await toolbox.call("echo", {})
        assert outcome.status == "lost"
        assert "Whether echo had an effect is unknown" in outcome.text
        await until_state(toolbox, "ready")
    assert (scripted.connections, scripted.calls) == (2, 1)


async def test_a_result_that_is_too_large_is_said_and_the_session_is_rebuilt(scripted: ScriptedServer) -> None:
    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] == "tools/call" and scripted.calls == 1:
            await wire.raw(b"data: " + b"x" * 6_000_000 + b"\r\n\r\n")
            return 202
        return await polite(wire, message)

    scripted.script = script
    async with running(scripted_connection(scripted.url)) as toolbox:
        outcome = await toolbox.call("echo", {})
        assert outcome.status == "lost"
        assert "too large" in outcome.text
        await until_state(toolbox, "ready")
        assert (await toolbox.call("echo", {})).text == "echo"


async def test_a_result_of_two_megabytes_arrives_shortened(scripted: ScriptedServer) -> None:
    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] == "tools/call":
            await wire.result(message, {"content": [{"type": "text", "text": "x" * 2_000_000}]})
            return 202
        return await polite(wire, message)

    scripted.script = script
    async with running(scripted_connection(scripted.url)) as toolbox:
        outcome = await toolbox.call("echo", {})
    assert outcome.status == "ok"
    assert outcome.text.endswith("[shortened: the first 262,144 of 2,000,000 characters]")


async def test_half_a_character_in_a_result_does_not_lose_the_result(scripted: ScriptedServer) -> None:
    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] == "tools/call":
            await wire.result(message, {"content": [{"type": "text", "text": "a\ud800b"}]})
            return 202
        return await polite(wire, message)

    scripted.script = script
    async with running(scripted_connection(scripted.url)) as toolbox:
        outcome = await toolbox.call("echo", {})
    assert outcome.status == "ok"
    assert outcome.text.encode() == b"a?b"


async def test_answers_that_come_twice_or_in_another_order_are_not_mixed_up(scripted: ScriptedServer) -> None:
    waiting: list[Message] = []

    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] != "tools/call":
            return await polite(wire, message)
        waiting.append(message)
        if len(waiting) == 20:
            for request in [*reversed(waiting), *waiting]:
                nonce = request["params"]["arguments"]["nonce"]
                await wire.result(request, {"content": [{"type": "text", "text": nonce}]})
        return 202

    scripted.script = script
    async with running(scripted_connection(scripted.url)) as toolbox:
        outcomes = await asyncio.gather(*(toolbox.call("echo", {"nonce": str(n)}) for n in range(20)))
    assert [outcome.text for outcome in outcomes] == [str(n) for n in range(20)]


async def test_a_server_that_closes_while_idle_is_noticed_and_connected_to_again(scripted: ScriptedServer) -> None:
    async with running(scripted_connection(scripted.url)) as toolbox:
        scripted.wires[0].writer.transport.abort()
        await until_state(toolbox, "reconnecting")
        await until_state(toolbox, "ready")
    assert scripted.connections == 2


async def test_cancelling_a_call_to_a_hung_server_is_quick(scripted: ScriptedServer) -> None:
    asked = asyncio.Event()

    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] == "tools/call":
            asked.set()
            await asyncio.Event().wait()
        return await polite(wire, message)

    scripted.script = script
    async with running(scripted_connection(scripted.url)) as toolbox:
        call = asyncio.create_task(toolbox.call("echo", {}))
        await asyncio.wait_for(asked.wait(), 5)
        call.cancel()
        done, _ = await asyncio.wait({call}, timeout=0.2)
        assert done


async def test_a_long_list_is_cut_and_says_so(scripted: ScriptedServer) -> None:
    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] == "tools/list":
            schema = json.loads('{"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:9/x"}}}')
            tools = [
                {"name": f"tool{n}", "description": "d" * 100_000 if n == 0 else "", "inputSchema": schema}
                for n in range(1001)
            ]
            await wire.result(message, {"tools": tools})
            return 202
        return await polite(wire, message)

    scripted.script = script
    async with running(scripted_connection(scripted.url)) as toolbox:
        assert len(toolbox.specs()) == 1000
        assert len(toolbox.specs()[0].description) < 10_000
        assert "1,000 tools" in toolbox.servers()[0].detail
        # The schema refers to another host, of which nothing is fetched: the server is left to judge.
        assert (await toolbox.call("tool1", {"a": 1})).status == "ok"
