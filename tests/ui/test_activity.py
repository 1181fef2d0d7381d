"""What a turn does, in words, on a clock that the test moves."""

import pytest

from tests.ui.transcript.samples import AT, answered, asked
from tui.core.events import (
    Event,
    ReasoningDelta,
    RequestDelayed,
    RequestFailed,
    StreamResumed,
    StreamStalled,
    TextDelta,
    ToolFinished,
    ToolStarted,
    TurnEnded,
    UserSaid,
)
from tui.ui.activity import Activity

FAILED = RequestFailed(
    at=AT,
    turn=1,
    round=1,
    attempt=1,
    wait_seconds=2.0,
    message="Azure OpenAI had a problem of its own (HTTP 503).",
    detail="HTTP 503 · apim-request-id abc",
)
DELAYED = RequestDelayed(at=AT, turn=1, round=1, wait_seconds=8.0, requests_per_minute=60)
STALLED = StreamStalled(at=AT, turn=1, round=1, silent_seconds=20.0, limit_seconds=60.0)
TEXT = TextDelta(at=AT, turn=1, round=1, text="a")


class Watched:
    """An activity on a clock of its own, in the middle of a turn."""

    def __init__(self, *events: Event) -> None:
        self.now = 0.0
        self.activity = Activity(lambda: self.now)
        for event in (UserSaid(at=AT, turn=1, text="hi"), asked(1), *events):
            self.activity.show(event)

    def after(self, seconds: float) -> str:
        self.now = seconds
        return self.activity.words


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (ReasoningDelta(at=AT, turn=1, round=1, text="hm"), "thinking"),
        (TEXT, "answering"),
        (ToolStarted(at=AT, turn=1, call_id="c", name="t", server="s", arguments={}), "running tools"),
        (ToolStarted(at=AT, turn=0, call_id="c", name="t", server="s", arguments={}, by="person"), "thinking"),
    ],
)
def test_what_happens_is_said(event: Event, words: str) -> None:
    assert Watched(event).after(1) == words


def test_a_failed_request_counts_down_to_the_next_try() -> None:
    watched = Watched(FAILED)
    assert watched.after(0) == "↻ HTTP 503 · try 2 of 3 · again in 2 s · esc stop"
    assert watched.after(1.2) == "↻ HTTP 503 · try 2 of 3 · again in 1 s · esc stop"
    assert watched.after(2) == "asking again"


def test_a_failure_without_a_status_is_said_as_well() -> None:
    watched = Watched(RequestFailed(at=AT, turn=1, round=1, attempt=2, wait_seconds=90, message="No route."))
    assert watched.after(0) == "↻ request failed · try 3 of 3 · again in 90 s · esc stop"


def test_a_request_held_back_counts_down() -> None:
    assert Watched(DELAYED).after(1) == "◌ 60 requests a minute · going on in 7 s · esc stop"


def test_silence_counts_up_until_something_comes() -> None:
    watched = Watched(TEXT, STALLED)
    assert watched.after(5.5) == "! no data for 25 s · gives up at 60 s · esc stop"
    watched.activity.show(StreamResumed(at=AT, turn=1, round=1))
    assert watched.after(6) == "answering"


@pytest.mark.parametrize("wait", [FAILED, DELAYED, STALLED])
@pytest.mark.parametrize("event", [TEXT, answered(1, "a"), TurnEnded(at=AT, turn=1, reason="cancelled", seconds=1)])
def test_no_wait_outlasts_what_comes_after_it(wait: Event, event: Event) -> None:
    watched = Watched(wait, event)
    assert watched.activity.wait is None


def test_a_call_by_hand_does_not_hide_that_the_turn_waits() -> None:
    by_hand = ToolFinished(at=AT, turn=0, call_id="c", name="t", status="ok", text="fine")
    assert Watched(FAILED, by_hand).after(1).startswith("↻")


def test_after_the_turn_nothing_is_said() -> None:
    watched = Watched(TurnEnded(at=AT, turn=1, reason="done", seconds=1))
    assert watched.after(1) == ""
    assert not watched.activity.is_running
