"""A recording plays as if it happened now: at its times, and under the person's keys."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from tests.core.recorded import Recorder, two_turns
from tui.core.events import (
    CallAnnounced,
    ChecksMasked,
    ConversationOpened,
    Event,
    ModelAnswered,
    ModelAsked,
    ReasoningDelta,
    TextDelta,
    ToolFinished,
    ToolStarted,
    TurnEnded,
    UserSaid,
    is_durable,
)
from tui.core.mending import close_open_ends
from tui.core.replay import Replay
from tui.core.timeline import LONGEST_GAP_SECONDS, LONGEST_IDLE_SECONDS, OPENING_SECONDS, timeline
from tui.core.waiting import wait_at_most

LIMIT = 5.0


class FakeTime:
    """Time that passes only while the replay waits. `stop_at`: waits end there until more is allowed."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.allowed = 0.0
        self._more = asyncio.Event()

    def now(self) -> float:
        return self.seconds

    async def wait(self, event: asyncio.Event, seconds: float | None) -> None:
        due = None if seconds is None else self.seconds + seconds
        while not event.is_set() and (due is None or self.seconds < due):
            step = self.allowed if due is None else min(self.allowed, due - self.seconds)
            if due is not None and step > 0:
                self.seconds += step
                self.allowed -= step
                continue
            self._more.clear()
            waits = {asyncio.ensure_future(event.wait()), asyncio.ensure_future(self._more.wait())}
            _, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()

    def allow(self, seconds: float) -> None:
        self.allowed += seconds
        self._more.set()


class Playing:
    """A replay that runs, its time, and what it has shown."""

    def __init__(self, events: list[Event]) -> None:
        self.time = FakeTime()
        self.shown: list[Event] = []
        self.replay = Replay(events, self.shown.append, now=self.time.now, wait=self.time.wait)

    async def pass_(self, seconds: float) -> None:
        """Let so much time pass."""
        self.time.allow(seconds)
        for _ in range(200):
            await asyncio.sleep(0)

    @property
    def text(self) -> str:
        """The streamed text since the last jump."""
        opened = max(i for i, event in enumerate(self.shown) if isinstance(event, ConversationOpened))
        return "".join(event.text for event in self.shown[opened:] if isinstance(event, TextDelta))

    @property
    def conversation(self) -> list[Event]:
        """The durable events that a view has been told of since the last jump, the opened ones included."""
        opened = max(i for i, event in enumerate(self.shown) if isinstance(event, ConversationOpened))
        event = self.shown[opened]
        assert isinstance(event, ConversationOpened)
        return [*event.events, *(event for event in self.shown[opened + 1 :] if is_durable(event))]


@asynccontextmanager
async def playing(events: list[Event]) -> AsyncGenerator[Playing]:
    played = Playing(events)
    task = asyncio.create_task(played.replay.run())
    await played.pass_(0)
    try:
        yield played
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_all_durable_events_are_shown_in_order_and_then_it_stands_still() -> None:
    events = two_turns()
    async with playing(events) as played:
        await played.pass_(1_000)
        assert played.conversation == events
        assert played.replay.is_over
        assert not played.replay.is_playing
        assert played.replay.elapsed == played.replay.duration


async def test_an_answer_streams_between_its_first_text_and_its_end() -> None:
    recorder = Recorder().said("Hi")
    recorder.answered("one two three four five six seven", seconds=2.0, first=0.5)
    async with playing(recorder.ended().events) as played:
        await played.pass_(OPENING_SECONDS + 0.4)
        assert played.text == ""
        await played.pass_(0.85)
        assert "one two" in played.text
        assert "seven" not in played.text
        await played.pass_(10)
        assert played.text == "one two three four five six seven"


@pytest.mark.parametrize("text", ["", " ", "word", "\n\nA line\n\n  and *more*  \n", "a" * 5_000, "x " * 3_000])
def test_streamed_pieces_make_exactly_the_text(text: str) -> None:
    recorder = Recorder().said("Hi")
    recorder.answered(text, ("add", "{}"), reasoning=text)
    moments = timeline(recorder.events)
    assert "".join(m.event.text for m in moments if isinstance(m.event, TextDelta)) == text
    assert "".join(m.event.text for m in moments if isinstance(m.event, ReasoningDelta)) == text


def test_thoughts_come_before_the_text_and_calls_are_named_before_they_start() -> None:
    recorder = Recorder().said("Hi")
    (request,) = recorder.answered("I add them.", ("add", "{}"), reasoning="Adding is best.", first=1.0)
    recorder.started(request.id, "add")
    recorder.finished(request.id, "add", "5")
    kinds = [type(moment.event) for moment in timeline(recorder.ended().events)]
    assert list(dict.fromkeys(kinds)) == [
        *(UserSaid, ModelAsked, ReasoningDelta, TextDelta, CallAnnounced, ModelAnswered),
        *(ToolStarted, ToolFinished, TurnEnded),
    ]


