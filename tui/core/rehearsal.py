"""The recorded calls run again: the model's side comes from the recording, the tools are real."""

import json
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from tui.core.events import (
    Event,
    Json,
    ModelAnswered,
    ToolFinished,
    ToolRequest,
    ToolStarted,
    ToolStatus,
    UserSaid,
    is_durable,
)
from tui.core.mending import close_open_ends
from tui.core.ports import (
    AnswerEnd,
    AnswerPart,
    CallPart,
    LimitChoice,
    Message,
    SentTool,
    TextPart,
    Tools,
    ToolSpec,
)
from tui.core.surroundings import Limits, Surroundings
from tui.core.turn import run_turn

UNLIMITED = 1_000_000
"""More messages than any recording has: the model is a recording too, and needs no trimming."""

_STOPPED: Mapping[ToolStatus, str] = {
    "denied": "it was not allowed when it was recorded",
    "cancelled": "it was stopped when it was recorded",
    "lost": "its connection broke when it was recorded",
}


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One call of a recording; round 0 for those made by hand."""

    started: ToolStarted
    finished: ToolFinished
    round: int

    @property
    def skipped(self) -> str:
        """Why it is not run again; empty where it is."""
        return _STOPPED.get(self.finished.status, "")


def recorded_calls(events: Sequence[Event]) -> dict[str, RecordedCall]:
    """The calls by id, in the order in which they began."""
    closed = close_open_ends(events)
    ends = {event.call_id: event for event in closed if isinstance(event, ToolFinished)}
    rounds = {call.id: event.round for event in closed if isinstance(event, ModelAnswered) for call in event.calls}
    starts = [event for event in closed if isinstance(event, ToolStarted) and event.call_id in ends]
    return {e.call_id: RecordedCall(e, ends[e.call_id], rounds.get(e.call_id, 0)) for e in starts}


async def rehearse(
    events: Sequence[Event], tools: Tools, progress: Callable[[int, int], None]
) -> Mapping[str, ToolFinished]:
    """Run the recorded calls, in the order and together as they ran; returns how each ended, by its id.

    Calls that a person made by hand run too, where they stood: later calls may rest on what they did. Those that were
    stopped or not allowed, or whose connection broke, do not run. `progress` is told how many calls have ended, of how
    many.
    """
    rehearsal = _Rehearsal(tools, recorded_calls(events), progress)
    for unit in _units(close_open_ends(events)):
        await rehearsal.run(unit)
    return rehearsal.outcomes


def _units(events: Iterable[Event]) -> list[list[Event]]:
    """The log as what is run one after the other: whole turns, and calls by hand, which come behind their turn."""
    units: list[list[Event]] = []
    by_hand: list[list[Event]] = []
    for event in events:
        if isinstance(event, UserSaid):
            units += by_hand
            by_hand = []
            units.append([event])
        elif isinstance(event, ToolStarted) and event.by == "person":
            by_hand.append([event])
        elif units:
            units[-1].append(event)
    return units + by_hand


class _Rehearsal:
    """Runs the units with a model that repeats what it said, and keeps how each call ended."""

    def __init__(
        self, tools: Tools, recorded: Mapping[str, RecordedCall], progress: Callable[[int, int], None]
    ) -> None:
        self.outcomes: dict[str, ToolFinished] = {}
        self._tools = tools
        self._recorded = recorded
        self._progress = progress
        self._to_run = sum(not call.skipped for call in recorded.values())
        self._log: list[Event] = []

    async def run(self, unit: Sequence[Event]) -> None:
        first = unit[0]
        if isinstance(first, UserSaid):
            await run_turn(first.turn, first.text, self._surroundings(unit))
        elif isinstance(first, ToolStarted) and self._is_run(first.call_id):
            outcome = await self._tools.call(first.name, first.arguments)
            self._keep(
                ToolFinished(
                    at=first.at,
                    turn=first.turn,
                    call_id=first.call_id,
                    name=first.name,
                    status=outcome.status,
                    text=outcome.text,
                    structured=outcome.structured,
                    images=outcome.images,
                )
            )

    def _is_run(self, call_id: str) -> bool:
        return (known := self._recorded.get(call_id)) is not None and not known.skipped

    def _surroundings(self, unit: Sequence[Event]) -> Surroundings:
        return Surroundings(
            model=RecordedModel(self._answers(unit)),
            tools=self._tools,
            events=self._log,
            emit=self._emit,
            ask_limit=_go_on,
            limits=Limits(messages=UNLIMITED),
        )

    def _answers(self, unit: Sequence[Event]) -> list[ModelAnswered]:
        """The answers that ask for calls, with those calls that are run, and the arguments that were sent."""
        answers: list[ModelAnswered] = []
        for event in unit:
            if isinstance(event, ModelAnswered):
                calls = tuple(self._as_sent(call) for call in event.calls if self._is_run(call.id))
                answers += [replace(event, calls=calls)] if calls else []
        return answers

    def _as_sent(self, call: ToolRequest) -> ToolRequest:
        started = self._recorded[call.id].started
        if started.raw_arguments:
            return call
        return replace(call, arguments=json.dumps(started.arguments, default=_as_plain))

    def _emit(self, event: Event) -> None:
        if is_durable(event):
            self._log.append(event)
        if isinstance(event, ToolFinished):
            self._keep(event)

    def _keep(self, finished: ToolFinished) -> None:
        self.outcomes[finished.call_id] = finished
        self._progress(len(self.outcomes), self._to_run)


class RecordedModel:
    """Says word for word what a model said in one turn, answer by answer, whatever it is asked and told."""

    label = "recording"
    offline = True

    def __init__(self, answers: Sequence[ModelAnswered]) -> None:
        self._answers = list(answers)

    async def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSpec], *, may_call: bool = True
    ) -> AsyncGenerator[AnswerPart]:
        """The next recorded answer; where none is left, an empty one that ends the turn."""
        del messages, tools, may_call
        if not self._answers:
            yield AnswerEnd((), "stop", self.label, None)
            return
        answer = self._answers.pop(0)
        if answer.text:
            yield TextPart(answer.text)
        for call in answer.calls:
            yield CallPart(call.id, call.name)
        yield AnswerEnd(answer.calls, answer.finish_reason, answer.model, answer.usage)

    def sent_tools(self, tools: Sequence[ToolSpec]) -> Sequence[SentTool]:
        """No tool is sent anywhere."""
        return [SentTool(tool.name, None, left_out="a recording is not told of tools") for tool in tools]

    async def aclose(self) -> None:
        """There is nothing to close."""


def _as_plain(value: object) -> object:
    return (
        dict(cast("Mapping[str, Json]", value)) if isinstance(value, Mapping) else list(cast("Sequence[Json]", value))
    )


async def _go_on(_rounds: int) -> LimitChoice:
    return "continue"
