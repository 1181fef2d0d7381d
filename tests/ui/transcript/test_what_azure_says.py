"""Thoughts, retries and reports of an endpoint in the transcript, live and reopened alike."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.ui.transcript.fakes import texts
from tests.ui.transcript.samples import (
    AT,
    REPORT,
    answered,
    asked,
    call_turn,
    failed_turn,
    text_turn,
    thoughtful_turn,
)
from tests.ui.transcript.test_transcript import opened
from tui.core.events import (
    Event,
    FilterVerdict,
    Forked,
    HistoryTrimmed,
    ModelAnswered,
    ModelChosen,
    ReasoningDelta,
    RequestAdapted,
    SystemPromptChanged,
    TextDelta,
    ToolRequest,
    TurnEnded,
    UserSaid,
)


def streamed(events: Sequence[Event], step: int = 7) -> list[Event]:
    """The events as they come live: thoughts and text in pieces before each answer."""
    shown: list[Event] = []
    for event in events:
        if isinstance(event, ModelAnswered):
            thoughts, text = event.reasoning, event.text
            place = {"at": AT, "turn": event.turn, "round": event.round}
            shown += [
                ReasoningDelta(**place, text=thoughts[n : n + step])  # pyright: ignore[reportArgumentType] (one dict for three kinds)
                for n in range(0, len(thoughts), step)
            ]
            shown += [
                TextDelta(**place, text=text[n : n + step])  # pyright: ignore[reportArgumentType] (as above)
                for n in range(0, len(text), step)
            ]
        shown.append(event)
    return shown


def thinking(turn: int = 1, **changes: object) -> list[Event]:
    """The thoughtful turn with some of its answer's fields changed."""
    events = thoughtful_turn(turn)
    return [replace(e, **changes) if isinstance(e, ModelAnswered) else e for e in events]  # pyright: ignore[reportArgumentType] (any field)


async def test_everything_an_endpoint_reports_has_its_row() -> None:
    async with opened(thoughtful_turn(1), (100, 30)) as (_, transcript):
        assert texts(transcript)[4:] == [
            " gpt-5",
            " ≈ gpt-5 takes no temperature, so none is sent.",
            " ↻ Azure OpenAI had a problem of its own (HTTP 503).  again in 2 s",
            " ↻ Too many requests or tokens a minute for this deployment; Azure asks to wait 12…  again in 12 s",
            " ▸ Thought for 4.0 s",
            " The second is three times the first.",
            " gpt-5-2025-08-07 · ! violence: low · 21.7 s · 12.4k→190 tokens · first text 4.0 s · 1 round · …",
        ]


@pytest.mark.parametrize(
    "events",
    [
        thoughtful_turn(1),
        thinking(text="", calls=(ToolRequest("c", "t", "{}"),), finish_reason="tool_calls"),
        thinking(finish_reason="cut_off"),
        call_turn(1) + thoughtful_turn(2),
        [*call_turn(1)[:-3], *thoughtful_turn(1)[5:]],
        [
            ModelChosen(at=AT, name="a"),
            SystemPromptChanged(at=AT, text="b"),
            *text_turn(1),
            ModelChosen(at=AT, name="c"),
        ],
    ],
)
@pytest.mark.parametrize("unfolded", [False, True])
async def test_live_and_reopened_look_alike(events: list[Event], unfolded: bool) -> None:
    async with opened(events) as (_, transcript):
        if unfolded:
            transcript.fold_all_thoughts()
        reopened = texts(transcript)
    async with opened() as (pilot, transcript):
        for event in streamed(events):
            transcript.show(event)
            if isinstance(event, TextDelta | ReasoningDelta):
                await pilot.pause()
        if unfolded:
            transcript.fold_all_thoughts()
        assert texts(transcript) == reopened


async def test_the_chosen_line_names_its_turn_and_without_one_it_is_the_newest() -> None:
    async with opened(text_turn(1, "one") + thoughtful_turn(2) + text_turn(3, "three")) as (pilot, transcript):
        assert transcript.turn_in_mind == 3
        await pilot.press("left", "left", "left")
        assert transcript.turn_in_mind == 2
        await pilot.press("left")
        assert transcript.turn_in_mind == 1
        await pilot.press("left", "right", "right", "right", "right")
        assert transcript.turn_in_mind == 3


