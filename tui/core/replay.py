"""A recorded conversation played back as events, as if it happened now."""

import asyncio
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui.core.events import (
    ChecksMasked,
    ConversationOpened,
    Event,
    ModelAsked,
    Pinned,
    Renamed,
    UserSaid,
)
from tui.core.mending import close_open_ends
from tui.core.timeline import Moment, timeline
from tui.core.waiting import Wait, wait_at_most

REPLAY_ID = ""
"""The id of the conversation that a replay opens: it is in no archive."""

AGAIN_SECONDS = 1.0
"""Going back within so many seconds of a turn's beginning goes to the turn before, later to the beginning."""

SOON = 0.001
"""What is due within so many seconds is due: a shorter wait may be lost in rounding."""

MOST_AT_ONCE = 50
"""Events that are shown before the loop may do something else."""

_NOT_A_STEP = (ModelAsked, ChecksMasked, Renamed, Pinned)
"""Events that change nothing that one looks at; a step goes on past them."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a replay is: turn 0 before the first, times in seconds of the replay at normal speed."""

    turn: int
    turns: int
    elapsed: float
    duration: float


class Replay:
    """Shows a recording's events at their times. One task runs `run`; everything else is called in its event loop.

    Shown are its durable events, those that lead up to them, and a `ConversationOpened` at the beginning and after
    each jump. `changed` is called whenever the state is another; the position moves on by itself.
    """

    def __init__(
        self,
        events: Sequence[Event],
        show: Callable[[Event], None],
        *,
        changed: Callable[[], None] = lambda: None,
        now: Callable[[], float] = time.monotonic,
        wait: Wait | None = None,
    ) -> None:
        self.events: Sequence[Event] = close_open_ends(events)
        self._show = show
        self._changed = changed
        self._now = now
        self._wait = wait or wait_at_most
        self._moments = timeline(self.events)
        self._starts = [i for i, moment in enumerate(self._moments) if isinstance(moment.event, UserSaid)]
        self._next = 0
        self._base = 0.0
        self._since: float | None = None
        self._speed = 1.0
        self._showing_at: float | None = None
        self._woken = asyncio.Event()

    @property
    def is_playing(self) -> bool:
        """Whether time goes on."""
        return self._since is not None

    @property
    def is_over(self) -> bool:
        """Whether everything is shown."""
        return self._next == len(self._moments)

    @property
    def speed(self) -> float:
        """How many seconds of the recording pass in one."""
        return self._speed

    @property
    def duration(self) -> float:
        """Seconds from the beginning to the last event."""
        return self._moments[-1].seconds if self._moments else 0.0

    @property
    def marks(self) -> Sequence[float]:
        """When each turn begins."""
        return [self._moments[start].seconds for start in self._starts]

    @property
    def elapsed(self) -> float:
        """Seconds of the recording that have passed; the event that is being shown is never early or late by it."""
        if self._showing_at is not None:
            return self._showing_at
        if self._since is None:
            return self._base
        return min(self._base + (self._now() - self._since) * self._speed, self.duration)

    @property
    def position(self) -> Position:
        """Where the replay is."""
        turn = bisect_right(self._starts, self._next - 1)
        return Position(turn, len(self._starts), self.elapsed, self.duration)

    async def run(self) -> None:
        """Open the recording at its beginning and play; returns only by being cancelled."""
        self._open(0)
        self.play()
        while True:
            self._woken.clear()
            self._show_due()
            await self._wait(self._woken, self._seconds_to_next())

    def play(self) -> None:
        """Go on; from the beginning where it is over."""
        if self.is_over:
            self._open(0)
        self._move_clock(playing=True)

    def pause(self) -> None:
        """Stand still, also in the middle of a word."""
        self._move_clock(playing=False)

    def set_speed(self, speed: float) -> None:
        """Let this many seconds of the recording pass in one."""
        self._base = self.elapsed
        self._since = self._now() if self.is_playing else None
        self._speed = speed
        self._wake()

    def step(self) -> None:
        """Show what comes next, whole, and stand still."""
        while not self.is_over:
            moment = self._take()
            self._base, self._since = moment.seconds, None
            if moment.is_durable:
                self._show_at(moment)
                if not isinstance(moment.event, _NOT_A_STEP):
                    break
        self._wake()

    def go_to_turn(self, turn: int) -> None:
        """Go to the beginning of this turn: its message is the last that is said."""
        if self._starts:
            start = self._starts[min(max(turn, 1), len(self._starts)) - 1]
            self._jump(start + 1, self._moments[start].seconds)

    def next_turn(self) -> None:
        """Go to the turn after this one; after the last, to the end."""
        position = self.position
        if position.turn < position.turns:
            self.go_to_turn(position.turn + 1)
        else:
            self.seek(self.duration)

    def previous_turn(self) -> None:
        """Go to the beginning of this turn, or, when there already, to the turn before."""
        turn = self.position.turn
        is_at_its_beginning = turn > 0 and self.elapsed - self.marks[turn - 1] < AGAIN_SECONDS
        target = turn - is_at_its_beginning
        if target > 0:
            self.go_to_turn(target)
        else:
            self.seek(0.0)

    def seek(self, seconds: float) -> None:
        """Go to this moment; what was shown by then is there at once. Plays on if it was playing before the end."""
        seconds = min(max(seconds, 0.0), self.duration)
        self._jump(bisect_right(self._moments, seconds, key=lambda moment: moment.seconds), seconds)

    def _jump(self, end: int, seconds: float) -> None:
        """Show the moments before `end`: what was before their turn as opened, then what of the turn still counts."""
        start = max((start for start in self._starts if start < end), default=0)
        self._open(start)
        durable = [i for i in range(start, end) if self._moments[i].is_durable]
        streamed_from = durable[-1] if durable else start
        for i in range(start, end):
            if self._moments[i].is_durable or i > streamed_from:
                self._show_at(self._moments[i])
        self._next = end
        self._base = seconds
        self._since = self._now() if self.is_playing and not self.is_over else None
        self._wake()

    def to_end(self) -> None:
        """Show all of it."""
        self._open(len(self._moments))
        self._base, self._since = self.duration, None
        self._wake()

    def _move_clock(self, *, playing: bool) -> None:
        self._base = self.elapsed
        self._since = self._now() if playing and not self.is_over else None
        self._wake()

    def _wake(self) -> None:
        self._woken.set()
        self._changed()

    def _take(self) -> Moment:
        self._next += 1
        return self._moments[self._next - 1]

    def _open(self, end: int) -> None:
        """Show the moments before `end` as a conversation that is opened."""
        shown = tuple(moment.event for moment in self._moments[:end] if moment.is_durable)
        at = shown[-1].at if shown else 0.0
        self._next = end
        self._base = self._moments[end - 1].seconds if end else 0.0
        self._since = self._now() if self.is_playing else None
        self._show(ConversationOpened(at=at, conversation_id=REPLAY_ID, events=shown))

    def _show_due(self) -> None:
        for _ in range(MOST_AT_ONCE):
            if not self.is_playing or self.is_over or self._moments[self._next].seconds > self.elapsed + SOON:
                break
            self._show_at(self._take())
        if self.is_playing and self.is_over:
            self._base, self._since = self.duration, None
            self._changed()

    def _show_at(self, moment: Moment) -> None:
        """Show an event while the clock stands at its moment, so that what is measured by the clock comes out right."""
        self._showing_at = moment.seconds
        try:
            self._show(moment.event)
        finally:
            self._showing_at = None

    def _seconds_to_next(self) -> float | None:
        if not self.is_playing:
            return None
        return max(0.0, self._moments[self._next].seconds - self.elapsed) / self._speed
