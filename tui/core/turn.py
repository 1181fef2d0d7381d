"""One turn: from a person's message to the model's last answer. The only loop that asks the model and runs tools."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from tui.core.arguments import parse_arguments
from tui.core.errors import AppError
from tui.core.events import (
    CallAnnounced,
    EndReason,
    Event,
    FinishReason,
    HistoryTrimmed,
    ModelAnswered,
    ModelAsked,
    TextDelta,
    ToolFinished,
    ToolRequest,
    ToolStarted,
    TurnEnded,
    UserSaid,
)
from tui.core.ports import AnswerEnd, AskLimit, CallPart, ChatModel, TextPart, ToolOutcome, Tools
from tui.core.transcript import Trimmed, to_messages, trim


@dataclass(frozen=True, slots=True)
class Limits:
    """Rounds in a turn before the person is asked; messages that the model is sent at most."""

    rounds: int = 10
    messages: int = 50


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a turn works with. `events` is the live log that `emit` appends durable events to."""

    model: ChatModel
    tools: Tools
    events: Sequence[Event]
    emit: Callable[[Event], None]
    ask_limit: AskLimit
    limits: Limits = field(default_factory=Limits)
    system_prompt: str = ""
    now: Callable[[], float] = time.time


async def run_turn(number: int, text: str, surroundings: Surroundings) -> None:
    """Send `text` as the conversation's turn `number` and see it through; everything is told through `emit`.

    Cancelling the task stops the stream and the tools, closes every open call in the log and ends the turn as
    cancelled. A refusal or failure of the model ends the turn as failed; it is not raised.
    """
    await _Turn(number, surroundings).run(text)


