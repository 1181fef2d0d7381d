from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from tests.ui.transcript.fakes import TranscriptApp, rows, texts
from tests.ui.transcript.samples import (
    AT,
    MARKDOWN,
    answered,
    asked,
    call_turn,
    failed_turn,
    stopped_turn,
    text_turn,
)
from tui.core.events import (
    CallAnnounced,
    ConversationOpened,
    EndReason,
    Event,
    FinishReason,
    HistoryTrimmed,
    ModelAnswered,
    TextDelta,
    ToolFinished,
    ToolRequest,
    ToolStarted,
    ToolStatus,
    TurnEnded,
    UserSaid,
)
from tui.ui.transcript.transcript import Transcript

HOSTILE = "[/x] [@click=app.quit]go[/] [link=http://a]b \x1b[2J\x1b]0;title\x07 \x9b31m \u202eabc\u202c <script> a\tb"


@asynccontextmanager
async def opened(
    events: Sequence[Event] = (), size: tuple[int, int] = (80, 30)
) -> AsyncGenerator[tuple[Pilot[None], Transcript]]:
    app = TranscriptApp()
    async with app.run_test(size=size) as pilot:
        app.transcript.show(ConversationOpened(at=AT, conversation_id="a", events=tuple(events)))
        await pilot.pause()
        yield pilot, app.transcript


def deltas(text: str, step: int, turn: int = 1) -> list[Event]:
    return [
        TextDelta(at=AT, turn=turn, round=1, text=text[position : position + step])
        for position in range(0, len(text), step)
    ]


@pytest.mark.parametrize("step", [1, 4, 50, 10_000])
@pytest.mark.parametrize("text", [MARKDOWN, "short", MARKDOWN * 4, "\n\n  leading and trailing \n\n"])
async def test_a_streamed_answer_looks_as_it_does_when_reopened(text: str, step: int) -> None:
    said, asks, answer, end = text_turn(1, text)
    async with opened([said, asks, answer, end]) as (_, transcript):
        reopened = [line.strip for line in rows(transcript)]
    async with opened() as (_, transcript):
        for event in (said, asks, *deltas(text, step), answer, end):
            transcript.show(event)
        assert [line.strip for line in rows(transcript)] == reopened


async def test_text_shows_while_it_streams_before_its_line_is_complete() -> None:
    async with opened() as (pilot, transcript):
        said, asks, answer, _ = text_turn(1, "One **bold** word")
        transcript.show(said)
        transcript.show(asks)
        assert texts(transcript)[-1].strip() == "◌ …"
        for event in deltas("One **bold** word", 4):
            transcript.show(event)
        await wait_for_text(pilot, transcript, " One bold word")
        assert not any("…" in text for text in texts(transcript))
        transcript.show(answer)
        assert texts(transcript)[-1] == " One bold word"


async def wait_for_text(pilot: Pilot[None], transcript: Transcript, text: str) -> None:
    """Let the application run until the text is there; bounded."""
    for _ in range(200):
        if text in texts(transcript):
            return
        await pilot.pause(0.01)
    raise AssertionError(f"{text!r} did not come: {texts(transcript)}")


async def test_an_answer_that_is_stored_otherwise_than_streamed_is_shown_as_stored() -> None:
    async with opened() as (_, transcript):
        said, asks, _, _ = text_turn(1)
        for event in (said, asks, *deltas("wrong\n\nvery wrong\n\nand more", 5), answered(1, "right")):
            transcript.show(event)
        assert texts(transcript)[-2:] == [" Planner", " right"]


@pytest.mark.parametrize("events", [call_turn(1), failed_turn(1), stopped_turn(1), call_turn(1) + text_turn(2)])
async def test_live_and_reopened_conversations_look_alike(events: list[Event]) -> None:
    async with opened(events) as (_, transcript):
        reopened = texts(transcript)
    async with opened() as (_, transcript):
        for event in events:
            if isinstance(event, ModelAnswered):
                for call in event.calls:
                    transcript.show(
                        CallAnnounced(at=AT, turn=event.turn, round=event.round, call_id=call.id, name=call.name)
                    )
            transcript.show(event)
        assert texts(transcript) == reopened


