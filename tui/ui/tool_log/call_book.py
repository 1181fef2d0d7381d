"""From events to cards: which calls there are, how each stands, and where its card is."""

from collections.abc import Callable, Collection
from dataclasses import replace

from rich.segment import Segment
from textual.strip import Strip

from tui.core.events import (
    ApprovalAsked,
    CallAnnounced,
    Event,
    ModelAnswered,
    ToolFinished,
    ToolStarted,
    TurnEnded,
    UserSaid,
)
from tui.ui.lines.block import Block
from tui.ui.lines.line import BLANK, Line
from tui.ui.lines.look import Look
from tui.ui.lines.sink import Sink
from tui.ui.tool_log.call_record import CallRecord
from tui.ui.tool_log.card import CardBlock

_FAILED = frozenset({"error", "refused", "denied", "timeout", "lost"})


class TurnRule(Block):
    """A dim line above the calls of a turn."""

    __slots__ = ("_gap", "_text")

    def __init__(self, turn: int, time: str, *, gap: bool) -> None:
        self._text = f"turn {turn} · {time}" if time else f"turn {turn}"
        self._gap = gap

    @property
    def source(self) -> str:
        """The turn and its time."""
        return "\n" * self._gap + self._text

    def estimate(self, width: int) -> int:
        """One row."""
        return 1 + self._gap

    def render(self, width: int, look: Look) -> list[Line]:
        """The text, and a rule to the end of the row."""
        text = f" {self._text} "
        rule = "─" * max(0, width - len(text) - 1)
        strip = Strip([Segment(text, look["muted"]), Segment(rule, look["rule"])]).crop(0, width)
        return [BLANK] * self._gap + [Line(strip, 1, len(text) - 1)]


class CallBook:
    """Keeps the calls of a conversation and puts their cards into `sink`."""

    def __init__(self, sink: Sink, clock: Callable[[float], str]) -> None:
        self.sink = sink
        self.records: dict[str, CallRecord] = {}
        self.index_of: dict[str, int] = {}
        """The block of each call's card."""
        self.call_at: dict[int, str] = {}
        """The call of each card's block."""
        self.rule_of: dict[int, int] = {}
        """The block of the line above each turn's calls."""
        self._clock = clock
        self._turn_times: dict[int, float] = {}
        self._open: dict[str, None] = {}
        self._apart: set[str] = set()
        self._failed = 0
        self._seconds = 0.0

    def show(self, event: Event) -> None:
        """Put down what the event says of a call."""
        match event:
            case UserSaid():
                self._turn_times[event.turn] = event.at
                self._close(())
            case CallAnnounced():
                self._put(CallRecord(event.call_id, event.turn, event.name, "asked"))
            case ModelAnswered():
                self._answered(event)
            case ApprovalAsked():
                self._waits(event)
            case ToolStarted():
                self._started(event)
            case ToolFinished():
                self._finished(event)
            case TurnEnded():
                self._close(())
            case _:
                pass

    def running(self) -> list[str]:
        """The calls that run, first asked first."""
        return [call_id for call_id in self._open if self.records[call_id].state == "running"]

    def totals(self) -> tuple[int, int, float]:
        """How many calls there are, how many failed, and the seconds they took together."""
        return len(self.records), self._failed, self._seconds

    def card(
        self, call_id: str, elapsed: float | None = None, frame: int | None = None, limit: float | None = None
    ) -> CardBlock:
        """The call's card as it stands."""
        return CardBlock(self.records[call_id], call_id in self._apart, elapsed, frame, limit)

    def _answered(self, event: ModelAnswered) -> None:
        for call in event.calls:
            known = self.records.get(call.id)
            if known is None or known.state == "asked":
                self._put(CallRecord(call.id, event.turn, call.name, "asked", asked_arguments=call.arguments))
        if self._open:
            self._close({call.id for call in event.calls})

    def _started(self, event: ToolStarted) -> None:
        self._put(
            CallRecord(
                event.call_id,
                event.turn,
                event.name,
                "running",
                server=event.server,
                by=event.by,
                arguments=event.arguments,
                raw_arguments=event.raw_arguments,
                started_at=event.at,
                approval=event.approval,
            )
        )

    def _waits(self, event: ApprovalAsked) -> None:
        by = "model" if event.turn else "person"
        self._put(
            CallRecord(event.call_id, event.turn, event.name, "waiting", event.server, by, arguments=event.arguments)
        )

    def _finished(self, event: ToolFinished) -> None:
        known = self.records.get(event.call_id) or CallRecord(event.call_id, event.turn, event.name, "running")
        self._put(known.finished(event))

    def _close(self, still_asked: Collection[str]) -> None:
        """Calls of the model that will not start any more, or that were left open, are over."""
        for call_id in [call_id for call_id in self._open if call_id not in still_asked]:
            record = self.records[call_id]
            if record.by == "model":
                self._put(replace(record, state="lost" if record.state == "running" else "not_run"))

    def _put(self, record: CallRecord) -> None:
        call_id, is_new = record.call_id, record.call_id not in self.records
        self.records[call_id] = record
        if not record.is_over:
            self._open[call_id] = None
        elif self._open.pop(call_id, call_id) is None:
            self._failed += record.state in _FAILED
            self._seconds += record.seconds or 0.0
        if is_new:
            self._add_card(record)
        else:
            self.sink.replace(self.index_of[call_id], self.card(call_id))

    def _add_card(self, record: CallRecord) -> None:
        """A turn's first card comes under a line; a call by hand stands apart from those before it."""
        is_first = len(self.records) == 1
        if record.by == "person" and not is_first:
            self._apart.add(record.call_id)
        if record.turn and record.turn not in self.rule_of:
            time = self._clock(self._turn_times[record.turn]) if record.turn in self._turn_times else ""
            self.rule_of[record.turn] = self.sink.append(TurnRule(record.turn, time, gap=not is_first))
        index = self.sink.append(self.card(record.call_id))
        self.index_of[record.call_id] = index
        self.call_at[index] = record.call_id
