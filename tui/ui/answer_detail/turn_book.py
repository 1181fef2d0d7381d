"""The events of each turn, and what they amount to, round by round."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tui.core.events import (
    Event,
    FilterVerdict,
    HistoryTrimmed,
    ModelAnswered,
    ModelAsked,
    RequestAdapted,
    RequestFailed,
    ToolFinished,
    ToolStarted,
    TurnEnded,
    Usage,
    UserSaid,
)
from tui.ui.answer_detail.words import request_id_in

TurnEvent = (
    UserSaid
    | HistoryTrimmed
    | ModelAsked
    | ModelAnswered
    | RequestFailed
    | RequestAdapted
    | ToolStarted
    | ToolFinished
    | TurnEnded
)
"""What a turn consists of."""

_KEPT: frozenset[type[Event]] = frozenset(TurnEvent.__args__)


@dataclass(slots=True)
class RoundRecord:
    """One request to the model, with the tries that failed before it, and its answer."""

    number: int
    asked: ModelAsked | None = None
    answered: ModelAnswered | None = None
    failures: list[RequestFailed] = field(default_factory=list[RequestFailed])
    adaptations: list[RequestAdapted] = field(default_factory=list[RequestAdapted])


@dataclass(slots=True)
class TurnRecord:
    """One turn as its events told; `ended` is None while it runs."""

    turn: int
    said: UserSaid | None = None
    ended: TurnEnded | None = None
    rounds: list[RoundRecord] = field(default_factory=list[RoundRecord])
    trimmed: list[HistoryTrimmed] = field(default_factory=list[HistoryTrimmed])
    finished: list[ToolFinished] = field(default_factory=list[ToolFinished])
    calls: int = 0

    @classmethod
    def of(cls, turn: int, events: Sequence[TurnEvent]) -> "TurnRecord":
        """The turn that these events make."""
        record = cls(turn)
        for event in events:
            record._take(event)
        return record

    @property
    def answers(self) -> list[ModelAnswered]:
        """The answers, one of each round that has one."""
        return [one.answered for one in self.rounds if one.answered]

    @property
    def usage(self) -> Usage | None:
        """The tokens of all rounds together; None where the endpoint counted none."""
        used = [answer.usage for answer in self.answers if answer.usage]
        if not used:
            return None
        return Usage(
            sum(usage.input_tokens for usage in used),
            sum(usage.output_tokens for usage in used),
            sum(usage.cached_tokens for usage in used),
            sum(usage.reasoning_tokens for usage in used),
        )

    @property
    def filters(self) -> list[FilterVerdict]:
        """What the content filter said in all rounds."""
        return [verdict for answer in self.answers for verdict in answer.report.filters]

    @property
    def request_ids(self) -> list[str]:
        """The ids that the endpoint gave the requests, answered or failed, first asked first."""
        ids: list[str] = []
        for one in self.rounds:
            ids += [request_id_in(failure.detail) for failure in one.failures]
            ids += [one.answered.report.request_id] if one.answered else []
        ids += [request_id_in(self.ended.detail)] if self.ended else []
        return [each for each in dict.fromkeys(ids) if each]

    def _take(self, event: TurnEvent) -> None:
        match event:
            case UserSaid():
                self.said = event
            case HistoryTrimmed():
                self.trimmed.append(event)
            case ModelAsked():
                self._round(event.round).asked = event
            case ModelAnswered():
                self._round(event.round).answered = event
            case RequestFailed():
                self._round(event.round).failures.append(event)
            case RequestAdapted():
                self._round(event.round).adaptations.append(event)
            case ToolStarted():
                self.calls += 1
            case ToolFinished():
                self.finished.append(event)
            case TurnEnded():
                self.ended = event

    def _round(self, number: int) -> RoundRecord:
        if not self.rounds or self.rounds[-1].number != number:
            self.rounds.append(RoundRecord(number))
        return self.rounds[-1]


class TurnBook:
    """Keeps the events of every turn of a conversation; calls by hand, in turn 0, are none of them."""

    def __init__(self) -> None:
        self._events: dict[int, list[TurnEvent]] = {}

    def show(self, event: Event) -> None:
        """Put down an event that belongs to a turn."""
        if type(event) in _KEPT:
            assert isinstance(event, TurnEvent)
            if event.turn:
                self._events.setdefault(event.turn, []).append(event)

    def events(self, turn: int) -> tuple[TurnEvent, ...]:
        """The events of a turn so far."""
        return tuple(self._events.get(turn, ()))

    def record(self, turn: int) -> TurnRecord:
        """The turn so far."""
        return TurnRecord.of(turn, self.events(turn))

    @property
    def last(self) -> int:
        """The newest turn's number; 0 before the first."""
        return max(self._events, default=0)
