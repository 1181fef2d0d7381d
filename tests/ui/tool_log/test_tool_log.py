from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Static

from tests.ui.tool_log.fakes import LogApp, texts
from tests.ui.transcript.samples import AT, answered, asked, call_turn
from tui.core.events import (
    CallAnnounced,
    ConversationOpened,
    Event,
    TextDelta,
    ToolFinished,
    ToolRequest,
    ToolStarted,
    ToolStatus,
    TurnEnded,
    UserSaid,
)
from tui.ui.tool_log.tool_log import ToolLog

HOSTILE = "[/x] [@click=app.quit]go[/] \x1b[2J \u202eabc"


@asynccontextmanager
async def running(
    events: Sequence[Event] = (), size: tuple[int, int] = (44, 24)
) -> AsyncGenerator[tuple[Pilot[None], LogApp]]:
    app = LogApp()
    async with app.run_test(size=size) as pilot:
        if events:
            app.log_view.show(ConversationOpened(at=AT, conversation_id="a", events=tuple(events)))
        await pilot.pause()
        yield pilot, app


def started(call_id: str = "a", **changes: object) -> ToolStarted:
    values: dict[str, object] = {
        "at": AT,
        "turn": 1,
        "call_id": call_id,
        "name": "get_weather",
        "server": "bundled",
        "arguments": {"city": "Oslo"},
    }
    return ToolStarted(**{**values, **changes})  # pyright: ignore[reportArgumentType] (any field may be changed)


def finished(status: ToolStatus = "ok", call_id: str = "a", text: str = "Sunny.") -> ToolFinished:
    return ToolFinished(at=AT, turn=1, call_id=call_id, name="get_weather", status=status, text=text, seconds=1.25)


def row(app: LogApp, wanted: str) -> str:
    return next(text for text in texts(app.log_view) if wanted in text)


async def test_a_card_goes_through_all_its_states() -> None:
    async with running() as (_, app):
        log = app.log_view
        log.show(UserSaid(at=AT, turn=1, text="weather?"))
        log.show(asked(1))
        log.show(CallAnnounced(at=AT, turn=1, round=1, call_id="a", name="get_weather"))
        assert row(app, "get_weather").split() == ["◌", "get_weather", "asked"]
        log.show(answered(1, "", ToolRequest("a", "get_weather", '{"city": "Oslo"}')))
        assert '{"city": "Oslo"}' in row(app, "city")
        log.show(started())
        assert row(app, "get_weather").split()[1:] == ["get_weather", "bundled", "0.0", "s"]
        assert row(app, "city") == "   city\u00a0Oslo"
        log.show(finished())
        assert row(app, "get_weather").split() == ["✓", "get_weather", "bundled", "1.2", "s"]
        assert row(app, "Sunny") == "   Sunny."


async def test_the_running_time_counts_up_while_a_call_runs() -> None:
    async with running() as (pilot, app):
        app.log_view.show(started())
        app.now = 0.8
        for _ in range(200):
            if "0.8 s" in row(app, "get_weather"):
                break
            await pilot.pause(0.01)
        assert "0.8 s" in row(app, "get_weather")


async def test_without_animations_the_sign_of_a_running_call_stands_still() -> None:
    async with running() as (_, app):
        app.animation_level = "none"
        app.log_view.show(started())
        assert row(app, "get_weather").split()[0] == "◌"


@pytest.mark.parametrize(
    ("status", "sign", "words"),
    [
        ("ok", "✓", ""),
        ("error", "✗", "failed"),
        ("refused", "✗", "not sent"),
        ("timeout", "!", "timed out"),
        ("cancelled", "⊘", "stopped"),
        ("lost", "!", "connection lost"),
    ],
)
async def test_every_end_of_a_call_has_its_sign_and_words(status: ToolStatus, sign: str, words: str) -> None:
    async with running([started(), finished(status, text="The cause.")], (60, 20)) as (_, app):
        head = row(app, "get_weather")
        assert head.split()[0] == sign
        assert words in head
        assert row(app, "The cause.")


async def test_a_call_that_never_started_is_closed_as_not_run() -> None:
    async with running() as (_, app):
        for call_id in ("a", "b"):
            app.log_view.show(CallAnnounced(at=AT, turn=1, round=1, call_id=call_id, name=f"tool_{call_id}"))
        app.log_view.show(answered(1, "", ToolRequest("b", "tool_b", "{}")))
        assert "not run" in row(app, "tool_a")
        assert row(app, "tool_b").split()[-1] == "asked"
        app.log_view.show(TurnEnded(at=AT, turn=1, reason="cancelled", seconds=1))
        assert "not run" in row(app, "tool_b")


async def test_arguments_that_are_no_json_object_are_shown_as_written() -> None:
    events = [started(arguments={}, raw_arguments='{"na'), finished("refused", text="The arguments are not JSON.")]
    async with running(events) as (_, app):
        assert '{"na' in row(app, "no JSON object")
        assert "not sent" in row(app, "get_weather")


async def test_a_call_by_hand_is_marked_and_outlives_the_end_of_a_turn() -> None:
    async with running() as (_, app):
        app.log_view.show(started(by="person", turn=0))
        app.log_view.show(TurnEnded(at=AT, turn=1, reason="done", seconds=1))
        assert "by hand" in row(app, "get_weather")
        app.log_view.show(finished())
        assert row(app, "get_weather").split()[0] == "✓"


