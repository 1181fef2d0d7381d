"""How full the context is, from events alone."""

from collections.abc import Sequence

import pytest

from tests.ui.transcript.samples import AT, answered, asked
from tui.core.events import (
    AnswerReport,
    ConversationOpened,
    Event,
    HistoryTrimmed,
    ModelAnswered,
    ModelChosen,
    TextDelta,
    ToolFinished,
    Usage,
    UserSaid,
)
from tui.ui.context_meter import ContextMeter


def counted(used: int, window: int | None = None, turn: int = 1) -> ModelAnswered:
    return ModelAnswered(
        at=AT,
        turn=turn,
        round=1,
        text="x" * 36,
        calls=(),
        finish_reason="stop",
        model="m",
        usage=Usage(used - 10, 10),
        seconds=1.0,
        first_text_seconds=0.1,
        report=AnswerReport(context_window=window),
    )


def stopped(text: str) -> ModelAnswered:
    return ModelAnswered(
        at=AT,
        turn=1,
        round=1,
        text=text,
        calls=(),
        finish_reason="cancelled",
        model="m",
        usage=None,
        seconds=1.0,
        first_text_seconds=0.1,
    )


def live(events: Sequence[Event]) -> ContextMeter:
    meter = ContextMeter()
    for event in events:
        meter.show(event)
    return meter


SAID = UserSaid(at=AT, turn=2, text="y" * 36)
RESULT = ToolFinished(at=AT, turn=2, call_id="c", name="t", status="ok", text="z" * 360)


def test_it_is_exact_after_an_answer_and_an_estimate_in_between() -> None:
    meter = live([counted(12_400, 128_000)])
    assert meter.words == "context 12.4k of 128k"
    meter.show(UserSaid(at=AT, turn=2, text="y" * 3600))
    assert meter.words == "context ~13.4k of 128k"
    meter.show(counted(13_111, 128_000))
    assert meter.words == "context 13.1k of 128k"


def test_without_a_known_window_it_counts_tokens() -> None:
    meter = live([counted(950)])
    assert (meter.words, meter.bar, meter.level) == ("context 950 tokens", "", "normal")


def test_an_empty_conversation_says_nothing() -> None:
    assert (ContextMeter().words, ContextMeter().bar) == ("", "")


@pytest.mark.parametrize(
    ("used", "level", "bar", "words"),
    [
        (100, "normal", "▰▱▱▱▱", "context 100 of 100k"),
        (80_000, "normal", "▰▰▰▰▱", "context 80.0k of 100k"),
        (80_100, "warning", "▰▰▰▰▱", "! context 80.1k of 100k"),
        (95_100, "error", "▰▰▰▰▰", "! context 95.1k of 100k"),
        (120_000, "error", "▰▰▰▰▰", "! context 120k of 100k"),
    ],
)
def test_a_window_that_gets_full_is_marked(used: int, level: str, bar: str, words: str) -> None:
    meter = live([counted(used, 100_000)])
    assert (meter.level, meter.bar, meter.words) == (level, bar, words)


def test_what_streamed_counts_once_when_its_answer_is_stored_without_a_count() -> None:
    pieces = [TextDelta(at=AT, turn=2, round=1, text="a" * 36) for _ in range(3)]
    meter = live([counted(1000), SAID, asked(2), *pieces])
    assert meter.used == 1040
    meter.show(stopped("a" * 108))
    assert meter.used == 1040


def test_calls_by_hand_are_not_sent_and_do_not_count() -> None:
    by_hand = ToolFinished(at=AT, turn=0, call_id="c", name="t", status="ok", text="z" * 360)
    assert live([counted(1000), by_hand]).words == "context 1.0k tokens"


def test_another_model_has_another_window() -> None:
    meter = live([counted(1000, 8000), ModelChosen(at=AT, name="gpt-5")])
    assert meter.words == "context ~1.0k tokens"


def test_a_conversation_cut_to_fit_is_counted_anew_with_the_next_answer() -> None:
    trimmed = HistoryTrimmed(at=AT, turn=2, dropped_turns=3, limit=10, reason="context")
    meter = live([counted(100_000, 100_000), trimmed])
    assert meter.words == ""
    meter.show(counted(50_000, 100_000))
    assert meter.words == "context 50.0k of 100k"


@pytest.mark.parametrize(
    "events",
    [
        [],
        [SAID, asked(2), RESULT],
        [counted(900, 8000), SAID, RESULT, answered(2, "text"), SAID],
        [counted(900, 8000), ModelChosen(at=AT, name="other"), SAID],
        [counted(900, 8000), ModelChosen(at=AT, name="other"), counted(70), SAID, stopped("ab" * 50)],
    ],
)
def test_a_reopened_conversation_is_as_full_as_the_live_one(events: list[Event]) -> None:
    reopened = live([counted(5, 5), ConversationOpened(at=AT, conversation_id="c", events=tuple(events))])
    alike = live(events)
    assert (reopened.used, reopened.words, reopened.window) == (alike.used, alike.words, alike.window)