async def test_a_turn_reads_from_message_to_summary() -> None:
    async with opened(call_turn(1)) as (_, transcript):
        assert texts(transcript) == [
            "",
            " You  14:02",
            " Calculate 15 * 8 and save the result to a file called calculation.txt",
            "",
            " Planner",
            "   ✓ calculate  12 ms",
            "   ✗ save_text_file  failed  9 ms",
            "",
            " 15 × 8 = 120. I could not save it to calculation.txt.",
            " planner · 0.4 s · 1.1k→100 tokens · first text 0.1 s · 2 rounds · 2 calls",
        ]


async def test_a_running_call_shows_until_it_has_ended() -> None:
    async with opened() as (_, transcript):
        events = call_turn(1)
        for event in events[:4]:
            transcript.show(event)
        assert texts(transcript)[-1] == "   ◌ calculate …"
        for event in events[4:7]:
            transcript.show(event)
        assert "   ✓ calculate  12 ms" in texts(transcript)


async def test_a_message_is_shown_exactly_as_it_was_typed() -> None:
    typed = "# no heading\n    indented  twice\n\n* star *not* `code`"
    async with opened([UserSaid(at=AT, turn=1, text=typed)]) as (_, transcript):
        assert [text[1:] for text in texts(transcript)[2:]] == typed.split("\n")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            "length",
            [" The answer was cut at the deployment's output limit.", "   Ask it to go on, or for less at once."],
        ),
        (
            "content_filter",
            [
                " The answer was stopped by the endpoint's content filter.",
                "   Ask in other words, or start a new conversation.",
            ],
        ),
        ("cut_off", [" The answer was cut off."]),
    ],
)
async def test_an_answer_that_ended_early_says_why_and_what_to_do(reason: FinishReason, said: list[str]) -> None:
    async with opened([asked(1), answered(1, "Some", finish_reason=reason)]) as (_, transcript):
        assert texts(transcript)[-len(said) - 1 :] == [" Some", *said]


@pytest.mark.parametrize(
    ("reason", "words"),
    [("cancelled", "⊘ Stopped."), ("limit", "used up its rounds"), ("failed", "✗ What went wrong.")],
)
async def test_a_turn_that_did_not_go_well_says_so(reason: EndReason, words: str) -> None:
    end = TurnEnded(at=AT, turn=1, reason=reason, seconds=1, message="What went wrong.", hint="What to do.")
    async with opened([UserSaid(at=AT, turn=1, text="x"), asked(1), end]) as (_, transcript):
        shown = "\n".join(texts(transcript))
        assert words in shown
        assert "\n   What to do.\n" in shown


async def test_text_that_came_before_a_failure_stays_and_is_marked() -> None:
    async with opened() as (_, transcript):
        said, asks, _, _ = text_turn(1)
        end = TurnEnded(at=AT, turn=1, reason="failed", seconds=1, message="The line broke.")
        for event in (said, asks, *deltas("As far as it", 4), end):
            transcript.show(event)
        assert texts(transcript)[-4:-1] == [" As far as it", " The answer was cut off.", " ✗ The line broke."]


@pytest.mark.parametrize(
    ("turns", "rounds", "left_out"),
    [
        (1, 0, "turn is"),
        (3, 0, "3 turns are"),
        (0, 1, "round of this turn is"),
        (2, 4, "2 turns and 4 rounds of this turn are"),
    ],
)
async def test_left_out_history_is_said(turns: int, rounds: int, left_out: str) -> None:
    trimmed = HistoryTrimmed(at=AT, turn=9, dropped_turns=turns, dropped_rounds=rounds, limit=50)
    async with opened([trimmed], (100, 20)) as (_, transcript):
        assert texts(transcript)[-1] == f" ⋯ The oldest {left_out} no longer sent  limit 50 messages"


async def test_history_left_out_for_want_of_room_says_so() -> None:
    trimmed = HistoryTrimmed(at=AT, turn=9, dropped_turns=3, dropped_rounds=0, limit=8, reason="context")
    async with opened([trimmed]) as (_, transcript):
        assert texts(transcript)[-1] == " ⋯ The oldest 3 turns are no longer sent  the context is full"