async def test_a_long_result_is_shortened_with_a_sign() -> None:
    async with running([started(), finished(text="many words " * 500)]) as (_, app):
        shown = [text for text in texts(app.log_view) if "many words" in text]
        assert len(shown) == 3
        assert shown[-1].endswith("…")


async def test_a_reopened_log_equals_the_live_one() -> None:
    events = call_turn(1) + call_turn(2)
    async with running(events) as (_, app):
        reopened = texts(app.log_view)
    async with running() as (_, app):
        for event in events:
            app.log_view.show(event)
        assert texts(app.log_view) == reopened
        assert reopened[0].startswith(" turn 1 · 14:02 ──")


async def test_the_title_counts_calls_failures_and_time() -> None:
    async with running(call_turn(1)) as (pilot, app):
        await pilot.pause()
        title = str(app.query_one("#tool-log-title", Static).content)
        assert title.split() == ["CALLS", "2", "·", "1", "failed", "·", "21", "ms"]


async def test_keys_choose_a_card_and_enter_opens_it() -> None:
    async with running(call_turn(1) + call_turn(2)) as (pilot, app):
        await pilot.press("up")
        assert app.log_view.chosen == 5, "the last card: two turns have a line and two cards each"
        await pilot.press("up", "up", "down", "enter")
        await pilot.pause()
        assert app.opened == ["call-2-1"]


async def test_a_chosen_card_is_brought_into_sight() -> None:
    events = [event for turn in range(1, 30) for event in call_turn(turn)]
    async with running(events) as (pilot, app):
        app.log_view.focus()
        for _ in range(40):
            app.log_view.action_scroll_up()
        await pilot.pause()
        shown = [app.log_view.render_line(y).text for y in range(app.log_view.size.height)]
        assert any("calculate" in text or "save_text_file" in text for text in shown)
        chosen = app.log_view.chosen
        assert chosen is not None
        top = app.log_view.flow.top(chosen)
        assert app.log_view.scroll_offset.y <= top < app.log_view.scroll_offset.y + app.log_view.size.height


async def test_a_click_chooses_and_a_double_click_opens() -> None:
    async with running(call_turn(1)) as (pilot, app):
        await pilot.click(ToolLog, offset=(5, 1))
        assert not app.opened
        await pilot.click(ToolLog, offset=(5, 1), times=2)
        await pilot.pause()
        assert app.opened == ["call-1-1"]


async def test_a_turn_can_be_brought_into_sight() -> None:
    events = [event for turn in range(1, 30) for event in call_turn(turn)]
    async with running(events) as (pilot, app):
        app.log_view.scroll_to_turn(7)
        await pilot.pause()
        assert "turn 7" in "".join(app.log_view.render_line(y).text for y in range(3))


async def test_hostile_names_and_values_are_spelled_out() -> None:
    events = [
        started(name=HOSTILE, server=HOSTILE, arguments={HOSTILE: HOSTILE, "nested": [HOSTILE]}),
        finished("error", text="[/x] [@click=app.quit]"),
    ]
    async with running(events, (100, 24)) as (pilot, app):
        shown = "\n".join(texts(app.log_view))
        assert not set(shown) & {"\x1b", "\u202e"}
        assert "<U+202E>" in shown
        assert "[@click=app.quit]" in shown
        await pilot.click(ToolLog, offset=(10, 1))
        assert app.is_running


@pytest.mark.parametrize("width", [24, 25, 31, 32, 33, 44, 59, 120, 200])
async def test_no_row_is_wider_than_the_view(width: int) -> None:
    wide = started(
        "b", name="工具" * 30, server="远程", arguments={"天气": "好" * 90, "x": [1, {"y": None}]}, by="person"
    )
    events = [*call_turn(1), wide, finished("lost", "b", "断开" * 200)]
    async with running(events, (width, 24)) as (_, app):
        log = app.log_view
        for index in range(len(log.flow)):
            for line in log.flow.lines(index):
                assert cell_len(line.strip.text) == line.strip.cell_length <= log.flow.width
        assert width < 32 or "by hand" in "\n".join(texts(log))


async def test_huge_arguments_and_results_are_cut_with_a_sign() -> None:
    huge = {"text": "word " * 400_000, "list": [1] * 400_000, **{f"name_{number}": number for number in range(5000)}}
    async with running([started(arguments=huge), finished(text="x" * 5_000_000)]) as (_, app):
        assert len(texts(app.log_view)) == 8, "a line for the turn, one for the name, three each for the others"
        assert sum("…" in text for text in texts(app.log_view)) == 2


async def test_many_calls_render_only_what_is_in_sight() -> None:
    events = [event for turn in range(1, 3000) for event in call_turn(turn)]
    async with running(events) as (_, app):
        assert app.log_view.flow.render_count <= app.log_view.size.height


async def test_text_that_streams_leaves_the_log_alone() -> None:
    async with running(call_turn(1)) as (_, app):
        before = app.log_view.flow.render_count
        app.log_view.show(TextDelta(at=AT, turn=2, round=1, text="words"))
        assert app.log_view.flow.render_count == before
