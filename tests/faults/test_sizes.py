"""Results of odd sizes and shapes: bounded, painted at once, readable, and there again after a restart."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from mcp_types import CallToolResult, TextContent
from textual.pilot import Pilot

from tests.faults.servers import offering
from tests.hosting.fakes import ECHO_TOOL, ScriptedServer, running, scripted_connection
from tests.ui.tool_log.fakes import LogApp
from tui.core.events import ToolFinished, ToolStarted
from tui.hosting.convert import tool_outcome
from tui.store.history import History

Record = Callable[[str, object], None]

FIRST_PAINT = 0.15
TIMES = 3
"""The best of so many counts: other programs on this machine are not measured."""

SHAPES = {
    "a million lines": "line\n" * 1_000_000,
    "one line of 10 MB": "x" * 10_000_000,
    "one line of 10 MB of words": "word " * 2_000_000,
    "wide characters": "漢字" * 500_000,
    "deep JSON": "[" * 100_000 + "]" * 100_000,
}


async def test_result_of_any_shape_is_painted_at_once(record_property: Record) -> None:
    app = LogApp()
    async with app.run_test(size=(120, 40)) as pilot:
        short = [await painted(app, pilot, f"short{again}", "x") for again in range(TIMES)]
        shaped = {
            name: [await painted(app, pilot, f"{name}{again}", as_it_arrives(raw)) for again in range(TIMES)]
            for name, raw in SHAPES.items()
        }
    card = max(min(times[0] for times in tries) for tries in shaped.values())
    detail = max(min(times[1] for times in tries) for tries in shaped.values())
    plain = min(times[1] for times in short)
    record_property(
        "figure",
        f"{len(SHAPES)} shapes: card painted in {card * 1000:.0f} ms (page: {FIRST_PAINT * 1000:.0f} ms),"
        f" detail in {detail * 1000:.0f} ms, that of a short result in {plain * 1000:.0f} ms",
    )
    assert card <= FIRST_PAINT
    assert detail - plain <= FIRST_PAINT


def as_it_arrives(raw: str) -> str:
    """What is left of a result when the connection hands it on."""
    return tool_outcome(CallToolResult(content=[TextContent(type="text", text=raw)])).text


async def painted(app: LogApp, pilot: Pilot[None], call_id: str, text: str) -> tuple[float, float]:
    """Seconds until the card of a call that ends with this text is painted, and until its detail is."""
    app.log_view.show(ToolStarted(at=1, turn=1, call_id=call_id, name="big", server="s", arguments={}))
    await pilot.pause()
    start = perf_counter()
    app.log_view.show(ToolFinished(at=2, turn=1, call_id=call_id, name="big", status="ok", text=text))
    await pilot.pause()
    card = perf_counter() - start
    start = perf_counter()
    app.log_view.post_message(app.log_view.CallOpened(call_id))
    await pilot.pause()
    await pilot.pause()
    detail = perf_counter() - start
    assert len(app.screen_stack) == 2
    app.pop_screen()
    await pilot.pause()
    return card, detail


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
    async with (
        ScriptedServer(script=offering(ECHO_TOOL, result=ODD_TEXT)).serving() as server,
        running(scripted_connection(server.url)) as toolbox,
    ):
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