@pytest.mark.parametrize(
    ("event", "row"),
    [
        (ModelChosen(at=AT, name="gpt-5-mini"), " ◆ From here on: gpt-5-mini"),
        (
            SystemPromptChanged(at=AT, text="You are\na [bold]pirate[/]."),
            " ≡ From here on the model is told: You are a [bold]pirate[/].",
        ),
        (Forked(at=AT, origin="x", turn=3), " ⋎ A branch of another conversation, from turn 3 on"),
    ],
)
async def test_what_changes_between_turns_is_said_on_one_row_apart(event: Event, row: str) -> None:
    async with opened([*text_turn(1, "x"), event, UserSaid(at=AT, turn=2, text="y")]) as (_, transcript):
        shown = texts(transcript)
        place = shown.index(row)
        assert shown[place - 1] == shown[place + 1] == ""


async def test_a_question_asked_again_because_it_was_too_long_has_one_header() -> None:
    trimmed = HistoryTrimmed(at=AT, turn=1, dropped_turns=2, limit=4, reason="context")
    said, asks, answer, end = text_turn(1, "x")
    async with opened([said, asks, trimmed, asks, answer, end], (100, 30)) as (_, transcript):
        assert texts(transcript).count(" Planner") == 1
        assert texts(transcript)[-1].endswith("1 round")


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
async def test_the_line_under_an_answer_is_one_row_and_cut_only_with_a_sign(width: int) -> None:
    async with opened(thoughtful_turn(1), (width, 30)) as (_, transcript):
        line = transcript.flow.lines(len(transcript.flow) - 1)
        assert len(line) == 1
        shown = line[0].strip.text.strip()
        whole = transcript.flow[len(transcript.flow) - 1].source
        assert shown == whole or (shown.endswith("…") and whole.startswith(shown.rstrip("… ·")))
        assert whole.startswith("gpt-5-2025-08-07")
        assert whole.endswith("1.0k cached · 64 reasoning · 7d2f0c11")


async def test_a_filter_that_blocked_the_answer_is_named_with_what_it_found() -> None:
    report = replace(REPORT, filters=(FilterVerdict("answer", "self_harm", "high", filtered=True),))
    events = thinking(finish_reason="content_filter", report=report)
    async with opened(events, (100, 30)) as (_, transcript):
        shown = texts(transcript)
        assert " The answer was stopped by the endpoint's content filter (self harm: high)." in shown
        assert " The second is three times the first." in shown
        assert "! content filter · ! self harm: high" in shown[-1]


async def test_an_answer_cut_off_before_its_first_word_says_so() -> None:
    async with opened([asked(1), answered(1, "", finish_reason="cut_off")]) as (_, transcript):
        assert texts(transcript)[-1] == " The answer was cut off before its first word."


async def test_a_failed_turn_names_its_request_whole_and_keeps_its_detail_one_key_away() -> None:
    async with opened([*broken_turn(1, "HTTP 500 · apim-request-id 4f1c9a52-77 · x-ms-region R")]) as (_, transcript):
        shown = "\n".join(texts(transcript))
        assert "✗ The deployment did not answer." in shown
        assert "HTTP 500" not in shown
        assert "   Request id for support: 4f1c9a52-77\n" in shown
        assert shown.endswith("· ^g details")


async def test_what_is_different_from_now_on_is_told_whole_at_every_width() -> None:
    told = RequestAdapted(
        at=AT, turn=1, round=1, message="The tool “greet” is left out.", hint="Its server can mend it."
    )
    async with opened([UserSaid(at=AT, turn=1, text="x"), asked(1), told], (30, 30)) as (_, transcript):
        assert texts(transcript)[5:] == [" ≈ The tool “greet” is left", "   out. Its server can mend", "   it."]


async def test_rows_of_a_long_failure_stand_under_its_words() -> None:
    async with opened(broken_turn(1), (24, 30)) as (_, transcript):
        shown = texts(transcript)
        start = shown.index(" ✗ The deployment")
        assert shown[start + 1] == "   did not answer."


async def test_only_the_newest_line_offers_the_key_that_opens_the_newest_turn() -> None:
    async with opened([*broken_turn(1), *broken_turn(2)]) as (_, transcript):
        first, second = (row for row in texts(transcript) if row.startswith(" planner · ! cut off"))
        assert "^g details" not in first
        assert second.endswith("^g details")


def broken_turn(turn: int, detail: str = "") -> Sequence[Event]:
    """A turn that failed, with this detail."""
    *before, end = failed_turn(turn)
    assert isinstance(end, TurnEnded)
    return [*before, replace(end, detail=detail)]
