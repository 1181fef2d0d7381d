"""The events of a run, told: the answers as they stream or all events as JSON on stdout, the rest on stderr."""

from math import ceil
from typing import Protocol

from tui.commands.headless.output import Output, Style
from tui.core.call_words import call_words
from tui.core.events import (
    Event,
    HistoryTrimmed,
    ModelAnswered,
    RequestAdapted,
    RequestDelayed,
    RequestFailed,
    StreamStalled,
    TextDelta,
    ToolFinished,
    ToolStarted,
    TurnEnded,
    UserSaid,
    is_durable,
)
from tui.core.text import Sanitizer, reveal
from tui.core.transcript import totals
from tui.store.codec import Redact, encode
from tui.ui.answer_detail.words import early_end
from tui.ui.figures import count, duration, whole_seconds
from tui.ui.glyphs import SIGNS

_LONGEST_CAUSE = 200
"""Characters of a failed call's text that are told; the model gets to read all of it."""


class Teller(Protocol):
    """Tells events."""

    def show(self, event: Event) -> None:
        """Tell this one, if it is of those that this teller tells."""
        ...


class AnswerText:
    """The answers' text on stdout, as it streams; an empty line between two of them."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._sanitizer = Sanitizer()
        self._has_answers = False
        self._in_answer = False

    def show(self, event: Event) -> None:
        """Write what this event adds."""
        match event:
            case TextDelta():
                if not self._in_answer and self._has_answers:
                    self._output.write("\n")
                self._has_answers = self._in_answer = True
                self._output.write(self._sanitizer.feed(event.text))
            case ModelAnswered():
                self._output.write(self._sanitizer.flush())
                self._output.end_line()
                self._in_answer = False
            case _:
                pass


class EventLines:
    """The durable events on stdout, as lines of JSON in the form that recordings have."""

    def __init__(self, output: Output, redact: Redact) -> None:
        self._output = output
        self._redact = redact

    def show(self, event: Event) -> None:
        """Write the event's line."""
        if is_durable(event):
            self._output.write(f"{encode(event, self._redact)}\n")


class Narration:
    """A line on stderr for each call when it has ended, for each trouble, and for each turn's end."""

    def __init__(self, output: Output, *, repeats_messages: bool) -> None:
        self._output = output
        self._repeats_messages = repeats_messages
        self._calls: dict[str, ToolStarted] = {}
        self._turn: list[Event] = []

    def show(self, event: Event) -> None:
        """Say what a person should know of this event."""
        if is_durable(event):
            self._turn.append(event)
        match event:
            case UserSaid():
                self._turn = [event]
                if self._repeats_messages:
                    self._output.say(" ".join(event.text.split()), "accent", sign="›")
            case ToolStarted():
                self._calls[event.call_id] = event
            case ToolFinished():
                self._tell_call(event)
            case TurnEnded():
                self._tell_end(event)
            case ModelAnswered():
                self._warn(early_end(event))
            case _:
                self._warn(_trouble(event))

    def _warn(self, words: str) -> None:
        if words:
            self._output.warn(words)

    def _tell_call(self, end: ToolFinished) -> None:
        began = self._calls.pop(end.call_id, None)
        sign = SIGNS[end.status]
        parts = [call_words(end.name, began.arguments, began.raw_arguments) if began else reveal(end.name)]
        if end.status in ("error", "refused", "timeout", "lost"):
            parts.append(f"{sign.words}: {_briefly(end.text)}")
        elif sign.words:
            parts.append(sign.words)
        if end.status != "denied":
            parts.append(duration(end.seconds))
        if began and began.approval.told:
            parts.append(began.approval.why)
        self._output.say("  ".join(parts), _style(sign.style), sign=sign.glyph)

    def _tell_end(self, end: TurnEnded) -> None:
        if end.message:
            self._output.say(" ".join(part for part in (end.message, end.hint) if part), "error", sign="✗")
        elif end.reason == "cancelled":
            self._output.say("Stopped; what came is kept.", "warning", sign="⊘")
        sums = totals(self._turn, end.turn)
        facts = [duration(end.seconds), count(sums.rounds, "round"), count(sums.calls, "call")]
        facts += [count(sums.tokens, "token")] if sums.tokens else []
        self._output.say(" · ".join(facts), "muted")


def _trouble(event: Event) -> str:
    match event:
        case RequestFailed():
            wait = whole_seconds(ceil(event.wait_seconds))
            return f"{event.message} Trying again in {wait}."
        case RequestDelayed():
            wait = whole_seconds(ceil(event.wait_seconds))
            return f"Waiting {wait}: no more than {count(event.requests_per_minute, 'request')} a minute are sent."
        case RequestAdapted():
            return event.message
        case StreamStalled():
            limit = whole_seconds(event.limit_seconds)
            return f"Nothing has come for {whole_seconds(event.silent_seconds)}; it is given up after {limit}."
        case HistoryTrimmed():
            return "The conversation is too long to be sent whole: its oldest part is left out."
        case _:
            return ""


def _style(name: str) -> Style:
    match name:
        case "muted" | "accent" | "success" | "warning" | "error":
            return name
        case _:
            return "text"


def _briefly(text: str) -> str:
    line = reveal(" ".join(text.split()))
    return line if len(line) <= _LONGEST_CAUSE else line[: _LONGEST_CAUSE - 1] + "…"
