import asyncio
import math
from collections.abc import Mapping
from pathlib import Path

import pytest
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError

from tests.hosting.fakes import memory_connection, running, until, until_state
from tui.core.errors import ServerError, SettingsError
from tui.core.events import Json
from tui.core.ports import Host
from tui.hosting.build import build_toolbox
from tui.hosting.timing import Deadlines
from tui.hosting.toolbox import Toolbox


class Counted:
    """A server with one strict tool, which counts how often it ran."""

    def __init__(self) -> None:
        self.runs = 0
        self.server = MCPServer("counted")
        self.server.add_tool(self.scale, name="scale", structured_output=False)

    def scale(self, factor: float, unit: str = "m") -> str:
        """Scale something."""
        self.runs += 1
        return f"{factor} {unit}"


def blocking_server(started: asyncio.Event, release: asyncio.Event, cancelled: asyncio.Event) -> MCPServer:
    """A server whose tool `wait` waits for `release`, beside a quick one."""
    server = MCPServer("blocking")

    @server.tool(structured_output=False)
    async def wait() -> str:  # pyright: ignore[reportUnusedFunction]  # the decorator registers it
        started.set()
        try:
            await release.wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return "released"

    @server.tool(structured_output=False)
    def quick() -> str:  # pyright: ignore[reportUnusedFunction]  # the decorator registers it
        return "quick"

    return server


async def test_a_call_returns_the_text_of_the_tool() -> None:
    counted = Counted()
    async with running(memory_connection(counted.server)) as toolbox:
        assert [spec.name for spec in toolbox.specs()] == ["scale"]
        outcome = await toolbox.call("scale", {"factor": 2})
    assert (outcome.status, outcome.text) == ("ok", "2.0 m")


async def test_an_error_of_the_tool_reaches_the_model_in_its_words() -> None:
    server = MCPServer("failing")

    @server.tool()
    def fail() -> str:  # pyright: ignore[reportUnusedFunction]  # the decorator registers it
        raise ToolError("the printer is on fire")

    async with running(memory_connection(server)) as toolbox:
        outcome = await toolbox.call("fail", {})
    assert outcome.status == "error"
    assert "the printer is on fire" in outcome.text


async def test_an_unknown_tool_is_refused_naming_what_exists() -> None:
    async with running(memory_connection(Counted().server)) as toolbox:
        outcome = await toolbox.call("scael", {})
    assert outcome.status == "refused"
    assert "scael" in outcome.text
    assert "The tools are: scale." in outcome.text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "'factor' is a required property"),
        ({"factor": "two"}, "factor: 'two' is not of type 'number'"),
        ({"factor": 1, "unit": None}, "unit: None is not of type 'string'"),
        ({"factor": math.nan}, "not finite"),
        ({"factor": math.inf}, "not finite"),
        ({"factor": 1, "unit": "\ud800"}, "lone surrogate"),
        ({"factor": 1, "unit": "x" * 2_000_000}, "too large"),
    ],
)
async def test_arguments_that_do_not_fit_are_refused_before_they_are_sent(
    arguments: Mapping[str, Json], words: str
) -> None:
    counted = Counted()
    async with running(memory_connection(counted.server)) as toolbox:
        outcome = await toolbox.call("scale", arguments)
    assert outcome.status == "refused"
    assert words in outcome.text
    assert counted.runs == 0


async def test_the_same_tool_on_two_servers_keeps_apart_by_the_servers_names() -> None:
    one, two = Counted(), Counted()
    async with running(memory_connection(one.server, "one"), memory_connection(two.server, "two")) as toolbox:
        assert sorted(spec.name for spec in toolbox.specs()) == ["one_scale", "two_scale"]
        await toolbox.call("two_scale", {"factor": 1})
    assert (one.runs, two.runs) == (0, 1)


async def test_calls_run_at_the_same_time() -> None:
    started, release = asyncio.Event(), asyncio.Event()
    server = blocking_server(started, release, asyncio.Event())
    async with running(memory_connection(server)) as toolbox:
        waiting = asyncio.create_task(toolbox.call("wait", {}))
        await asyncio.wait_for(started.wait(), 5)
        assert (await toolbox.call("quick", {})).text == "quick"
        release.set()
        assert (await waiting).text == "released"