def test_moments_never_go_back_and_pauses_are_cut() -> None:
    recorder = Recorder().said("Hi").wait(500)
    recorder.answered("Late.")
    recorder.ended().wait(86_400).said("Again").wait(-50)
    recorder.answered("Early.")
    moments = timeline(recorder.ended().events)
    seconds = [moment.seconds for moment in moments]
    assert seconds == sorted(seconds)
    said = [moment.seconds for moment in moments if isinstance(moment.event, UserSaid)]
    ended = [moment.seconds for moment in moments if isinstance(moment.event, TurnEnded)]
    assert said[1] - ended[0] == pytest.approx(LONGEST_IDLE_SECONDS)
    assert ended[0] - said[0] == pytest.approx(LONGEST_GAP_SECONDS + 2.0)


async def test_pause_stops_in_the_middle_of_an_answer_and_play_goes_on_there() -> None:
    events = two_turns()
    async with playing(events) as played:
        await played.pass_(OPENING_SECONDS + 2.0 + 0.5 + 1.2)
        half = played.text
        assert 0 < len(half) < len("The sum of two and three is five.")
        played.replay.pause()
        elapsed = played.replay.elapsed
        await played.pass_(100)
        assert played.text == half
        assert played.replay.elapsed == elapsed
        played.time.allowed = 0.0
        played.replay.play()
        await played.pass_(0.2)
        assert played.text.startswith(half)
        assert len(played.text) > len(half)


async def test_four_times_as_fast_takes_a_quarter_of_the_time() -> None:
    async with playing(two_turns()) as played:
        played.replay.set_speed(4)
        await played.pass_(played.replay.duration / 4 - 0.05)
        assert not played.replay.is_over
        await played.pass_(0.06)
        assert played.replay.is_over


async def test_each_step_shows_the_next_thing_whole_and_stands_still() -> None:
    events = two_turns()
    async with playing(events) as played:
        seen: list[type[Event]] = []
        while not played.replay.is_over:
            played.replay.step()
            seen.append(type(played.shown[-1]))
            assert not played.replay.is_playing
        assert seen[:5] == [UserSaid, ModelAnswered, ToolStarted, ToolFinished, ModelAnswered]
        assert played.conversation == events
        assert not played.text


async def test_a_jump_opens_what_was_before_the_turn_and_plays_on() -> None:
    events = two_turns()
    async with playing(events) as played:
        played.replay.go_to_turn(2)
        second = next(i for i, event in enumerate(events) if isinstance(event, UserSaid) and event.turn == 2)
        assert played.conversation == events[: second + 1]
        assert played.replay.position.turn == 2
        await played.pass_(1_000)
        assert played.conversation == events
        played.replay.go_to_turn(1)
        assert played.conversation == events[:1]
        assert played.replay.position.turn == 1
        assert not played.replay.is_playing


async def test_back_goes_to_the_turns_beginning_and_then_to_the_turn_before() -> None:
    async with playing(two_turns()) as played:
        played.replay.to_end()
        assert played.replay.position.turn == 2
        played.replay.previous_turn()
        assert played.replay.elapsed == played.replay.marks[1]
        played.replay.previous_turn()
        assert played.replay.elapsed == played.replay.marks[0]
        played.replay.previous_turn()
        assert played.replay.elapsed == 0.0
        assert played.conversation == []
        played.replay.next_turn()
        assert played.replay.position.turn == 1
        played.replay.next_turn()
        played.replay.next_turn()
        assert played.replay.is_over


async def test_seeking_into_an_answer_shows_the_text_so_far() -> None:
    events = two_turns()
    async with playing(events) as played:
        played.replay.seek(OPENING_SECONDS + 2.0 + 0.5 + 1.2)
        assert "The sum" in played.text
        assert "five" not in played.text
        await played.pass_(1_000)
        assert played.conversation == events


async def test_play_at_the_end_begins_anew() -> None:
    async with playing(two_turns()) as played:
        played.replay.to_end()
        played.replay.play()
        assert played.replay.elapsed == 0.0
        assert played.conversation == []


async def test_a_torn_recording_ends_as_it_would_be_opened() -> None:
    events = two_turns()[:3]
    async with playing(events) as played:
        await played.pass_(1_000)
        assert played.conversation == close_open_ends(events)
        assert isinstance(played.conversation[-1], TurnEnded)


async def test_events_that_it_does_not_know_pass_through() -> None:
    events = [*two_turns(), ChecksMasked(at=9_999.0, patterns=("x",))]
    async with playing(events) as played:
        await played.pass_(1_000)
        assert played.conversation[-1] == events[-1]


async def test_the_clock_stands_at_the_event_that_is_shown() -> None:
    events = two_turns()
    replay: list[Replay] = []
    times: list[tuple[float, Event]] = []
    time = FakeTime()
    replay.append(Replay(events, lambda e: times.append((replay[0].elapsed, e)), now=time.now, wait=time.wait))
    replay[0].seek(1_000)
    moments = {id(moment.event): moment.seconds for moment in timeline(events)}
    assert all(moments[id(event)] == pytest.approx(at) for at, event in times if is_durable(event))
    assert sum(is_durable(event) for _, event in times) == 4


async def test_an_empty_recording_is_over_at_once() -> None:
    async with playing([]) as played:
        assert played.replay.is_over
        played.replay.play()
        played.replay.step()
        played.replay.next_turn()
        played.replay.previous_turn()
        assert played.conversation == []


async def test_waiting_ends_with_the_event_or_with_the_time() -> None:
    woken = asyncio.Event()
    async with asyncio.timeout(LIMIT):
        await wait_at_most(woken, 0.0)
        woken.set()
        await wait_at_most(woken, None)