@pytest.mark.parametrize("status", ["ok", "error", "refused", "timeout", "cancelled", "lost"])
async def test_every_status_of_a_call_has_a_sign_and_but_for_ok_words(status: ToolStatus) -> None:
    start = ToolStarted(at=AT, turn=1, call_id="a", name="tool", server="s", arguments={})
    end = ToolFinished(at=AT, turn=1, call_id="a", name="tool", status=status, text="", seconds=1.5)
    async with opened([start, end]) as (_, transcript):
        line = texts(transcript)[-1].split()
        assert line[:2] in (["✓", "tool"], ["✗", "tool"], ["!", "tool"], ["⊘", "tool"])
        assert (line[2:] == ["1.5", "s"]) == (status == "ok")


async def test_hostile_text_is_shown_literally_everywhere() -> None:
    calls = ToolRequest("a", HOSTILE, HOSTILE)
    start = ToolStarted(at=AT, turn=1, call_id="a", name=HOSTILE, server=HOSTILE, arguments={HOSTILE: HOSTILE})
    end = ToolFinished(at=AT, turn=1, call_id="a", name=HOSTILE, status="error", text=HOSTILE)
    over = TurnEnded(at=AT, turn=1, reason="failed", seconds=1, message=HOSTILE, hint=HOSTILE, detail=HOSTILE)
    events: list[Event] = [
        UserSaid(at=AT, turn=1, text=HOSTILE),
        asked(1, model=HOSTILE),
        answered(1, HOSTILE, calls),
        start,
        end,
        over,
    ]
    async with opened(events, (120, 50)) as (pilot, transcript):
        shown = "\n".join(texts(transcript))
        assert shown.count("[@click=app.quit]go[/]") >= 6
        assert not set(shown) & {"\x1b", "\x9b", "\x07", "\u202e", "\t"}
        await pilot.click(Transcript, offset=(12, 2))
        assert pilot.app.is_running


@pytest.mark.parametrize("width", [40, 41, 47, 60, 100, 200])
async def test_no_row_is_wider_than_the_view(width: int) -> None:
    async with opened(call_turn(1) + text_turn(2) + failed_turn(3), (width, 20)) as (_, transcript):
        for line in rows(transcript):
            assert line.strip.cell_length <= transcript.flow.width
            assert cell_len(line.strip.text) == line.strip.cell_length


async def test_ten_thousand_messages_open_at_the_end_and_render_only_what_is_in_sight() -> None:
    events = [event for turn in range(1, 5001) for event in text_turn(turn, f"Answer {turn}")]
    async with opened(events) as (_, transcript):
        assert transcript.render_line(transcript.size.height - 2).text.strip() == "Answer 5000"
        assert transcript.flow.render_count <= transcript.size.height


async def test_opening_another_conversation_leaves_nothing_of_the_first() -> None:
    async with opened(text_turn(1, "the old one")) as (pilot, transcript):
        transcript.show(asked(2))
        transcript.show(TextDelta(at=AT, turn=2, round=1, text="still coming"))
        transcript.show(ConversationOpened(at=AT, conversation_id="b", events=tuple(text_turn(1, "second"))))
        await pilot.pause()
        assert "the old one" not in "\n".join(texts(transcript))
        assert "still coming" not in "\n".join(texts(transcript))
        assert " second" in texts(transcript)


async def test_a_live_turn_goes_on_where_a_reopened_conversation_ends() -> None:
    async with opened(text_turn(1, "first")) as (_, transcript):
        for event in text_turn(2, "second"):
            transcript.show(event)
        assert " first" in texts(transcript)
        assert " second" in texts(transcript)


async def test_a_turn_can_be_gone_to_and_one_that_is_not_there_changes_nothing() -> None:
    events = [event for turn in range(1, 101) for event in text_turn(turn, f"answer to {turn}")]
    async with opened(events, (80, 20)) as (pilot, transcript):
        at_end = transcript.scroll_offset.y
        transcript.go_to_turn(1000)
        assert transcript.scroll_offset.y == at_end > 0
        transcript.go_to_turn(50)
        await pilot.pause()
        shown = "\n".join(transcript.render_line(y).text for y in range(20))
        assert "answer to 50" in shown
        assert "answer to 49" not in shown
        assert not transcript.following
