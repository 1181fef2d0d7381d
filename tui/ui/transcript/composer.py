"""From events to blocks: what each event adds to the transcript, live and reopened alike."""

from collections.abc import Callable
from typing import Literal, TypeAlias

from tui.core.events import (
    ApprovalAsked,
    CallAnnounced,
    Event,
    Forked,
    HistoryTrimmed,
    ModelAnswered,
    ModelAsked,
    ModelChosen,
    ReasoningDelta,
    RequestAdapted,
    RequestFailed,
    SystemPromptChanged,
    TextDelta,
    ToolFinished,
    ToolStarted,
    TurnEnded,
    UserSaid,
)
from tui.core.text import reveal
from tui.ui.answer_detail.turn_book import TurnBook
from tui.ui.answer_detail.words import early_end, early_end_hint, request_id_in
from tui.ui.approval.words import decision
from tui.ui.glyphs import SIGNS, CallState
from tui.ui.lines.block import TextBlock
from tui.ui.lines.sink import Sink
from tui.ui.transcript.answer import AnswerStream, append_answer
from tui.ui.transcript.blocks import CALL_INDENT, SaidBlock
from tui.ui.transcript.call_lines import CallLines
from tui.ui.transcript.notes import note_of
from tui.ui.transcript.thoughts import ThoughtsBlock
from tui.ui.transcript.turn_line import TurnLine

_CUT_OFF = "The answer was cut off."

Above: TypeAlias = Literal["", "said", "header", "thoughts", "text", "call", "note", "apart"]
"""What the next block comes under; `apart` is a note between two turns."""


