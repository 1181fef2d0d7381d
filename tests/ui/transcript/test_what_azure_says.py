"""Thoughts, retries and reports of an endpoint in the transcript, live and reopened alike."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from tests.ui.transcript.fakes import texts
from tests.ui.transcript.samples import (
    AT,
    REPORT,
    THOUGHTS,
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
    SystemPromptChanged,
    TextDelta,
    ToolRequest,
    TurnEnded,
    UserSaid,
)
from tui.ui.transcript.transcript import Transcript


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


async def wait_for(pilot: Pilot[None], transcript: Transcript, text: str) -> None:
    """Let the application run until a row holds the text; bounded."""
    for _ in range(200):
        if any(text in row for row in texts(transcript)):
            return
        await pilot.pause(0.01)
    raise AssertionError(f"{text!r} did not come: {texts(transcript)}")


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


async def test_thoughts_show_that_they_come_and_then_how_long_they_took() -> None:
    events = streamed(thoughtful_turn(1))
    async with opened() as (pilot, transcript):
        for event in events[: next(n for n, e in enumerate(events) if isinstance(e, TextDelta))]:
            transcript.show(event)
        await wait_for(pilot, transcript, "▸ Thinking …")
        assert not any("Comparing" in row for row in texts(transcript))
        assert texts(transcript)[-1] == " ▸ Thinking …"
        for event in events:
            if isinstance(event, TextDelta | ModelAnswered):
                transcript.show(event)
        assert " ▸ Thought for 4.0 s" in texts(transcript)


async def test_once_text_comes_the_thinking_is_over() -> None:
    async with opened() as (pilot, transcript):
        for event in thoughtful_turn(1)[:2]:
            transcript.show(event)
        transcript.show(ReasoningDelta(at=AT + 1, turn=1, round=1, text="hm"))
        await wait_for(pilot, transcript, "▸ Thinking …")
        transcript.show(TextDelta(at=AT + 3, turn=1, round=1, text="Well"))
        await wait_for(pilot, transcript, "Well")
        assert texts(transcript)[-2:] == [" ▸ Thought for 3.0 s", " Well"]


async def test_thoughts_that_are_unfolded_while_they_come_go_on_below() -> None:
    async with opened() as (pilot, transcript):
        for event in thoughtful_turn(1)[:2]:
            transcript.show(event)
        transcript.show(ReasoningDelta(at=AT, turn=1, round=1, text="First this"))
        await wait_for(pilot, transcript, "▸ Thinking …")
        assert transcript.fold_all_thoughts() is True
        assert "   First this" in texts(transcript)
        transcript.show(ReasoningDelta(at=AT, turn=1, round=1, text=", then that."))
        await wait_for(pilot, transcript, "First this, then that.")
        transcript.show(thoughtful_turn(1)[5])
        assert "   Comparing the sums" in texts(transcript)


async def test_thoughts_of_an_attempt_that_failed_go() -> None:
    said, asks, _, failed, *_ = thoughtful_turn(1)
    async with opened() as (pilot, transcript):
        for event in (said, asks, ReasoningDelta(at=AT, turn=1, round=1, text="in vain")):
            transcript.show(event)
        await wait_for(pilot, transcript, "Thinking")
        transcript.show(failed)
        assert not any("Thinking" in row for row in texts(transcript))
        assert texts(transcript)[-1].strip() == "◌ …"


async def test_long_thoughts_are_shown_by_their_end_while_they_come_and_whole_after() -> None:
    thoughts = "\n\n".join(f"thought number {n}" for n in range(1000))
    async with opened() as (pilot, transcript):
        for event in thoughtful_turn(1)[:2]:
            transcript.show(event)
        transcript.show(ReasoningDelta(at=AT, turn=1, round=1, text=thoughts))
        await wait_for(pilot, transcript, "Thinking")
        transcript.fold_all_thoughts()
        assert "   thought number 999" in texts(transcript)
        assert "   thought number 1" not in texts(transcript)
        transcript.show(thinking(reasoning=thoughts)[5])
        assert "   thought number 1" in texts(transcript)


async def test_very_long_thoughts_unfold_as_they_were_written() -> None:
    thoughts = "\n".join(f"**thought** {n}" for n in range(5000))
    async with opened(thinking(reasoning=thoughts), (60, 20)) as (_, transcript):
        transcript.fold_all_thoughts()
        shown = texts(transcript)
        assert "   **thought** 0" in shown
        assert "   **thought** 4999" in shown


async def test_enter_and_click_unfold_the_thoughts_and_fold_them_again() -> None:
    async with opened(thoughtful_turn(1), (80, 30)) as (pilot, transcript):
        await pilot.press("left", "left", "enter")
        assert " ▾ Thought for 4.0 s" in texts(transcript)
        assert "   The first is 100, so the second must be 300." in texts(transcript)
        row = texts(transcript).index(" ▾ Thought for 4.0 s")
        await pilot.click(Transcript, offset=(5, row + 1))
        assert " ▾ Thought for 4.0 s" in texts(transcript)
        await pilot.click(Transcript, offset=(5, row))
        assert " ▸ Thought for 4.0 s" in texts(transcript)


async def test_a_drag_that_ends_on_a_line_opens_nothing() -> None:
    async with opened(thoughtful_turn(1), (80, 30)) as (pilot, transcript):
        row = texts(transcript).index(" ▸ Thought for 4.0 s")
        await pilot.mouse_down(Transcript, offset=(2, row - 2))
        await pilot.hover(Transcript, offset=(15, row))
        await pilot.mouse_up(Transcript, offset=(15, row))
        assert " ▸ Thought for 4.0 s" in texts(transcript)


async def test_without_thoughts_there_is_nothing_to_unfold() -> None:
    async with opened(text_turn(1)) as (_, transcript):
        assert transcript.fold_all_thoughts() is None


async def test_copied_text_has_the_thoughts_only_where_they_are_unfolded() -> None:
    async with opened(thoughtful_turn(1)) as (_, transcript):
        folded = "\n".join(block.source for block in transcript.flow)
        transcript.fold_all_thoughts()
        unfolded = "\n".join(block.source for block in transcript.flow)
        assert THOUGHTS not in folded
        assert THOUGHTS in unfolded


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


async def test_a_failed_turn_keeps_its_detail_one_key_away() -> None:
    events = failed_turn(1)
    end = events[-1]
    assert isinstance(end, TurnEnded)
    async with opened([*events[:-1], replace(end, detail="HTTP 500 · apim-request-id 77")]) as (_, transcript):
        shown = "\n".join(texts(transcript))
        assert "✗ The deployment did not answer." in shown
        assert "77" not in shown
        assert shown.endswith("· ^g details")
