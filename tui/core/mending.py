"""A log with holes made whole: every call and every turn begins once and ends once.

Holes come from a program that died in the middle, and from lines that were damaged and left out.
"""

from collections.abc import Mapping, Sequence

from tui.core.events import Event, Forked, ModelAnswered, ToolFinished, ToolStarted, TurnEnded, UserSaid
from tui.core.transcript import INTERRUPTED

LOST_MESSAGE = "(This message is damaged and cannot be read.)"
LOST_ARGUMENTS = "(These arguments are damaged and cannot be read.)"


def close_open_ends(events: Sequence[Event]) -> list[Event]:
    """The log with a beginning and an end for each call and turn that lacks one; a second end or beginning is left out.

    What was made up says so. A log that is whole comes back as it is.
    """
    return _Mending(events).mended


class _Mending:
    """Goes through the log once. `mended` is what came of it."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.mended: list[Event] = []
        self._asked = _arguments_asked(events)
        self._with_end = {event.call_id for event in events if isinstance(event, ToolFinished)}
        self._turns: set[int] = set()
        self._turn: UserSaid | None = None
        """The turn that has not ended yet."""
        self._started: set[str] = set()
        self._finished: set[str] = set()
        self._open: list[ToolStarted] = []
        """The calls that have no end anywhere; one made by hand may still end in a later turn."""
        for event in events:
            self._take(event)
        self._end_turn()

    def _take(self, event: Event) -> None:
        if isinstance(event, UserSaid):
            self._end_turn()
            self._begin_turn(event)
            return
        self._find_turn(event)
        match event:
            case ToolStarted():
                if event.call_id not in self._started:
                    self._begin_call(event)
            case ToolFinished():
                self._finish_call(event)
            case TurnEnded():
                if self._turn and self._turn.turn == event.turn:
                    self._end_calls(event.at)
                    self._turn = None
                    self.mended.append(event)
            case _:
                self.mended.append(event)

    def _find_turn(self, event: Event) -> None:
        """Begin the turn that the event belongs to, where nothing of it has been seen yet."""
        turn = 0 if isinstance(event, Forked) else getattr(event, "turn", 0)
        if turn > 0 and turn not in self._turns:
            self._end_turn()
            self._begin_turn(UserSaid(at=event.at, turn=turn, text=LOST_MESSAGE))

    def _begin_turn(self, said: UserSaid) -> None:
        self._turn = said
        self._turns.add(said.turn)
        self.mended.append(said)

    def _end_turn(self) -> None:
        at = self.mended[-1].at if self.mended else 0.0
        self._end_calls(at)
        if self._turn:
            self.mended.append(_broken_off(self._turn, at=at))
        self._turn = None

    def _begin_call(self, event: ToolStarted) -> None:
        self._started.add(event.call_id)
        self.mended.append(event)
        if event.call_id not in self._with_end:
            self._open.append(event)

    def _finish_call(self, event: ToolFinished) -> None:
        if event.call_id in self._finished:
            return
        if event.call_id not in self._started:
            self._begin_call(_lost_beginning(event, self._asked.get(event.call_id, LOST_ARGUMENTS)))
        self._finished.add(event.call_id)
        self.mended.append(event)

    def _end_calls(self, at: float) -> None:
        self.mended.extend(_lost_end(started, at=at) for started in self._open)
        self._open.clear()


def _arguments_asked(events: Sequence[Event]) -> Mapping[str, str]:
    return {call.id: call.arguments for event in events if isinstance(event, ModelAnswered) for call in event.calls}


def _lost_beginning(end: ToolFinished, arguments: str) -> ToolStarted:
    return ToolStarted(
        at=end.at,
        turn=end.turn,
        call_id=end.call_id,
        name=end.name,
        server="",
        arguments={},
        raw_arguments=arguments,
        by="model" if end.turn else "person",
    )


def _lost_end(call: ToolStarted, *, at: float) -> ToolFinished:
    return ToolFinished(
        at=at,
        turn=call.turn,
        call_id=call.call_id,
        name=call.name,
        status="lost",
        text=INTERRUPTED,
        seconds=max(0.0, at - call.at),
    )


def _broken_off(said: UserSaid, *, at: float) -> TurnEnded:
    message = "Callscope was ended in the middle of this turn."
    hint = "Send the message again, or go on from here."
    return TurnEnded(at=at, turn=said.turn, reason="failed", seconds=max(0.0, at - said.at), message=message, hint=hint)