class Composer:
    """Knows where in the conversation we are, and adds blocks to `sink`; while `live`, also what is on its way."""

    def __init__(
        self, sink: Sink, clock: Callable[[float], str], *, live: bool, unfolds_thoughts: bool = False
    ) -> None:
        self.sink = sink
        self.live = live
        self.unfolds_thoughts = unfolds_thoughts
        """Whether thoughts that come are shown unfolded."""
        self.stream: AnswerStream | None = None
        self.turns: dict[int, int] = {}
        """The block at which each turn begins."""
        self.book = TurnBook()
        self._clock = clock
        self._calls = CallLines()
        self._above: Above = ""
        self._headed = 0
        """The turn whose answer has its header."""
        self._newest_line: tuple[int, int] | None = None
        """The block of the newest line under a turn, and the turn."""
        self._asked_at = 0.0
        self._handlers: dict[type[Event], Callable[..., None]] = {
            UserSaid: self._said,
            HistoryTrimmed: self._trimmed,
            ModelAsked: self._asked,
            RequestFailed: self._interrupted,
            RequestAdapted: self._interrupted,
            ReasoningDelta: self._thought,
            TextDelta: self._delta,
            CallAnnounced: self._announced,
            ModelAnswered: self._answered,
            ApprovalAsked: self._waits,
            ToolStarted: self._started,
            ToolFinished: self._finished,
            TurnEnded: self._ended,
            ModelChosen: self._apart,
            SystemPromptChanged: self._apart,
            Forked: self._apart,
        }

    def show(self, event: Event) -> None:
        """Add what the event adds. Events that say nothing here are ignored."""
        self.book.show(event)
        handler = self._handlers.get(type(event))
        if handler:
            handler(event)

    def turn_of(self, index: int) -> int:
        """The turn to which a block belongs; 0 for one before the first."""
        return max((turn for turn, first in self.turns.items() if first <= index), default=0)

    def _said(self, event: UserSaid) -> None:
        self._close_turn()
        self._age_line()
        self.turns[event.turn] = self.sink.append(SaidBlock(event.text, event.at, self._clock))
        self._above = "said"

    def _age_line(self) -> None:
        """The key for details opens those of the newest turn: the line under the one before no longer offers it."""
        if self._newest_line:
            index, turn = self._newest_line
            self.sink.replace(index, TurnLine(turn, self.book.events(turn), is_newest=False))

    def _trimmed(self, event: HistoryTrimmed) -> None:
        self._drop_stream()
        self.sink.append(note_of(event, gap=self._above in {"", "said"}))
        self._above = "note"

    def _asked(self, event: ModelAsked) -> None:
        self._asked_at = event.at
        if event.turn != self._headed:
            self._headed = event.turn
            self.sink.append(TextBlock(reveal(event.model), "strong", gap=1))
            self._above = "header"
        if self.live:
            self._drop_stream()
            self._begin_stream()

    def _interrupted(self, event: RequestFailed | RequestAdapted) -> None:
        """A note before the answer, which is still to come."""
        self._drop_stream()
        self.sink.append(note_of(event))
        self._above = "note"
        if self.live:
            self._begin_stream()

    def _thought(self, event: ReasoningDelta) -> None:
        (self.stream or self._begin_stream()).think(event.text)

    def _delta(self, event: TextDelta) -> None:
        stream = self.stream or self._begin_stream()
        stream.has_thought(event.at - self._asked_at)
        stream.add(event.text)

    def _announced(self, event: CallAnnounced) -> None:
        if self.stream:
            self.stream.announce(event.name)

    def _answered(self, event: ModelAnswered) -> None:
        thoughts = self._thoughts(event)
        stream, self.stream = self.stream, None
        if stream:
            shows = stream.finish(event.text, thoughts)
        else:
            if thoughts:
                self.sink.append(thoughts)
            shows = append_answer(self.sink, event.text, gap=self._above == "call" and not thoughts) > 0
        if shows or thoughts:
            self._above = "text" if shows else "thoughts"
        if sentence := early_end(event):
            self._say(sentence, "warning")
        if hint := early_end_hint(event):
            self._say(hint, indent=CALL_INDENT)

    def _thoughts(self, event: ModelAnswered) -> ThoughtsBlock | None:
        if not event.reasoning.strip():
            return None
        stream = self.stream
        unfolded = stream.thoughts_unfolded if stream else self.unfolds_thoughts
        seconds = event.seconds if event.first_text_seconds is None else event.first_text_seconds
        return ThoughtsBlock(event.reasoning, seconds, unfolded=unfolded, gap=self._above == "call")

    def _waits(self, event: ApprovalAsked) -> None:
        if event.turn:
            self._put_call(event.call_id, event.name, "waiting")

    def _started(self, event: ToolStarted) -> None:
        if event.by == "person":
            return
        self._put_call(event.call_id, event.name, "running")
        if event.approval.told:
            self.sink.append(TextBlock(decision(event.approval, denied=False), "muted", indent=CALL_INDENT + 2))

    def _put_call(self, call_id: str, name: str, state: CallState) -> None:
        self._drop_stream()
        self._calls.put(self.sink, call_id, name, state, gap=self._above == "text")
        self._above = "call"

    def _finished(self, event: ToolFinished) -> None:
        self._calls.finish(self.sink, event)

    def _ended(self, event: TurnEnded) -> None:
        self._close_turn(was_cut=event.reason == "failed")
        match event.reason:
            case "done":
                pass
            case "cancelled":
                self._say(f"{SIGNS['cancelled'].glyph} Stopped.", "warning")
            case "failed":
                self._say(f"{SIGNS['error'].glyph} {event.message or 'The turn failed.'}", "error", hang=2)
            case "limit":
                self._say("The model used up its rounds of calls, and the turn was ended there.", "warning")
            case "denied":
                self._say(event.message or "The turn was ended, because calls were not allowed.", "warning")
        if event.message and event.reason not in {"failed", "denied"}:
            self._say(event.message)
        if event.hint:
            self._say(event.hint, indent=CALL_INDENT)
        if request_id := request_id_in(event.detail):
            self._say(f"Request id for support: {reveal(request_id)}", indent=CALL_INDENT)
        line = TurnLine(event.turn, self.book.events(event.turn), is_newest=True)
        self._newest_line = self.sink.append(line), event.turn
        self._above = "note"

    def _apart(self, event: ModelChosen | SystemPromptChanged | Forked) -> None:
        self._close_turn()
        self.sink.append(note_of(event, gap=self._above != "apart"))
        self._above = "apart"

    def _begin_stream(self) -> AnswerStream:
        self.stream = AnswerStream(self.sink, gap=self._above == "call", thoughts_unfolded=self.unfolds_thoughts)
        return self.stream

    def _close_turn(self, *, was_cut: bool = False) -> None:
        """What is still open when a turn ends, or when the next begins, was broken off."""
        stream, self.stream = self.stream, None
        if stream and stream.finish() and was_cut:
            self._say(_CUT_OFF, "warning")
        self._calls.close(self.sink)

    def _drop_stream(self) -> None:
        stream, self.stream = self.stream, None
        if stream:
            stream.finish()

    def _say(self, text: str, style: str = "muted", *, indent: int = 1, hang: int = 0) -> None:
        self.sink.append(TextBlock(text, style, indent=indent, hang=hang))
        self._above = "note"