async def test_cancelling_a_call_cancels_it_on_the_server_and_the_connection_survives() -> None:
    started, cancelled = asyncio.Event(), asyncio.Event()
    server = blocking_server(started, asyncio.Event(), cancelled)
    async with running(memory_connection(server)) as toolbox:
        waiting = asyncio.create_task(toolbox.call("wait", {}))
        await asyncio.wait_for(started.wait(), 5)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await asyncio.wait_for(cancelled.wait(), 5)
        assert (await toolbox.call("quick", {})).status == "ok"


async def test_a_call_that_takes_too_long_times_out_alone() -> None:
    started, release = asyncio.Event(), asyncio.Event()
    server = blocking_server(started, release, asyncio.Event())
    states: list[str] = []
    async with running(memory_connection(server), call_timeout=0.6) as toolbox:
        toolbox.subscribe(lambda: states.append(toolbox.servers()[0].state))
        outcome = await toolbox.call("wait", {})
        assert outcome.status == "timeout"
        assert "did not answer in 0.6 s" in outcome.text
        assert (await toolbox.call("quick", {})).status == "ok"
        assert "reconnecting" not in states


async def test_changed_lists_are_read_again() -> None:
    server = MCPServer("growing")

    @server.tool()
    async def grow(ctx: Context) -> str:  # pyright: ignore[reportUnusedFunction]  # the decorator registers it
        server.add_tool(Counted().scale, name="grown")
        server.remove_tool("grow")
        await ctx.session.send_tool_list_changed()
        return "grown"

    async with running(memory_connection(server)) as toolbox:
        await toolbox.call("grow", {})
        await until(toolbox, lambda: [spec.name for spec in toolbox.specs()] == ["grown"])
        outcome = await toolbox.call("grow", {})
    assert outcome.status == "refused"
    assert "grown" in outcome.text


async def test_before_the_server_is_ready_a_call_says_so() -> None:
    toolbox = Toolbox([memory_connection(Counted().server)])
    async with toolbox.running():
        await until_state(toolbox, "ready")
    assert toolbox.servers()[0].state == "stopped"
    assert toolbox.specs() == []
    outcome = await toolbox.call("scale", {"factor": 1})
    assert outcome.status == "error"
    assert "not ready" in outcome.text


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_resources_and_prompts_are_listed_and_read(mode: str) -> None:
    server = MCPServer("library")

    @server.resource("info://shelf", description="The shelf")
    def shelf() -> str:  # pyright: ignore[reportUnusedFunction]  # the decorator registers it
        return "books\x1b[31m"

    @server.prompt(description="Ask for a book")
    def ask(title: str) -> str:  # pyright: ignore[reportUnusedFunction]  # the decorator registers it
        return f"Read {title} to me."

    connection = memory_connection(server, mode="auto" if mode == "auto" else "legacy")
    async with running(connection) as toolbox:
        (resource,) = toolbox.resources()
        assert (resource.uri, resource.description) == ("info://shelf", "The shelf")
        assert await toolbox.read_resource("memory", "info://shelf") == "books"
        (prompt,) = toolbox.prompts()
        assert [argument.name for argument in prompt.arguments] == ["title"]
        assert await toolbox.get_prompt("memory", "ask", {"title": "Emma"}) == "Read Emma to me."
        with pytest.raises(ServerError):
            await toolbox.read_resource("memory", "info://nothing")
        with pytest.raises(ServerError, match="no server called"):
            await toolbox.get_prompt("elsewhere", "ask", {})


async def test_the_status_carries_what_the_server_calls_itself() -> None:
    server = MCPServer("shelf\x1b]0;owned\x07 keeper", version="3")
    async with running(memory_connection(server, deadlines=Deadlines())) as toolbox:
        assert toolbox.servers()[0].version == "shelf keeper 3"


async def test_restart_connects_anew() -> None:
    async with running(memory_connection(Counted().server)) as toolbox:
        await toolbox.restart("memory")
        assert toolbox.servers()[0].state == "starting"
        await until_state(toolbox, "ready")
        assert (await toolbox.call("scale", {"factor": 1})).status == "ok"


def test_a_url_that_cannot_be_understood_is_refused_when_the_toolbox_is_built(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="MCP_SERVER_URL"):
        build_toolbox("localhost", files_folder=tmp_path, log_folder=tmp_path)


def test_before_anything_runs_the_server_is_starting(tmp_path: Path) -> None:
    host: Host = build_toolbox(None, files_folder=tmp_path, log_folder=tmp_path)
    (status,) = host.servers()
    assert (status.name, status.state, status.bundled) == ("bundled", "starting", True)
    assert host.specs() == []
