"""All that is known of a turn, in a dialog of its own."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.app import App
from textual.pilot import Pilot

from tests.fakes import say
from tests.ui.driving import driving
from tests.ui.transcript.fakes import fixed_clock
from tests.ui.transcript.samples import AT, REPORT, asked, call_turn, failed_turn, text_turn, thoughtful_turn
from tui.core.events import Event, FilterVerdict, HistoryTrimmed, ModelAnswered, TurnEnded, UserSaid
from tui.ui.answer_detail.answer_detail import AnswerDetail
from tui.ui.answer_detail.turn_book import TurnBook, TurnRecord
from tui.ui.answer_detail.words import worst
from tui.ui.lines.block_view import BlockView
from tui.ui.transcript.transcript import Transcript


class DetailApp(App[None]):
    """Nothing but a place for the dialog."""

    def __init__(self) -> None:
        super().__init__()
        self.copied: list[str] = []

    def copy_to_clipboard(self, text: str) -> None:
        self.copied.append(text)


def record(events: Sequence[Event], turn: int = 1) -> TurnRecord:
    book = TurnBook()
    for event in events:
        book.show(event)
    return book.record(turn)


@asynccontextmanager
async def detail(
    events: Sequence[Event], size: tuple[int, int] = (80, 24)
) -> AsyncGenerator[tuple[Pilot[None], DetailApp]]:
    app = DetailApp()
    async with app.run_test(size=size) as pilot:
        await app.push_screen(AnswerDetail(record(events), clock=fixed_clock))
        await pilot.pause()
        yield pilot, app


def all_text(app: App[None]) -> list[str]:
    flow = app.screen.query_one(BlockView).flow
    return [line.strip.text.strip() for index in range(len(flow)) for line in flow.lines(index)]


async def test_everything_an_endpoint_reported_is_there() -> None:
    async with detail(thoughtful_turn(1), (120, 36)) as (_, app):
        shown = all_text(app)
        for wanted in (
            "took         21.7 s",
            "Request 1 of 1",
            "asked        gpt-5 · 2 messages · 6 tools",
            "✗ try 1      Azure OpenAI had a problem of its own (HTTP 503).",
            "HTTP 503 · apim-request-id 0a1b",
            "again in 12 s",
            "adapted      gpt-5 takes no temperature, so none is sent.",
            "answered     gpt-5-2025-08-07 · Responses API",
            "ended        complete",
            "tokens       12,410 in (1,024 cached) → 190 out (64 reasoning)",
            "time         first text 4.0 s · 6.2 s",
            "request id   7d2f0c11-4a55-4d53-9d0e-0a8f2f1c9b6e",
            "region       Sweden Central",
            "quota left   58 requests · 98,120 tokens",
            "context      400,000 tokens",
        ):
            assert wanted in shown


async def test_the_content_filter_is_a_table_of_categories_by_what_they_are_about() -> None:
    async with detail(thoughtful_turn(1), (120, 36)) as (_, app):
        table = [row.split("  ") for row in all_text(app)[-4:]]
        assert [[cell.strip() for cell in row if cell.strip()] for row in table] == [
            ["content filter", "prompt", "answer"],
            ["jailbreak", "✓ not detected", "—"],
            ["violence", "✓ safe", "! low"],
            ["protected material code", "—", "! detected"],
        ]


async def test_every_request_of_a_turn_has_its_part_and_the_whole_its_sums() -> None:
    async with detail(call_turn(1), (120, 50)) as (_, app):
        shown = all_text(app)
        assert "Request 1 of 2" in shown
        assert "Request 2 of 2" in shown
        assert "ended        asks for calls: calculate, save_text_file" in shown
        assert "tokens       1,100 in → 100 out" in shown
        assert "calls        2 · 1 failed" in shown


async def test_a_failure_comes_first_with_what_to_do_and_its_detail() -> None:
    *events, end = failed_turn(1)
    assert isinstance(end, TurnEnded)
    async with detail([*events, replace(end, detail="HTTP 500 · apim-request-id 77")]) as (_, app):
        assert all_text(app)[:3] == [
            "The deployment did not answer.",
            "Check AZURE_OPENAI_DEPLOYMENT and try again.",
            "detail       HTTP 500 · apim-request-id 77",
        ]


async def test_a_turn_that_never_got_to_ask_says_so() -> None:
    said, end = UserSaid(at=AT, turn=1, text="x"), TurnEnded(at=AT, turn=1, reason="cancelled", seconds=1)
    async with detail([said, end]) as (_, app):
        assert all_text(app)[-1] == "Nothing was asked of the model."


async def test_a_turn_that_waits_to_ask_says_so() -> None:
    async with detail([UserSaid(at=AT, turn=1, text="x")]) as (_, app):
        assert all_text(app)[-1] == "Nothing was asked of the model yet."


async def test_what_was_left_out_of_the_request_is_said() -> None:
    trimmed = HistoryTrimmed(at=AT, turn=1, dropped_turns=2, limit=9, reason="context")
    said, *others = text_turn(1)
    async with detail([said, trimmed, *others]) as (_, app):
        assert "⋯ The oldest 2 turns are no longer sent  the context is full" in all_text(app)


async def test_keys_copy_the_ids_of_failed_and_answered_requests_and_all_of_it() -> None:
    async with detail(thoughtful_turn(1)) as (pilot, app):
        await pilot.press("i", "c")
        assert app.copied[0].split() == ["0a1b", "0a1c", REPORT.request_id]
        assert "quota left   58 requests" in app.copied[1]
        assert "protected material code  —  ! detected" in app.copied[1]


async def test_without_a_request_id_there_is_no_key_for_it() -> None:
    async with detail(text_turn(1)) as (pilot, app):
        await pilot.press("i")
        assert app.copied == []
        assert "request id" not in app.export_screenshot().replace("&#160;", " ")


@pytest.mark.parametrize("size", [(80, 24), (60, 14), (40, 10)])
async def test_it_fits_and_scrolls_at_every_size(size: tuple[int, int]) -> None:
    async with detail(thoughtful_turn(1), size) as (pilot, app):
        view = app.screen.query_one(BlockView)
        for index in range(len(view.flow)):
            assert all(line.strip.cell_length <= view.flow.width for line in view.flow.lines(index))
        await pilot.press("end")
        assert view.scroll_offset.y == view.max_scroll_y > 0
        assert "esc close" in app.export_screenshot().replace("&#160;", " ")


async def test_hostile_texts_are_shown_literally() -> None:
    hostile = "[@click=app.quit]go[/] \x1b[2J \u202eabc"
    report = replace(
        REPORT, request_id=hostile, region=hostile, filters=(FilterVerdict("prompt", hostile, hostile, filtered=True),)
    )
    events = [replace(e, report=report) if isinstance(e, ModelAnswered) else e for e in thoughtful_turn(1)]
    async with detail(events, (120, 50)) as (_, app):
        shown = "\n".join(all_text(app))
        assert "[@click=app.quit]go[/] <U+001B>[2J <U+202E>abc" in shown
        assert not set(shown) & {"\x1b", "\u202e"}


async def test_a_key_opens_the_newest_turn_and_enter_the_chosen_one() -> None:
    async with driving(say("first"), say("second")) as app:
        await app.pilot.press("ctrl+g")
        await app.until(lambda: "no answer" in app.notice, "it is said")
        await app.send("one")
        await app.settled()
        await app.send("two")
        await app.settled()
        await app.pilot.press("ctrl+g")
        await app.until(lambda: isinstance(app.app.screen, AnswerDetail), "the dialog opens")
        assert "Turn 2" in app.app.export_screenshot().replace("&#160;", " ")
        await app.pilot.press("escape")
        app.screen.query_one(Transcript).focus()
        await app.pilot.press("left", "enter")
        await app.until(lambda: isinstance(app.app.screen, AnswerDetail), "the dialog opens")
        assert "Turn 1" in app.app.export_screenshot().replace("&#160;", " ")
        await app.pilot.press("ctrl+g")
        await app.until(lambda: not isinstance(app.app.screen, AnswerDetail), "the key closes it, too")


async def test_a_click_on_the_line_under_an_answer_opens_it() -> None:
    async with driving(say("first")) as app:
        await app.send("one")
        await app.settled()
        row = next(y for y, text in enumerate(app.transcript.splitlines()) if "1 round" in text)
        await app.pilot.click(Transcript, offset=(6, row + 1))
        await app.until(lambda: isinstance(app.app.screen, AnswerDetail), "the dialog opens")


async def test_the_thoughts_command_says_when_there_are_none() -> None:
    async with driving(say("first")) as app:
        await app.send("one")
        await app.settled()
        await app.send("/thoughts")
        await app.until(lambda: "no thoughts" in app.notice, "it is said")


@pytest.mark.parametrize(
    ("verdicts", "category"),
    [
        ([], None),
        ([FilterVerdict("prompt", "a", "safe"), FilterVerdict("prompt", "b")], None),
        ([FilterVerdict("prompt", "a", "low"), FilterVerdict("answer", "b", "high")], "b"),
        ([FilterVerdict("prompt", "a", "high"), FilterVerdict("answer", "b", "low", filtered=True)], "b"),
        ([FilterVerdict("prompt", "a"), FilterVerdict("answer", "b", detected=True)], "b"),
        ([FilterVerdict("prompt", "a", "low"), FilterVerdict("answer", "b", "unheard of")], "b"),
    ],
)
def test_the_gravest_verdict_counts(verdicts: list[FilterVerdict], category: str | None) -> None:
    found = worst(verdicts)
    assert (found.category if found else None) == category


def test_a_request_sent_again_for_want_of_room_belongs_to_the_same_round() -> None:
    trimmed = HistoryTrimmed(at=AT, turn=1, dropped_turns=2, limit=9, reason="context")
    assert len(record([asked(1), trimmed, asked(1)]).rounds) == 1
