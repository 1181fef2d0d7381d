"""The thoughts of a model: they show while they come, fold and unfold."""

from textual.pilot import Pilot

from tests.ui.transcript.fakes import texts
from tests.ui.transcript.samples import AT, THOUGHTS, text_turn, thoughtful_turn
from tests.ui.transcript.test_transcript import opened
from tests.ui.transcript.test_what_azure_says import streamed, thinking
from tui.core.events import ModelAnswered, ReasoningDelta, TextDelta
from tui.ui.transcript.transcript import Transcript


async def wait_for(pilot: Pilot[None], transcript: Transcript, text: str) -> None:
    """Let the application run until a row holds the text; bounded."""
    for _ in range(200):
        if any(text in row for row in texts(transcript)):
            return
        await pilot.pause(0.01)
    raise AssertionError(f"{text!r} did not come: {texts(transcript)}")


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
