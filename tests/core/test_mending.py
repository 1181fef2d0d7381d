"""Logs with holes made whole: every call and turn begins and ends exactly once."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_transcript import answered, finished, is_valid
from tui.core.events import Event, ModelAsked, Pinned, ToolFinished, ToolStarted, TurnEnded, UserSaid
from tui.core.mending import LOST_ARGUMENTS, LOST_MESSAGE, close_open_ends
from tui.core.transcript import INTERRUPTED, to_messages


def said(turn: int) -> UserSaid:
    return UserSaid(at=0, turn=turn, text=f"message {turn}")


def started(turn: int, call_id: str) -> ToolStarted:
    return ToolStarted(at=1, turn=turn, call_id=call_id, name="tool", server="s", arguments={})


def ended(turn: int) -> TurnEnded:
    return TurnEnded(at=2, turn=turn, reason="done", seconds=1)


def test_turn_that_the_program_died_in_is_closed_where_it_broke_off() -> None:
    before = [said(1), answered(1, "", "a", "b"), started(1, "a"), started(1, "b"), finished(1, "b")]
    after = [said(2), answered(2, "done"), ended(2)]
    closed = close_open_ends([*before, *after])
    lost, end = closed[len(before) : -len(after)]
    assert closed == [*before, lost, end, *after]
    assert isinstance(lost, ToolFinished)
    assert (lost.call_id, lost.status, lost.text) == ("a", "lost", INTERRUPTED)
    assert isinstance(end, TurnEnded)
    assert (end.turn, end.reason) == (1, "failed")


def test_complete_log_is_left_as_it_is() -> None:
    log = [said(1), answered(1, "", "a"), started(1, "a"), finished(1, "a"), answered(1, "done"), ended(1)]
    assert close_open_ends(log) == log
    assert close_open_ends([]) == []


@st.composite
def whole_logs(draw: st.DrawFn) -> list[Event]:
    """Logs as a session writes them, with calls in parallel and made by hand."""
    log: list[Event] = []
    for turn in range(1, draw(st.integers(1, 4)) + 1):
        by_hand = replace(started(0, f"hand {turn}"), by="person")
        log += [by_hand, said(turn)] if draw(st.booleans()) else [said(turn), by_hand]
        for number in range(1, draw(st.integers(1, 3)) + 1):
            calls = [f"{turn}-{number}-{i}" for i in range(draw(st.integers(0, 3)))]
            log.append(ModelAsked(at=0, turn=turn, round=number, model="m", message_count=2, tool_count=1))
            log.append(answered(turn, "text", *calls))
            log += [started(turn, call) for call in calls]
            log += draw(st.permutations([finished(turn, call) for call in calls]))
        log += draw(st.permutations([ended(turn), finished(0, f"hand {turn}"), Pinned(at=1, pinned=True)]))
    return log


def assert_whole(log: list[Event]) -> None:
    begun = [event.call_id for event in log if isinstance(event, ToolStarted)]
    done = [event.call_id for event in log if isinstance(event, ToolFinished)]
    assert max(Counter([*begun, "x"]).values()) == 1
    assert sorted(begun) == sorted(done)
    turn = last = 0
    running: set[str] = set()
    for event in log:
        match event:
            case UserSaid():
                assert turn == 0
                assert event.turn > last
                turn = last = event.turn
            case TurnEnded():
                assert event.turn == turn
                assert not any(not call.startswith("hand") for call in running)
                turn = 0
            case ToolStarted():
                running.add(event.call_id)
            case ToolFinished():
                running.remove(event.call_id)
            case ModelAsked():
                assert event.turn == turn
            case _:
                pass
    assert turn == 0
    assert not running
    assert is_valid(to_messages(log))


@given(whole_logs())
def test_a_whole_log_stays_as_it_is(log: list[Event]) -> None:
    assert close_open_ends(log) == log


@given(whole_logs(), st.data())
def test_any_log_with_holes_becomes_whole_and_keeps_what_is_left(log: list[Event], data: st.DataObject) -> None:
    keep = data.draw(st.lists(st.booleans(), min_size=len(log), max_size=len(log)))
    left = [event for event, kept in zip(log, keep, strict=True) if kept]
    mended = close_open_ends(left)
    assert_whole(mended)
    assert [event for event in mended if event in left] == left
    assert close_open_ends(mended) == mended


@given(st.lists(st.one_of(whole_logs().flatmap(st.sampled_from)), max_size=12))
def test_even_a_log_in_disorder_has_one_end_for_each_call(log: list[Event]) -> None:
    mended = close_open_ends(log)
    begun = Counter(event.call_id for event in mended if isinstance(event, ToolStarted))
    done = Counter(event.call_id for event in mended if isinstance(event, ToolFinished))
    assert begun == done
    assert set(begun.values()) <= {1}


def test_what_was_made_up_says_so_and_takes_the_arguments_from_the_answer() -> None:
    log = close_open_ends([answered(3, "", "a"), finished(3, "a"), finished(3, "b")])
    message, _, first, _, second, _, _ = log
    assert isinstance(message, UserSaid)
    assert (message.turn, message.text) == (3, LOST_MESSAGE)
    assert isinstance(first, ToolStarted)
    assert isinstance(second, ToolStarted)
    assert [first.raw_arguments, second.raw_arguments] == ["{}", LOST_ARGUMENTS]
