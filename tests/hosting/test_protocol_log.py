import asyncio
import json
import math

import pytest
from mcp_types import JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse
from mcp_types.jsonrpc import ErrorData

from tests.hosting.fakes import Message, ScriptedServer, Wire, polite, running, scripted_connection, until
from tui.core.errors import ServerError
from tui.core.ports import LogEntry
from tui.core.redaction import MARK, Redactor
from tui.hosting.build import foreign_connection
from tui.hosting.protocol_log import ENTRY_LIMIT, MARGIN, TEXT_LIMIT, ProtocolLog
from tui.hosting.toolbox import Toolbox
from tui.hosting.transports import parse_server_url

SECRET = "canary-key-0123456789"


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def request(request_id: int, method: str = "tools/call") -> JSONRPCRequest:
    return JSONRPCRequest(jsonrpc="2.0", id=request_id, method=method)


def answer(request_id: int, text: str = "") -> JSONRPCResponse:
    return JSONRPCResponse(jsonrpc="2.0", id=request_id, result={"text": text})


def only(log: ProtocolLog) -> LogEntry:
    (entry,) = log.entries()
    return entry


def test_an_answer_is_told_with_its_method_and_its_time() -> None:
    clock = Clock()
    log = ProtocolLog(steady=clock, wall=lambda: 1_000.0)
    log.add("sent", request(7, "tools/list"))
    clock.seconds = 0.25
    log.add("received", answer(7))
    asked, answered = log.entries()
    assert (asked.direction, asked.kind, asked.method, asked.id, asked.at) == (
        "sent",
        "request",
        "tools/list",
        "7",
        1e3,
    )
    assert (answered.kind, answered.method, answered.remark) == ("answer", "tools/list", "")
    assert answered.seconds is not None
    assert math.isclose(answered.seconds, 0.25)


def test_a_request_of_the_server_with_the_same_id_is_not_taken_for_ours() -> None:
    log = ProtocolLog()
    log.add("sent", request(1, "tools/call"))
    log.add("received", request(1, "ping"))
    log.add("sent", answer(1))
    log.add("received", answer(1))
    assert [entry.method for entry in log.entries()] == ["tools/call", "ping", "ping", "tools/call"]


def test_late_and_unasked_answers_are_remarked_on() -> None:
    log = ProtocolLog()
    log.add("sent", request(1))
    log.add("sent", JSONRPCNotification(jsonrpc="2.0", method="notifications/cancelled", params={"requestId": 1}))
    log.add("received", answer(1))
    log.add("received", answer(1))
    log.add("received", JSONRPCError(jsonrpc="2.0", id=None, error=ErrorData(code=-1, message="?")))
    assert [entry.remark for entry in log.entries()] == [
        "",
        "",
        "too late; it was ignored",
        "nothing waits for this answer; it was ignored",
        "nothing waits for this answer; it was ignored",
    ]
    assert log.entries()[-1].kind == "error"


def test_the_log_is_bounded_whatever_comes() -> None:
    log = ProtocolLog()
    for number in range(3 * ENTRY_LIMIT):
        log.add("sent", request(number))
    log.add("received", answer(3 * ENTRY_LIMIT - 1, "x" * 1_000_000))
    entries = log.entries()
    assert len(entries) == ENTRY_LIMIT
    assert entries[-1].number == 3 * ENTRY_LIMIT + 1
    assert len(entries[-1].text) <= TEXT_LIMIT
    assert entries[-1].size > 1_000_000
    assert entries[-1].method == "tools/call"


@pytest.mark.parametrize("place", [0, TEXT_LIMIT - 30, TEXT_LIMIT + MARGIN - 60, TEXT_LIMIT + MARGIN - 50])
def test_no_part_of_a_secret_is_kept_wherever_it_stands(place: int) -> None:
    log = ProtocolLog(Redactor([SECRET]))
    log.add("received", answer(1, "." * place + SECRET + "." * 20_000))
    assert "canary" not in only(log).text
    log.add_garbage(SECRET)
    assert log.entries()[-1].text == MARK


def test_what_a_terminal_would_obey_is_not_kept() -> None:
    log = ProtocolLog()
    log.add_garbage("\x1b]0;owned\x07\x9b31mred\u202e")
    log.add("received", JSONRPCNotification(jsonrpc="2.0", method="\x1b[2Jclear\u202e"))
    garbage, notification = log.entries()
    assert garbage.text == "red"
    assert notification.method == "clear"


async def test_all_that_passes_on_a_connection_is_in_its_log() -> None:
    async with ScriptedServer().serving() as server, running(scripted_connection(server.url)) as toolbox:
        (status,) = toolbox.servers()
        assert (await toolbox.call("echo", {"a": 1})).text == "echo"
        entries = toolbox.log(status.name)
        assert [(entry.direction, entry.kind, entry.method) for entry in entries[:3]] == [
            ("sent", "request", "initialize"),
            ("received", "answer", "initialize"),
            ("sent", "notification", "notifications/initialized"),
        ]
        asked, answered = entries[-2:]
        assert json.loads(asked.text)["params"]["arguments"] == {"a": 1}
        assert (answered.method, answered.id) == ("tools/call", asked.id)
        assert answered.seconds is not None
        with pytest.raises(ServerError, match="no server called"):
            toolbox.log("elsewhere")


async def test_garbage_and_failed_posts_are_in_the_log_and_the_log_outlives_the_connection() -> None:
    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] == "tools/call":
            await wire.event("no JSON {")
            return 500
        return await polite(wire, message)

    async with (
        ScriptedServer(script=script).serving() as server,
        running(scripted_connection(server.url)) as toolbox,
    ):
        (status,) = toolbox.servers()
        assert (await toolbox.call("echo", {})).status == "lost"
        await toolbox.restart(status.name)
        await until(toolbox, lambda: server.connections == 2 and toolbox.servers()[0].state == "ready")
        entries = toolbox.log(status.name)
    kinds = [entry.kind for entry in entries]
    assert "garbage" in kinds
    assert any(entry.kind == "error" and "HTTP 500" in entry.text for entry in entries)
    assert sum(entry.method == "initialize" and entry.kind == "request" for entry in entries) == 2


async def test_no_key_is_in_the_log_of_a_connection() -> None:
    async with ScriptedServer().serving() as server:
        connection = foreign_connection(parse_server_url(server.url), redact=Redactor([SECRET]))
        async with running(connection) as toolbox:
            await toolbox.call("echo", {"key": SECRET})
            text = "".join(entry.text for entry in toolbox.log(connection.name))
    assert MARK in text
    assert "canary" not in text


async def test_a_server_elsewhere_has_no_output_here() -> None:
    async with ScriptedServer().serving() as server, running(scripted_connection(server.url)) as toolbox:
        assert await toolbox.output(toolbox.servers()[0].name) == []
        with pytest.raises(ServerError, match="no server called"):
            await toolbox.output("elsewhere")


async def test_noting_a_small_message_takes_little_time() -> None:
    log = ProtocolLog(Redactor([SECRET, "another-secret"]))
    began = asyncio.get_running_loop().time()
    for number in range(2_000):
        log.add("sent", request(number))
        log.add("received", answer(number, "fine"))
    seconds = asyncio.get_running_loop().time() - began
    assert seconds / 4_000 < 0.001


def test_a_toolbox_tells_how_long_a_call_may_take() -> None:
    assert Toolbox([], call_timeout=12.0).call_limit == 12.0
