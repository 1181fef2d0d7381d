"""What servers do wrong between the lines: swapped answers, hidden names, endless schemas, long pauses."""

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

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
    until,
    until_state,
)
from tests.hosting.test_launcher import START_SECONDS, bundled, free_port, launcher, python, server_process
from tui.core.errors import ServerError
from tui.core.ports import ToolOutcome
from tui.hosting.build import bundled_connection
from tui.hosting.timing import BUNDLED_RETRY, Deadlines, RetryPolicy
from tui.hosting.toolbox import Toolbox

FULL = os.environ.get("CALLSCOPE_FAULTS") == "full"
FROZEN_SECONDS = 0.2
"""No longer may the event loop stand still: the screen does, too, meanwhile."""


@pytest.fixture
async def scripted() -> AsyncGenerator[ScriptedServer]:
    async with ScriptedServer().serving() as server:
        yield server


@asynccontextmanager
async def never_frozen(limit: float = FROZEN_SECONDS) -> AsyncGenerator[None]:
    """Look all the time whether the event loop goes on."""
    worst = 0.0

    async def beat() -> None:
        nonlocal worst
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.005)
            worst = max(worst, time.monotonic() - before)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
    assert worst < limit


def listing(*tools: Message, **others: list[Message]) -> ScriptedServer:
    """A server with these tools, prompts and resources."""

    async def script(wire: Wire, message: Message) -> int | None:
        match message["method"]:
            case "initialize":
                info = {"name": "scripted", "version": "1"}
                capabilities: Message = {"tools": {}, "prompts": {}, "resources": {}}
                version = message["params"]["protocolVersion"]
                answer: Message = {"protocolVersion": version, "capabilities": capabilities, "serverInfo": info}
                await wire.result(message, answer)
            case "tools/list":
                await wire.result(message, {"tools": list(tools)})
            case "prompts/list":
                await wire.result(message, {"prompts": others.get("prompts", [])})
            case "resources/list":
                await wire.result(message, {"resources": others.get("resources", [])})
            case "prompts/get":
                text = json.dumps(message["params"], ensure_ascii=True)
                content = {"type": "text", "text": text}
                await wire.result(message, {"messages": [{"role": "user", "content": content}]})
            case "resources/read":
                text = json.dumps(message["params"], ensure_ascii=True)
                await wire.result(message, {"contents": [{"uri": "x:y", "text": text}]})
            case _:
                return await polite(wire, message)
        return 202

    return ScriptedServer(script=script)


# --- answers that come as they like ----------------------------------------------------------------------------------


async def test_a_thousand_answers_that_are_late_doubled_and_swapped_are_never_mixed_up(
    scripted: ScriptedServer,
) -> None:
    shuffler = random.Random(4711)
    waiting: list[Message] = []
    late: list[Message] = []

    async def answer(wire: Wire, request: Message) -> None:
        text = request["params"]["arguments"]["nonce"]
        await wire.result(request, {"content": [{"type": "text", "text": text}]})

    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] != "tools/call":
            return await polite(wire, message)
        if message["params"]["arguments"]["nonce"].endswith("7"):
            late.append(message)
            return 202
        waiting.append(message)
        if len(waiting) == 90:
            batch = [*waiting, *waiting[:20], *late]
            waiting.clear()
            late.clear()
            shuffler.shuffle(batch)
            for request in batch:
                await answer(wire, request)
        return 202

    scripted.script = script
    async with running(scripted_connection(scripted.url), call_timeout=20.0) as toolbox:
        outcomes: list[ToolOutcome] = []
        for start in range(0, 1000, 100):
            calls = [toolbox.call("echo", {"nonce": str(n)}) for n in range(start, start + 100)]
            outcomes += await asyncio.gather(*calls)
        entries = toolbox.log(toolbox.servers()[0].name)
    assert sum(o.status == "ok" and o.text != str(n) for n, o in enumerate(outcomes)) == 0
    assert sum(o.status == "ok" for o in outcomes) == 1000
    assert any("nothing waits" in entry.remark for entry in entries)
    assert scripted.connections == 1


async def test_an_answer_after_the_time_is_up_is_ignored_and_remarked_on(scripted: ScriptedServer) -> None:
    held: list[Message] = []

    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] == "tools/call" and not held:
            held.append(message)
            return 202
        if message["method"] == "notifications/cancelled":
            await wire.result(held[0], {"content": [{"type": "text", "text": "late"}]})
        return await polite(wire, message)

    scripted.script = script
    async with running(scripted_connection(scripted.url), call_timeout=0.5) as toolbox:
        (status,) = toolbox.servers()
        assert (await toolbox.call("echo", {})).status == "timeout"
        assert (await toolbox.call("echo", {})).text == "echo"
        assert any("too late" in entry.remark for entry in toolbox.log(status.name))