class _Turn:
    def __init__(self, number: int, surroundings: Surroundings) -> None:
        self._number = number
        self._s = surroundings
        self._round = 0
        self._began = time.monotonic()

    async def run(self, text: str) -> None:
        self._s.emit(UserSaid(at=self._s.now(), turn=self._number, text=text))
        try:
            end = await self._rounds()
        except asyncio.CancelledError:
            self._end("cancelled")
            raise
        except AppError as error:
            self._end("failed", error)
        except BaseException as error:
            self._end("failed", AppError(f"Something went wrong inside Callscope ({type(error).__name__})."))
            raise
        else:
            self._end(*end)

    def _end(self, reason: EndReason, error: AppError | None = None) -> None:
        self._s.emit(
            TurnEnded(
                at=self._s.now(),
                turn=self._number,
                reason=reason,
                seconds=time.monotonic() - self._began,
                message=error.message if error else "",
                hint=error.hint if error else "",
                detail=error.detail if error else "",
            )
        )

    async def _rounds(self) -> tuple[EndReason, AppError | None]:
        await self._s.tools.settle()
        budget = self._s.limits.rounds
        while True:
            answer = await self._ask()
            if answer.finish_reason == "cut_off":
                raise AppError(
                    "The connection ended before the answer was complete.",
                    "What came is kept; send again to retry.",
                )
            if not answer.calls:
                return "done", None
            await self._run_calls(answer.calls)
            if self._round < budget:
                continue
            choice = await self._s.ask_limit(self._round)
            if choice == "stop":
                return "limit", AppError(f"Stopped after {self._round} rounds of tool calls.")
            if choice == "wrap_up":
                await self._ask(may_call=False)
                return "done", None
            budget += self._s.limits.rounds

    async def _ask(self, *, may_call: bool = True) -> ModelAnswered:
        """Ask the model once. What came of the answer is in the log also when it broke off or was cancelled."""
        self._round += 1
        trimmed = trim(to_messages(self._s.events, self._s.system_prompt), self._s.limits.messages)
        self._tell_trimmed(trimmed)
        specs = self._s.tools.specs()
        self._s.emit(
            ModelAsked(
                at=self._s.now(),
                turn=self._number,
                round=self._round,
                model=self._s.model.label,
                message_count=len(trimmed.messages),
                tool_count=len(specs),
            )
        )
        answer = _Answer()
        broken_off: FinishReason = "cut_off"
        try:
            async with aclosing(self._s.model.stream(trimmed.messages, specs, may_call=may_call)) as parts:
                async for part in parts:
                    self._take(part, answer)
        except asyncio.CancelledError:
            broken_off = "cancelled"
            raise
        finally:
            answered = self._answered(answer, broken_off)
            if answered.text or answer.end:
                self._s.emit(answered)
        return answered

    def _take(self, part: TextPart | CallPart | AnswerEnd, answer: "_Answer") -> None:
        at, turn, number = self._s.now(), self._number, self._round
        match part:
            case TextPart(text):
                answer.add(text)
                self._s.emit(TextDelta(at=at, turn=turn, round=number, text=text))
            case CallPart(call_id, name):
                unique_id = self._unique_id(call_id)
                self._s.emit(CallAnnounced(at=at, turn=turn, round=number, call_id=unique_id, name=name))
            case AnswerEnd():
                answer.end = replace(part, calls=self._with_unique_ids(part.calls))

    def _unique_id(self, call_id: str) -> str:
        """An id that no earlier call of the conversation has: some endpoints count from 0 in every answer."""
        used = any(isinstance(event, ToolStarted) and event.call_id == call_id for event in self._s.events)
        return f"{call_id}-{self._number}.{self._round}" if used else call_id

    def _with_unique_ids(self, calls: Sequence[ToolRequest]) -> tuple[ToolRequest, ...]:
        unique: dict[str, ToolRequest] = {}
        for call in calls:
            call_id = self._unique_id(call.id)
            if call_id in unique:
                call_id = f"{call_id}#{len(unique) + 1}"
            unique[call_id] = replace(call, id=call_id)
        return tuple(unique.values())

    def _answered(self, answer: "_Answer", broken_off: FinishReason) -> ModelAnswered:
        end = answer.end
        return ModelAnswered(
            at=self._s.now(),
            turn=self._number,
            round=self._round,
            text=answer.text,
            calls=end.calls if end else (),
            finish_reason=end.finish_reason if end else broken_off,
            model=end.model if end else self._s.model.label,
            usage=end.usage if end else None,
            seconds=time.monotonic() - answer.began,
            first_text_seconds=answer.first_text_seconds,
        )

    def _tell_trimmed(self, trimmed: Trimmed) -> None:
        told = [event for event in self._s.events if isinstance(event, HistoryTrimmed)]
        before = (told[-1].dropped_turns, told[-1].dropped_rounds) if told else (0, 0)
        dropped = (trimmed.dropped_turns, trimmed.dropped_rounds)
        if dropped != (0, 0) and dropped != before:
            self._s.emit(
                HistoryTrimmed(
                    at=self._s.now(),
                    turn=self._number,
                    dropped_turns=trimmed.dropped_turns,
                    dropped_rounds=trimmed.dropped_rounds,
                    limit=self._s.limits.messages,
                )
            )

    async def _run_calls(self, calls: Sequence[ToolRequest]) -> None:
        """Run all calls at once. Each gets exactly one end in the log, also when the turn is cancelled."""
        servers = {spec.name: spec.server for spec in self._s.tools.specs()}
        open_calls: dict[str, tuple[ToolRequest, float]] = {}

        def finish(call_id: str, outcome: ToolOutcome) -> None:
            request, began = open_calls.pop(call_id)
            self._s.emit(
                ToolFinished(
                    at=self._s.now(),
                    turn=self._number,
                    call_id=call_id,
                    name=request.name,
                    status=outcome.status,
                    text=outcome.text,
                    structured=outcome.structured,
                    seconds=time.monotonic() - began,
                )
            )

        async def run(request: ToolRequest, started: ToolStarted) -> None:
            finish(request.id, await self._s.tools.call(request.name, started.arguments))

        try:
            async with asyncio.TaskGroup() as group:
                for request in calls:
                    open_calls[request.id] = (request, time.monotonic())
                    started, refusal = self._started(request, servers.get(request.name, ""))
                    self._s.emit(started)
                    if refusal:
                        finish(request.id, ToolOutcome("refused", refusal))
                    else:
                        group.create_task(run(request, started), name=f"call {request.name}")
        finally:
            for call_id in list(open_calls):
                finish(call_id, ToolOutcome("cancelled", "The call was stopped before it had a result."))

    def _started(self, request: ToolRequest, server: str) -> tuple[ToolStarted, str]:
        """The event that begins the call, and why it must not be sent, if its arguments cannot be read."""
        event = ToolStarted(
            at=self._s.now(),
            turn=self._number,
            call_id=request.id,
            name=request.name,
            server=server,
            arguments={},
        )
        try:
            return replace(event, arguments=parse_arguments(request.arguments)), ""
        except ValueError as error:
            return replace(event, raw_arguments=request.arguments), str(error)


class _Answer:
    """An answer as it comes in."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.end: AnswerEnd | None = None
        self.first_text_seconds: float | None = None
        self._pieces: list[str] = []

    def add(self, text: str) -> None:
        if self.first_text_seconds is None:
            self.first_text_seconds = time.monotonic() - self.began
        self._pieces.append(text)

    @property
    def text(self) -> str:
        return "".join(self._pieces)
