"""One request to the model: what it is sent, and its answer as events."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace

from tui.core.errors import ContextTooLongError
from tui.core.events import (
    CallAnnounced,
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
    ToolRequest,
    ToolStarted,
    TrimReason,
)
from tui.core.ports import (
    AdaptedPart,
    AnswerEnd,
    AnswerPart,
    CallPart,
    Message,
    ProgressPart,
    RateWaitPart,
    ReasoningPart,
    RetryPart,
    TextPart,
    ToolSpec,
)
from tui.core.silence import Silence
from tui.core.surroundings import Surroundings
from tui.core.transcript import Trimmed, message_limit, to_messages, trim


async def ask(turn: int, round_: int, surroundings: Surroundings, *, may_call: bool = True) -> ModelAnswered:
    """Ask the model once, with the whole log; everything is told through `emit`.

    What came of the answer is in the log also when it broke off or the task was cancelled.

    Raises:
        ModelError: the model refused, failed or fell silent.
    """
    return await _Asking(turn, round_, surroundings).ask(may_call=may_call)


class _Asking:
    def __init__(self, turn: int, round_: int, surroundings: Surroundings) -> None:
        self._turn = turn
        self._round = round_
        self._s = surroundings

    async def ask(self, *, may_call: bool) -> ModelAnswered:
        """Ask the model once, leaving out the older half of the conversation as often as it is too long for it."""
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
                turn=self._turn,
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
        at, turn, number = self._s.now(), self._turn, self._round
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
        at, turn, number = self._s.now(), self._turn, self._round
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
                turn=self._turn,
                round=self._round,
                silent_seconds=silent_seconds,
                limit_seconds=self._s.limits.patience.give_up,
            )
        )

    def _resumed(self) -> None:
        self._s.emit(StreamResumed(at=self._s.now(), turn=self._turn, round=self._round))

    def _unique_id(self, call_id: str) -> str:
        """An id that no earlier call of the conversation has: some endpoints count from 0 in every answer."""
        used = any(isinstance(event, ToolStarted) and event.call_id == call_id for event in self._s.events)
        return f"{call_id}-{self._turn}.{self._round}" if used else call_id

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
            turn=self._turn,
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
                    turn=self._turn,
                    dropped_turns=trimmed.dropped_turns,
                    dropped_rounds=trimmed.dropped_rounds,
                    limit=limit,
                    reason=reason,
                )
            )


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