# --- what a server lists ---------------------------------------------------------------------------------------------


async def test_prompts_and_resources_with_hidden_characters_come_back_as_they_were() -> None:
    prompt = {"name": "sum\u200bmary\u202e", "arguments": [{"name": "to\u200bpic"}]}
    twin: Message = {"name": "summary", "arguments": []}
    resource = {"uri": "info://a\u200bb", "name": "r"}
    async with (
        listing(prompts=[prompt, twin], resources=[resource]).serving() as server,
        running(scripted_connection(server.url)) as toolbox,
    ):
        name = toolbox.servers()[0].name
        first, second = toolbox.prompts()
        assert (first.name, first.wire_name, second.name) == ("summary", "sum\u200bmary\u202e", "summary")
        asked = json.loads(await toolbox.get_prompt(name, first.wire_name, {"topic": "x"}))
        assert asked == {"name": "sum\u200bmary\u202e", "arguments": {"to\u200bpic": "x"}}
        assert json.loads(await toolbox.get_prompt(name, second.wire_name, {}))["name"] == "summary"
        (shown,) = toolbox.resources()
        assert shown.uri == "info://ab"
        for uri in (shown.uri, shown.wire_uri):
            assert json.loads(await toolbox.read_resource(name, uri))["uri"] == "info://a\u200bb"


async def test_schemas_of_half_a_megabyte_do_not_freeze_the_application() -> None:
    properties = {f"field{n}": {"type": "string", "description": "d" * 60} for n in range(5_000)}
    large = [{"name": f"large{n}", "inputSchema": {"type": "object", "properties": properties}} for n in range(4)]
    async with (
        listing(*large).serving() as server,
        never_frozen(),
        running(scripted_connection(server.url)) as toolbox,
    ):
        assert len(toolbox.specs()) == 4
        assert (await toolbox.call("large0", {"field1": 1})).status == "refused"
        assert (await toolbox.call("large0", {"field1": "fine"})).status == "ok"


async def test_a_schema_whose_check_would_never_end_is_left_to_the_server() -> None:
    steps = {f"s{n}": {"allOf": [{"$ref": f"#/$defs/s{n + 1}"}] * 2} for n in range(40)}
    schema = {"type": "object", "$ref": "#/$defs/s0", "$defs": {**steps, "s40": {"type": "object"}}}
    async with (
        listing({"name": "echo", "inputSchema": schema}).serving() as server,
        running(scripted_connection(server.url)) as toolbox,
        never_frozen(0.5),
    ):
        assert (await asyncio.wait_for(toolbox.call("echo", {"a": 1}), 10)).text == "echo"


async def test_a_schema_that_refers_to_itself_is_checked() -> None:
    tree = {"type": "object", "properties": {"child": {"$ref": "#"}, "n": {"type": "integer"}}}
    async with (
        listing({"name": "echo", "inputSchema": tree}).serving() as server,
        running(scripted_connection(server.url)) as toolbox,
    ):
        assert (await toolbox.call("echo", {"child": {"child": {"n": 1}}})).status == "ok"
        assert "child.child.n" in (await toolbox.call("echo", {"child": {"child": {"n": "x"}}})).text


