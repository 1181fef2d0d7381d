"""The first messages and calls of one conversation, in plain lines."""

from collections.abc import Generator, Mapping, Sequence

from textual.content import Content

from tui.core.events import Event, Json, ModelAnswered, ModelAsked, ToolFinished, ToolStarted, TurnEnded, UserSaid
from tui.core.ports import ConversationSummary, SearchHit
from tui.core.text import reveal
from tui.ui.figures import count
from tui.ui.glyphs import BRANCH, SIGNS
from tui.ui.history.rows import DAMAGED, PINNED
from tui.ui.history.when import moment
from tui.ui.theme import MUTED

_MOST_EVENTS = 40
_LONGEST_TEXT = 600
_MOST_LINES = 8
_LONGEST_ARGUMENT = 40
_MOST_ARGUMENTS = 6


def outline(hit: SearchHit, events: Sequence[Event], width: int) -> Content:
    """The title, when and how much, then what was said and called; a call takes one line of `width` cells.

    Where words were found in a turn, it begins with that turn.
    """
    parts = [heading(hit.summary), *_said_and_done(events, hit.snippet.turn if hit.snippet else 0, width)]
    return Content("\n").join(parts)


def heading(summary: ConversationSummary) -> Content:
    """The title, when it began, how much it holds, and what is special about it."""
    counts = [moment(summary.started_at), count(summary.turns, "turn"), count(summary.calls, "call")]
    parts: list[Content | str | tuple[str, str]] = [
        (summary.title, "bold"),
        "\n",
        (" · ".join(part for part in counts if part), MUTED),
    ]
    if summary.failed_calls:
        parts += [(" · ", MUTED), (f"{SIGNS['error'].glyph} {summary.failed_calls} failed", "$error")]
    if summary.models:
        parts += ["\n", (", ".join(summary.models), MUTED)]
    if summary.pinned:
        parts += ["\n", (f"{PINNED} ", "$accent"), ("pinned", MUTED)]
    if summary.origin:
        parts += ["\n", (f"{BRANCH} a branch, from turn {summary.forked_turn} on", MUTED)]
    if summary.damaged:
        parts += ["\n", (f"{DAMAGED} ", "$warning"), "Some of it cannot be read; what can be is shown."]
    return Content.assemble(*parts)


def _said_and_done(events: Sequence[Event], first_turn: int, width: int) -> Generator[Content]:
    started = {event.call_id: event for event in events if isinstance(event, ToolStarted)}
    asked = {event.turn: event.model for event in events if isinstance(event, ModelAsked)}
    begin = _place_of(first_turn, events)
    if begin:
        yield Content(f"\n… from turn {first_turn} on").stylize(MUTED)
    told = events[begin : begin + _MOST_EVENTS]
    yield from [line for event in told if (line := _line(event, started, asked, width))]
    if len(events) > begin + _MOST_EVENTS:
        yield Content("\n… ⏎ opens all of it").stylize(MUTED)


def _place_of(turn: int, events: Sequence[Event]) -> int:
    places = (place for place, event in enumerate(events) if isinstance(event, UserSaid) and event.turn == turn)
    return next(places, 0) if turn > 1 else 0


def _line(event: Event, started: Mapping[str, ToolStarted], asked: Mapping[int, str], width: int) -> Content | None:
    match event:
        case UserSaid():
            return _speech("You", "$accent", event.text)
        case ModelAnswered() if event.text.strip():
            return _speech(asked.get(event.turn, event.model) or "Model", "$secondary", event.text)
        case ToolFinished():
            return _call(event, started.get(event.call_id), width)
        case TurnEnded() if event.message:
            return Content.assemble(("! ", "$warning"), (event.message, MUTED))
        case _:
            return None


def _speech(speaker: str, style: str, text: str) -> Content:
    return Content.assemble("\n", (speaker, f"bold {style}"), "\n", _shortened(text))


def _shortened(text: str) -> str:
    lines = text.strip()[:_LONGEST_TEXT].split("\n")
    short = "\n".join(lines[:_MOST_LINES]).rstrip()
    return short if len(short) >= len(text.strip()) else f"{short} …"


def _call(event: ToolFinished, started: ToolStarted | None, width: int) -> Content:
    sign = SIGNS[event.status]
    words = _arguments(started.arguments) if started else ""
    style = MUTED if sign.style == "muted" else f"${sign.style}"
    line = Content.assemble((f"{sign.glyph} ", style), event.name, (f"  {words}" if words else "", MUTED))
    return line.truncate(width, ellipsis=True)


def _arguments(arguments: Mapping[str, Json]) -> str:
    shown = list(arguments.items())[:_MOST_ARGUMENTS]
    return "  ".join(
        f"{_one_line(name)} {_one_line(value if isinstance(value, str) else str(value))}" for name, value in shown
    )


def _one_line(text: str) -> str:
    head = reveal(" ".join(text[: 2 * _LONGEST_ARGUMENT].split()))
    return head if len(head) <= _LONGEST_ARGUMENT else head[:_LONGEST_ARGUMENT] + "…"
