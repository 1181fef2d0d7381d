"""Checking a conversation from within: asked first, run for real, told call by call."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from textual.widgets import OptionList, Static

from tests.core.recorded import Recorder, two_turns
from tests.fakes import FakeHost, MemoryArchive, ToolFunction, tool, waiting_tool
from tests.ui.driving import Driven, driving
from tui.core.events import ChecksMasked, Event
from tui.ui.checking.report_screen import CheckScreen
from tui.ui.dialogs.confirm import Confirm
from tui.ui.history.messages import RecordingUse, RecordingWish
from tui.ui.lines.block_view import BlockView


def conversation() -> list[Event]:
    recorder = Recorder().said("Add and greet").called("add", "5 apples\nin a basket").called("greet", "Hello Ann")
    return recorder.ended().events


@asynccontextmanager
async def checking(
    *, size: tuple[int, int] = (120, 36), events: list[Event] | None = None, **tools: ToolFunction
) -> AsyncGenerator[Driven]:
    """The application with this conversation open, asked to check it."""
    archive = MemoryArchive()
    archive.conversations["c"] = events or conversation()
    async with driving(host=FakeHost(**tools), archive=archive, size=size) as driven:
        await driven.session.open("c")
        await driven.send("/check")
        yield driven


async def wish(driven: Driven, what: RecordingUse) -> None:
    (summary,) = await driven.archive.summaries()
    driven.screen.post_message(RecordingWish(summary, what))


async def asked(driven: Driven) -> str:
    """What the person is asked."""
    await driven.until(lambda: isinstance(driven.app.screen, Confirm), "it asks first")
    return " ".join(str(static.render()) for static in driven.app.screen.query(Static))


async def report(driven: Driven) -> CheckScreen:
    await driven.pilot.press("y")
    await driven.until(lambda: isinstance(driven.app.screen, CheckScreen), "the report is open")
    screen = driven.app.screen
    assert isinstance(screen, CheckScreen)
    return screen


def heading(screen: CheckScreen) -> str:
    return str(screen.query_one("#heading", Static).render())


def calls(screen: CheckScreen) -> list[str]:
    return [str(option.prompt) for option in screen.query_one(OptionList).options]


def difference(screen: CheckScreen) -> str:
    view = screen.query_one(BlockView)
    return "\n".join(view.render_line(y).text.rstrip() for y in range(view.size.height)).strip()


async def test_it_asks_first_and_names_what_would_run() -> None:
    async with checking(add=tool("5"), greet=tool("Hello Ann")) as driven:
        words = await asked(driven)
        assert "Run 2 calls for real?" in words
        assert "On bundled: add, greet." in words
        await driven.pilot.press("n")
        assert driven.host.calls == []


async def test_the_first_difference_is_shown_side_by_side() -> None:
    async with checking(add=tool("6 apples\nin a basket"), greet=tool("Hello Ann")) as driven:
        await asked(driven)
        screen = await report(driven)
        await driven.until(lambda: "1 the same · 1 different" in heading(screen), "it is done")
        assert [line[:2] for line in calls(screen)] == ["✗ ", "✓ "]
        await driven.until(lambda: "+ 6 apples" in difference(screen), "the difference is shown")
        (row,) = [line for line in difference(screen).split("\n") if "apples" in line]
        assert row.index("- 5 apples") < row.index("│") < row.index("+ 6 apples")
        await driven.pilot.press("down")
        await driven.until(lambda: "Hello Ann" in difference(screen), "the other call is shown")
        await driven.pilot.press("n")
        await driven.until(lambda: "+ 6 apples" in difference(screen), "the next difference is shown")
        await driven.pilot.press("escape")
        assert driven.app.screen is driven.screen


async def test_narrow_terminals_have_both_sides_and_the_list_above() -> None:
    async with checking(add=tool("6 apples"), greet=tool("Hello Ann"), size=(60, 24)) as driven:
        await asked(driven)
        screen = await report(driven)
        await driven.until(lambda: "+ 6 apples" in difference(screen), "the difference is shown")
        lines = difference(screen).split("\n")
        (before,) = [n for n, line in enumerate(lines) if "- 5 apples" in line]
        (after,) = [n for n, line in enumerate(lines) if "+ 6 apples" in line]
        assert before < after
        assert screen.query_one(OptionList).region.bottom <= screen.query_one(BlockView).region.y


async def test_progress_is_told_and_escape_stops_the_calls() -> None:
    started, release = asyncio.Event(), asyncio.Event()
    async with checking(add=tool("5 apples\nin a basket"), greet=waiting_tool(started, release)) as driven:
        await asked(driven)
        screen = await report(driven)
        await driven.until(started.is_set, "the second call runs")
        await driven.until(lambda: "1 of 2 calls done" in heading(screen), "the first is counted")
        await driven.pilot.press("escape")
        assert driven.app.screen is driven.screen
        assert not release.is_set()


async def test_a_mask_that_cannot_be_used_is_said() -> None:
    events = [*conversation(), ChecksMasked(at=9_999.0, patterns=("(",))]
    async with checking(events=events, add=tool("5")) as driven:
        await asked(driven)
        screen = await report(driven)
        await driven.until(lambda: "The mask “(” is not a regular expression" in heading(screen), "it is said")
        assert driven.host.calls == []


async def test_untrusted_text_is_shown_as_it_is() -> None:
    nasty = "[/x][@click=app.quit]quit[/]\x1b[2J‮"
    events = Recorder().said("Hi").called("add", nasty, {nasty: nasty}).ended().events
    async with checking(events=events, add=tool(nasty + "!")) as driven:
        await asked(driven)
        screen = await report(driven)
        await driven.until(lambda: "1 different" in heading(screen), "it is done")
        assert "[@click=app.quit]" in difference(screen)
        assert "\x1b" not in difference(screen) + calls(screen)[0]
        assert "\u202e" not in difference(screen) + calls(screen)[0]


async def test_nothing_runs_while_tools_must_never_run() -> None:
    archive = MemoryArchive()
    archive.conversations["c"] = conversation()
    async with driving(host=FakeHost(add=tool()), archive=archive) as driven:
        driven.session.gate.mode = "never"
        await wish(driven, "check")
        await driven.until(lambda: "never run tools" in driven.notice, "it is refused")
        assert driven.host.calls == []


async def test_a_conversation_without_calls_is_nothing_to_check() -> None:
    archive = MemoryArchive()
    archive.conversations["c"] = [event for event in two_turns() if getattr(event, "turn", 0) == 2]
    async with driving(archive=archive) as driven:
        await wish(driven, "check")
        await driven.until(lambda: "no call" in driven.notice, "it is said")


async def test_any_conversation_becomes_a_test_with_suggested_masks() -> None:
    archive = MemoryArchive()
    archive.conversations["c"] = Recorder().said("Weather?").called("get_weather", "Now: 59°F").ended().events
    async with driving(archive=archive) as driven:
        await wish(driven, "record")
        await driven.until(lambda: "callscope check" in driven.notice, "it says how to run it")
        assert "1 mask suggested" in driven.notice
        ((path, (_form, events)),) = driven.exporter.files.items()
        assert path.parent.name == "recordings"
        assert path.suffix == ".jsonl"
        (masks,) = [event for event in events if isinstance(event, ChecksMasked)]
        assert any("°" in pattern for pattern in masks.patterns)