# --- servers that are not there, and the bundled one in their place --------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n", "no MCP endpoint"),
        (b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi", "a web page"),
    ],
)
async def test_what_is_no_mcp_server_is_said_within_a_second(answer: bytes, words: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    async with serving_raw(serve) as url:
        toolbox = Toolbox([scripted_connection(url)])
        async with toolbox.running():
            await until(toolbox, lambda: words in toolbox.servers()[0].detail, seconds=1)


async def test_the_bundled_server_takes_the_place_of_one_that_is_down(tmp_path: Path) -> None:
    absent = scripted_connection(f"http://127.0.0.1:{free_port()}")
    toolbox = Toolbox([absent], make_bundled=lambda: bundled_connection(launcher(tmp_path)), call_timeout=10.0)
    async with toolbox.running():
        await until_state(toolbox, "down")
        await toolbox.start_bundled()
        await until(toolbox, lambda: bool(toolbox.specs()), START_SECONDS)
        (status,) = toolbox.servers()
        assert status.bundled
        assert (await toolbox.call("greet", {})).status == "ok"
        assert await toolbox.output(status.name)
        with pytest.raises(ServerError, match="already"):
            await toolbox.start_bundled()
    assert not [child for child in psutil.Process().children() if "--supervised" in child.cmdline()]


async def test_a_server_that_is_ready_stays_beside_the_bundled_one(scripted: ScriptedServer, tmp_path: Path) -> None:
    toolbox = Toolbox([scripted_connection(scripted.url)], make_bundled=lambda: bundled_connection(launcher(tmp_path)))
    async with toolbox.running():
        await until_state(toolbox, "ready")
        await toolbox.start_bundled()
        await until(toolbox, lambda: len(toolbox.specs()) > 1, START_SECONDS)
        assert len(toolbox.servers()) == 2


async def test_where_there_is_no_bundled_server_that_is_said() -> None:
    with pytest.raises(ServerError, match="no bundled server"):
        await Toolbox([]).start_bundled()


async def test_no_tool_of_another_mcp_server_on_the_port_is_adopted(tmp_path: Path) -> None:
    async with ScriptedServer().serving() as other:
        port = int(other.url.rpartition(":")[2].partition("/")[0])
        async with bundled(tmp_path, preferred_port=port) as toolbox:
            assert "echo" not in [spec.name for spec in toolbox.specs()]
            assert f":{port}/" not in toolbox.servers()[0].url
        assert other.connections == 0


# --- processes that die and stand still -------------------------------------------------------------------------------

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@posix
async def test_a_crash_loop_pauses_longer_each_time_and_ends_with_the_last_words(tmp_path: Path) -> None:
    assert BUNDLED_RETRY.delays == (1.0, 2.0, 4.0)
    code = (
        "import sys, time; open('starts', 'a').write(f'{time.time()}\\n');"
        "print(*range(50), sep='\\n', file=sys.stderr); sys.exit(3)"
    )
    scale = 1.0 if FULL else 0.15
    retry = RetryPolicy(tuple(scale * delay for delay in BUNDLED_RETRY.delays), slow_retry=None)
    toolbox = Toolbox([bundled_connection(launcher(tmp_path, python(code)), retry=retry)])
    async with toolbox.running():
        status = await until_state(toolbox, "down", seconds=30)
    starts = [float(line) for line in (tmp_path / "log" / "starts").read_text().splitlines()]
    pauses = [after - before for before, after in pairwise(starts)]
    assert len(starts) == 4
    assert all(pause >= delay * 0.9 for pause, delay in zip(pauses, retry.delays, strict=True))
    assert status.detail.splitlines()[1:] == [str(n) for n in range(30, 50)]


@posix
async def test_a_server_that_was_well_is_back_soon_each_time_it_is_killed(tmp_path: Path) -> None:
    async with bundled(tmp_path) as toolbox:
        for _ in range(20 if FULL else 3):
            child = server_process()
            child.suspend()
            call = asyncio.create_task(toolbox.call("save_text_file", {"filename": "a.txt", "content": "once"}))
            await asyncio.wait({call}, timeout=0.05)
            child.kill()
            began = time.monotonic()
            assert (await asyncio.wait_for(call, 5)).status == "lost"
            await until_state(toolbox, "reconnecting")
            await until_state(toolbox, "ready", seconds=START_SECONDS)
            if FULL:
                assert time.monotonic() - began < 3
    assert not (tmp_path / "files" / "a.txt").exists()


@posix
async def test_a_server_that_stood_still_is_usable_soon_after_it_goes_on(tmp_path: Path) -> None:
    deadlines = Deadlines(connect=20.0, alive=60.0 if FULL else 0.5)
    connection = bundled_connection(launcher(tmp_path), deadlines=deadlines)
    toolbox = Toolbox([connection], call_timeout=2.0 if FULL else 0.5)
    async with toolbox.running():
        await until_state(toolbox, "ready", seconds=START_SECONDS)
        child = server_process()
        child.send_signal(signal.SIGSTOP)
        try:
            assert (await toolbox.call("greet", {})).status == "timeout"
            if not FULL:
                await until_state(toolbox, "reconnecting", "starting")
        finally:
            if child.is_running():
                child.send_signal(signal.SIGCONT)
        async with asyncio.timeout(5 if FULL else START_SECONDS):
            await until(toolbox, lambda: bool(toolbox.specs()), START_SECONDS)
            outcome = await toolbox.call("greet", {})
            while outcome.status != "ok":
                await until(toolbox, lambda: bool(toolbox.specs()), START_SECONDS)
                outcome = await toolbox.call("greet", {})


def test_silence_is_given_up_when_people_are_told_it_is() -> None:
    deadlines = Deadlines()
    assert (deadlines.connect, deadlines.alive) == (10.0, 5.0)
