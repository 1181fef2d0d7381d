"""One turn: from a person's message to the model's last answer. The only loop that asks the model and runs tools."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from tui.core.arguments import parse_arguments
from tui.core.errors import AppError, ContextTooLongError
from tui.core.events import (
    CallAnnounced,
    EndReason,
    Event,
    FinishReason,
    HistoryTrimmed,
    ModelAnswered,
    ModelAsked,
    ReasoningDelta,
    RequestAdapted,
    RequestDelayed,
    RequestFailed,
    StreamResumed,
    StreamStalled,
    TextDelta,
    ToolFinished,
    ToolRequest,
    ToolStarted,
    TrimReason,
    TurnEnded,
    UserSaid,
)
from tui.core.ports import (
    AdaptedPart,
    AnswerEnd,
    AnswerPart,
    AskLimit,
    CallPart,
    ChatModel,
    Message,
    ProgressPart,
    RateWaitPart,
    ReasoningPart,
    RetryPart,
    TextPart,
    ToolOutcome,
    Tools,
    ToolSpec,
)
from tui.core.silence import Patience, Silence
from tui.core.transcript import Trimmed, message_limit, to_messages, trim


@dataclass(frozen=True, slots=True)
class Limits:
    """Rounds in a turn before the person is asked; messages that the model is sent at most; how long silence may be."""

    rounds: int = 10
    messages: int = 50
    patience: Patience = Patience()


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
        """Ask the model once, leaving out the older half of the conversation as often as it is too long for it."""
        self._round += 1
        limit, reason = message_limit(self._s.events, self._s.limits.messages)
        while True:
            trimmed = trim(to_messages(self._s.events, self._s.system_prompt), limit)
            self._tell_trimmed(trimmed, limit, reason)
            try:
                return await self._ask_with(trimmed.messages, may_call)
            except ContextTooLongError:
                limit, reason = len(trimmed.messages) // 2, "context"
                if len(trim(trimmed.messages, limit).messages) == len(trimmed.messages):
                    raise

    async def _ask_with(self, messages: Sequence[Message], may_call: bool) -> ModelAnswered:
        """Send these messages. What came of the answer is in the log also when it broke off or was cancelled."""
        specs = self._s.tools.specs()
        self._s.emit(
            ModelAsked(
                at=self._s.now(),
                turn=self._number,
                round=self._round,
                model=self._s.model.label,
                message_count=len(messages),
                tool_count=len(specs),
            )
        )
        answer = _Answer()
        broken_off: FinishReason = "cut_off"
        try:
            await self._stream(messages, specs, may_call, answer)
        except asyncio.CancelledError:
            broken_off = "cancelled"
            raise
        finally:
            answered = self._answered(answer, broken_off)
            if answered.text or answered.reasoning or answer.end:
                self._s.emit(answered)
        return answered

    async def _stream(
        self, messages: Sequence[Message], specs: Sequence[ToolSpec], may_call: bool, answer: "_Answer"
    ) -> None:
        silence = Silence(self._s.limits.patience, self._stalled, self._resumed)
        async with silence.watched(), aclosing(self._s.model.stream(messages, specs, may_call=may_call)) as parts:
            async for part in parts:
                if isinstance(part, RetryPart | RateWaitPart):
                    silence.excused(part.wait_seconds)
                else:
                    silence.broken()
                self._take(part, answer)

    def _take(self, part: AnswerPart, answer: "_Answer") -> None:
        at, turn, number = self._s.now(), self._number, self._round
        match part:
            case TextPart(text):
                answer.add(text)
                self._s.emit(TextDelta(at=at, turn=turn, round=number, text=text))
            case ReasoningPart(text):
                answer.reasoning.append(text)
                self._s.emit(ReasoningDelta(at=at, turn=turn, round=number, text=text))
            case CallPart(call_id, name):
                unique_id = self._unique_id(call_id)
                self._s.emit(CallAnnounced(at=at, turn=turn, round=number, call_id=unique_id, name=name))
            case AnswerEnd():
                answer.end = self._with_unique_ids(part)
            case ProgressPart():
                pass
            case RetryPart() | RateWaitPart() | AdaptedPart():
                self._tell_delay(part)

    def _tell_delay(self, part: RetryPart | RateWaitPart | AdaptedPart) -> None:
        at, turn, number = self._s.now(), self._number, self._round
        match part:
            case RetryPart(attempt, wait_seconds, message, hint, detail):
                event = RequestFailed(
                    at=at,
                    turn=turn,
                    round=number,
                    attempt=attempt,
                    wait_seconds=wait_seconds,
                    message=message,
                    hint=hint,
                    detail=detail,
                )
            case RateWaitPart(wait_seconds, per_minute):
                event = RequestDelayed(
                    at=at, turn=turn, round=number, wait_seconds=wait_seconds, requests_per_minute=per_minute
                )
            case AdaptedPart(message, hint):
                event = RequestAdapted(at=at, turn=turn, round=number, message=message, hint=hint)
        self._s.emit(event)

    def _stalled(self, silent_seconds: float) -> None:
        self._s.emit(
            StreamStalled(
                at=self._s.now(),
                turn=self._number,
                round=self._round,
                silent_seconds=silent_seconds,
                limit_seconds=self._s.limits.patience.give_up,
            )
        )

    def _resumed(self) -> None:
        self._s.emit(StreamResumed(at=self._s.now(), turn=self._number, round=self._round))

    def _unique_id(self, call_id: str) -> str:
        """An id that no earlier call of the conversation has: some endpoints count from 0 in every answer."""
        used = any(isinstance(event, ToolStarted) and event.call_id == call_id for event in self._s.events)
        return f"{call_id}-{self._number}.{self._round}" if used else call_id

    def _with_unique_ids(self, end: AnswerEnd) -> AnswerEnd:
        """The end with ids of its calls that no other call has; items that name other ids cannot be sent back."""
        unique: dict[str, ToolRequest] = {}
        for call in end.calls:
            call_id = self._unique_id(call.id)
            if call_id in unique:
                call_id = f"{call_id}#{len(unique) + 1}"
            unique[call_id] = replace(call, id=call_id)
        calls = tuple(unique.values())
        return replace(end, calls=calls, output_items=end.output_items if calls == end.calls else ())

    def _answered(self, answer: "_Answer", broken_off: FinishReason) -> ModelAnswered:
        end = answer.end or AnswerEnd((), broken_off, self._s.model.label, None)
        return ModelAnswered(
            at=self._s.now(),
            turn=self._number,
            round=self._round,
            text=answer.text,
            calls=end.calls,
            finish_reason=end.finish_reason,
            model=end.model,
            usage=end.usage,
            seconds=time.monotonic() - answer.began,
            first_text_seconds=answer.first_text_seconds,
            reasoning="".join(answer.reasoning),
            report=end.report,
            output_items=end.output_items,
            origin=end.origin,
        )

    def _tell_trimmed(self, trimmed: Trimmed, limit: int, reason: TrimReason) -> None:
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
                    limit=limit,
                    reason=reason,
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
                    images=outcome.images,
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
        self.reasoning: list[str] = []
        self._pieces: list[str] = []

    def add(self, text: str) -> None:
        if self.first_text_seconds is None:
            self.first_text_seconds = time.monotonic() - self.began
        self._pieces.append(text)

    @property
    def text(self) -> str:
        return "".join(self._pieces)
