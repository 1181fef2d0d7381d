"""From events to blocks: what each event adds to the transcript, live and reopened alike."""

from collections.abc import Callable

from tui.core.events import (
    CallAnnounced,
    Event,
    FinishReason,
    HistoryTrimmed,
    ModelAnswered,
    ModelAsked,
    TextDelta,
    ToolFinished,
    ToolStarted,
    TurnEnded,
    UserSaid,
)
from tui.core.text import reveal
from tui.ui.figures import count, duration, tokens
from tui.ui.glyphs import SIGNS
from tui.ui.lines.block import TextBlock
from tui.ui.lines.sink import Sink
from tui.ui.transcript.answer import AnswerStream, append_answer
from tui.ui.transcript.blocks import CALL_INDENT, CallLine, SaidBlock

_CUT_OFF = "The answer was cut off."
_FINISH_NOTICES: dict[FinishReason, str] = {
    "length": "The answer was cut at the deployment's output limit.",
    "content_filter": "The answer was stopped by the endpoint's content filter.",
    "cut_off": _CUT_OFF,
}


class Composer:
    """Knows where in the conversation we are, and adds blocks to `sink`; while `live`, also what is on its way."""

    def __init__(self, sink: Sink, clock: Callable[[float], str], *, live: bool) -> None:
        self.sink = sink
        self.live = live
        self.stream: AnswerStream | None = None
        self.turns: dict[int, int] = {}
        """The block at which each turn begins."""
        self._clock = clock
        self._open_calls: dict[str, tuple[int, str, bool]] = {}
        self._before: str = ""
        self._rounds = self._calls = self._tokens = 0
        self._handlers: dict[type[Event], Callable[..., None]] = {
            UserSaid: self._said,
            HistoryTrimmed: self._trimmed,
            ModelAsked: self._asked,
            TextDelta: self._delta,
            CallAnnounced: self._announced,
            ModelAnswered: self._answered,
            ToolStarted: self._started,
            ToolFinished: self._finished,
            TurnEnded: self._ended,
        }

    def show(self, event: Event) -> None:
        """Add what the event adds. Events that say nothing here are ignored."""
        handler = self._handlers.get(type(event))
        if handler:
            handler(event)

    def _said(self, event: UserSaid) -> None:
        self._close_turn()
        self._rounds = self._calls = self._tokens = 0
        self.turns[event.turn] = self.sink.append(SaidBlock(event.text, event.at, self._clock))
        self._before = "said"

    def _trimmed(self, event: HistoryTrimmed) -> None:
        self._drop_stream()
        turns, rounds = event.dropped_turns, event.dropped_rounds
        units = [count(turns, "turn")] if turns else []
        units += [f"{count(rounds, 'round')} of this turn"] if rounds else []
        were = "was" if turns + rounds == 1 else "were"
        left_out = " and ".join(units).removeprefix("1 ")
        limit = count(event.limit, "message")
        self._note(f"The oldest {left_out} {were} left out of what the model is sent (limit {limit}).", gap=True)

    def _asked(self, event: ModelAsked) -> None:
        self._rounds += 1
        if event.round == 1:
            self.sink.append(TextBlock(reveal(event.model), "strong", gap=1))
            self._before = "header"
        if self.live:
            self._drop_stream()
            self.stream = AnswerStream(self.sink, gap=self._before == "call")

    def _delta(self, event: TextDelta) -> None:
        if self.stream is None:
            self.stream = AnswerStream(self.sink, gap=self._before == "call")
        self.stream.add(event.text)

    def _announced(self, event: CallAnnounced) -> None:
        if self.stream:
            self.stream.announce(event.name)

    def _answered(self, event: ModelAnswered) -> None:
        if event.usage:
            self._tokens += event.usage.input_tokens + event.usage.output_tokens
        stream, self.stream = self.stream, None
        if stream:
            shows = stream.finish(event.text)
        else:
            shows = append_answer(self.sink, event.text, gap=self._before == "call") > 0
        if shows:
            self._before = "text"
        if notice := _FINISH_NOTICES.get(event.finish_reason):
            self._note(notice, "warning")

    def _started(self, event: ToolStarted) -> None:
        if event.by == "person":
            return
        self._drop_stream()
        self._calls += 1
        gap = self._before == "text"
        index = self.sink.append(CallLine(event.name, "running", gap=gap))
        self._open_calls[event.call_id] = index, event.name, gap
        self._before = "call"

    def _finished(self, event: ToolFinished) -> None:
        call = self._open_calls.pop(event.call_id, None)
        if call:
            index, name, gap = call
            self.sink.replace(index, CallLine(name, event.status, event.seconds, gap=gap))

    def _ended(self, event: TurnEnded) -> None:
        self._close_turn(was_cut=event.reason == "failed")
        match event.reason:
            case "done":
                pass
            case "cancelled":
                self._note(f"{SIGNS['cancelled'].glyph} Stopped.", "warning")
            case "failed":
                self._note(f"{SIGNS['error'].glyph} {event.message or 'The turn failed.'}", "error")
            case "limit":
                self._note("The model used up its rounds of calls, and the turn was ended there.", "warning")
        if event.message and event.reason != "failed":
            self._note(event.message)
        for text in (event.hint, event.detail):
            if text:
                self._note(text, indent=CALL_INDENT)
        self._note(self._summary(event.seconds))

    def _summary(self, seconds: float) -> str:
        parts = [duration(seconds), count(self._rounds, "round")]
        if self._calls:
            parts.append(count(self._calls, "call"))
        if self._tokens:
            parts.append(tokens(self._tokens))
        return " · ".join(parts)

    def _close_turn(self, *, was_cut: bool = False) -> None:
        """What is still open when a turn ends, or when the next begins, was broken off."""
        stream, self.stream = self.stream, None
        if stream and stream.finish() and was_cut:
            self._note(_CUT_OFF, "warning")
        for index, name, gap in self._open_calls.values():
            self.sink.replace(index, CallLine(name, "lost", gap=gap))
        self._open_calls.clear()

    def _drop_stream(self) -> None:
        stream, self.stream = self.stream, None
        if stream:
            stream.finish()

    def _note(self, text: str, style: str = "muted", *, gap: bool = False, indent: int = 1) -> None:
        self.sink.append(TextBlock(text, style, gap=int(gap), indent=indent))
        self._before = "note"
