"""Results of odd sizes and shapes: bounded, painted at once, readable, and there again after a restart."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from mcp_types import CallToolResult, TextContent

from tests.faults.servers import offering
from tests.hosting.fakes import ECHO_TOOL, ScriptedServer, running, scripted_connection
from tests.ui.tool_log.fakes import LogApp
from tui.core.events import ToolFinished, ToolStarted
from tui.hosting.convert import tool_outcome
from tui.store.history import History

Record = Callable[[str, object], None]

FIRST_PAINT = 0.15
SHAPES = {
    "a million lines": "line\n" * 1_000_000,
    "one line of 10 MB": "x" * 10_000_000,
    "one line of 10 MB of words": "word " * 2_000_000,
    "wide characters": "漢字" * 500_000,
    "deep JSON": "[" * 100_000 + "]" * 100_000,
}


async def test_result_of_any_shape_is_painted_at_once(record_property: Record) -> None:
    app, worst = LogApp(), {"card": 0.0, "detail": 0.0}
    async with app.run_test(size=(120, 40)) as pilot:
        for number, raw in enumerate(SHAPES.values()):
            call_id = f"c{number}"
            text = tool_outcome(CallToolResult(content=[TextContent(type="text", text=raw)])).text
            app.log_view.show(ToolStarted(at=1, turn=1, call_id=call_id, name="big", server="s", arguments={}))
            await pilot.pause()
            start = perf_counter()
            app.log_view.show(ToolFinished(at=2, turn=1, call_id=call_id, name="big", status="ok", text=text))
            await pilot.pause()
            worst["card"] = max(worst["card"], perf_counter() - start)
            start = perf_counter()
            app.log_view.post_message(app.log_view.CallOpened(call_id))
            await pilot.pause()
            await pilot.pause()
            worst["detail"] = max(worst["detail"], perf_counter() - start)
            assert app.screen_stack[-1] is not app.screen_stack[0]
            app.pop_screen()
            await pilot.pause()
    told = ", ".join(f"{place} {seconds * 1000:.0f} ms" for place, seconds in worst.items())
    record_property("figure", f"{len(SHAPES)} shapes, slowest paint: {told} (page: {FIRST_PAINT * 1000:.0f} ms)")
    assert max(worst.values()) <= FIRST_PAINT


def test_ten_thousand_content_blocks_become_one_bounded_text(record_property: Record) -> None:
    start = perf_counter()
    outcome = tool_outcome(CallToolResult(content=[TextContent(type="text", text="block " * 100)] * 10_000))
    took = perf_counter() - start
    record_property("figure", f"10,000 blocks: {len(outcome.text):,} characters in {took * 1000:.0f} ms")
    assert len(outcome.text) < 300_000
    assert "shortened" in outcome.text
    assert took < 1


ODD_TEXT = "\ufeffBOM\r\nCRLF\rCR\x00NUL\x01\x02 half \ud83d \udc00 \x85 \x9b31m end"


async def test_bytes_that_are_no_text_are_readable_and_load_again(tmp_path: Path, record_property: Record) -> None:
    async with ScriptedServer(script=offering(ECHO_TOOL, result=ODD_TEXT)).serving() as server:
        async with running(scripted_connection(server.url)) as toolbox:
            outcome = await toolbox.call("echo", {})
    assert outcome.status == "ok"
    assert outcome.text.endswith(" end")
    event = ToolFinished(at=1.0, turn=1, call_id="c", name="echo", status="ok", text=outcome.text)
    history = await History.open(tmp_path)
    await history.append("a", event)
    await history.aclose()
    again = await History.open(tmp_path)
    assert await again.load("a") == [event]
    await again.aclose()
    record_property("figure", f"read as {outcome.text!r}, and loaded again as it was")
