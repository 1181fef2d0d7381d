import asyncio
import json
from collections.abc import AsyncGenerator

import pytest

from tests.hosting.fakes import (
    EAGER,
    ECHO_TOOL,
    Message,
    ScriptedServer,
    Wire,
    polite,
    running,
    scripted_connection,
    until,
    until_state,
)
from tui.core.errors import ServerError
from tui.hosting.failures import ConnectionLostError
from tui.hosting.link import Link
from tui.hosting.timing import RetryPolicy
from tui.hosting.toolbox import Toolbox


@pytest.fixture
async def scripted() -> AsyncGenerator[ScriptedServer]:
    async with ScriptedServer().serving() as server:
        yield server


async def test_a_server_that_breaks_right_after_connecting_is_given_up(scripted: ScriptedServer) -> None:
    async def script(wire: Wire, message: Message) -> int | None:
        status = await polite(wire, message)
        if message["method"] == "ping":
            wire.writer.close()
        return status

    scripted.script = script
    toolbox = Toolbox([scripted_connection(scripted.url)])
    async with toolbox.running():
        await until_state(toolbox, "down")
    assert scripted.connections == 1 + len(EAGER.delays)


async def test_a_server_that_breaks_under_use_is_connected_to_again_each_time(scripted: ScriptedServer) -> None:
    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] == "tools/call":
            wire.writer.transport.abort()
            return 202
        return await polite(wire, message)

    scripted.script = script
    async with running(scripted_connection(scripted.url)) as toolbox:
        for _ in range(10):
            assert (await toolbox.call("echo", {})).status == "lost"
            await until_state(toolbox, "reconnecting")
            await until_state(toolbox, "ready")
    assert (scripted.connections, scripted.calls) == (11, 10)


async def test_a_server_that_is_down_is_connected_to_on_restart(scripted: ScriptedServer) -> None:
    scripted.refusing = True
    toolbox = Toolbox([scripted_connection(scripted.url)])
    async with toolbox.running():
        status = await until_state(toolbox, "down")
        assert toolbox.specs() == []
        scripted.refusing = False
        await toolbox.restart(status.name)
        assert toolbox.servers()[0].state == "starting"
        await until_state(toolbox, "ready")
        assert (await toolbox.call("echo", {})).text == "echo"


async def test_a_server_that_is_down_is_tried_again_slowly(scripted: ScriptedServer) -> None:
    scripted.refusing = True
    connection = scripted_connection(scripted.url, retry=RetryPolicy(delays=(), slow_retry=0.05))
    toolbox = Toolbox([connection])
    async with toolbox.running():
        status = await until_state(toolbox, "down")
        assert "tries again every 0.05 s" in status.hint
        scripted.refusing = False
        await until_state(toolbox, "ready")


async def test_changed_lists_are_read_also_when_the_server_is_in_doubt_at_that_moment(scripted: ScriptedServer) -> None:
    more = {"name": "more", "inputSchema": {"type": "object"}}
    changed = False

    async def script(wire: Wire, message: Message) -> int | None:
        nonlocal changed
        match message["method"]:
            case "notifications/initialized":
                return 500
            case "ping" if not changed:
                changed = True
                await wire.event(json.dumps({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}))
            case "tools/list" if changed:
                await wire.result(message, {"tools": [ECHO_TOOL, more]})
                return 202
            case _:
                pass
        return await polite(wire, message)

    scripted.script = script
    async with running(scripted_connection(scripted.url)) as toolbox:
        await until(toolbox, lambda: len(toolbox.specs()) == 2)
    assert scripted.connections == 1


async def test_a_regular_expression_for_results_cannot_freeze_the_application(scripted: ScriptedServer) -> None:
    text = {"type": "string", "pattern": "^(a+)+$"}
    tool = ECHO_TOOL | {"outputSchema": {"type": "object", "properties": {"x": text}}}
    structured = {"x": "a" * 50 + "!"}

    async def script(wire: Wire, message: Message) -> int | None:
        match message["method"]:
            case "tools/list":
                await wire.result(message, {"tools": [tool]})
            case "tools/call":
                await wire.result(message, {"content": [], "structuredContent": structured})
            case _:
                return await polite(wire, message)
        return 202

    scripted.script = script
    async with running(scripted_connection(scripted.url)) as toolbox:
        outcome = await toolbox.call("echo", {})
    assert (outcome.status, outcome.structured) == ("ok", structured)


async def test_calls_in_flight_end_when_the_application_does(scripted: ScriptedServer) -> None:
    asked = asyncio.Event()

    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] == "tools/call":
            asked.set()
            return 202
        return await polite(wire, message)

    scripted.script = script
    async with running(scripted_connection(scripted.url)) as toolbox:
        call = asyncio.create_task(toolbox.call("echo", {}))
        await asyncio.wait_for(asked.wait(), 5)
    outcome = await asyncio.wait_for(call, 5)
    assert outcome.status == "lost"


async def test_a_request_on_a_lost_link_is_not_sent() -> None:
    link = Link()
    link.lose(ServerError("gone"))
    sent = False

    async def send() -> None:
        nonlocal sent
        sent = True

    with pytest.raises(ConnectionLostError, match="gone"):
        await link.race(send(), 1, "Nobody")
    assert not sent


async def test_the_first_reason_of_a_loss_counts_unless_a_better_one_is_known() -> None:
    link = Link()
    link.lose(ServerError("first"))
    link.lose(ServerError("second"))
    assert link.failure is not None
    assert link.failure.message == "first"
    link.blame(ServerError("the process died"))
    assert link.failure.message == "the process died"
