"""A conversation as a document: Markdown to read, JSON for other programs. Pure: events in, text out.

Whatever a text contains, it stays within its place: prose is quoted line by line, results and arguments stand in fences
that are longer than any in them, names and notes are escaped.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import cast

from tui.core.events import (
    ApprovalAsked,
    Event,
    Forked,
    HistoryTrimmed,
    ModelAnswered,
    ModelChosen,
    RequestAdapted,
    RequestFailed,
    SystemPromptChanged,
    ToolFinished,
    ToolStarted,
    ToolStatus,
    TurnEnded,
    UserSaid,
    is_durable,
)
from tui.core.text import reveal, sanitize
from tui.core.transcript import totals

SCHEMA = "callscope.conversation"
SCHEMA_VERSION = 1

_MARKS: Mapping[ToolStatus, str] = {
    "ok": "✓",
    "error": "✗",
    "refused": "⊘",
    "denied": "⊘",
    "timeout": "✗",
    "cancelled": "■",
    "lost": "✗",
}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$!&])")
_UNSEEN = re.compile(r"[^\n\x20-\x7e]")


def to_json(events: Iterable[Event], title: str) -> str:
    """The durable events as one JSON document: `schema`, `version`, `title`, `events`, each event with its `type`.

    What cannot be seen is escaped, also where JSON would not need it, so that the file is harmless in a terminal.
    """
    document = {
        "schema": SCHEMA,
        "version": SCHEMA_VERSION,
        "title": title,
        "events": [{"type": type(event).__name__} | _fields(event) for event in events if is_durable(event)],
    }
    text = json.dumps(document, default=_plain, ensure_ascii=False, indent=2)
    return _UNSEEN.sub(lambda found: found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1], text) + "\n"


def _fields(value: object) -> dict[str, object]:
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"{type(value).__name__} is not plain data")
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, object]", value))
    if isinstance(value, Sequence):
        return list(cast("Sequence[object]", value))
    return _fields(value)


def to_markdown(events: Iterable[Event], title: str) -> str:
    """The conversation as Markdown: messages, answers, every call with arguments, result and time, and what failed."""
    events = list(events)
    parts = [f"# {_escaped(title) or 'Conversation'}", _overview(events)]
    parts += [part for event in events for part in _parts(event)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _overview(events: Sequence[Event]) -> str:
    turns = sum(isinstance(event, UserSaid) for event in events)
    sums = totals(events)
    figures = [_count(turns, "turn"), _count(sums.calls, "call"), _count(sums.tokens, "token")]
    if sums.failed_calls:
        figures.insert(2, f"{sums.failed_calls:,} failed")
    began = [_time(events[0].at, "%Y-%m-%d %H:%M")] if events else []
    return f"*{' · '.join([*began, *figures])}*"


def _parts(event: Event) -> list[str]:
    match event:
        case UserSaid():
            return [f"## You · {_time(event.at)}", _quoted(event.text)]
        case ModelAnswered():
            return _answer(event)
        case ToolStarted():
            return _call(event)
        case ToolFinished():
            return _result(event)
        case SystemPromptChanged():
            return ["*From here on the model is told:*", _fenced(event.text, "text")]
        case _:
            return _note(event)


def _answer(event: ModelAnswered) -> list[str]:
    if not event.text:
        return []
    figures = [_escaped(event.model), _seconds(event.seconds)]
    if event.usage:
        figures.append(f"{event.usage.input_tokens:,} tokens in, {event.usage.output_tokens:,} out")
    if event.finish_reason not in ("stop", "tool_calls"):
        figures.append(f"ended early: {_escaped(event.finish_reason)}")
    return [f"### Answer · {_time(event.at)}", _quoted(event.text), f"*{' · '.join(filter(None, figures))}*"]


def _call(event: ToolStarted) -> list[str]:
    by = " · by hand" if event.by == "person" else ""
    arguments = event.raw_arguments or json.dumps(event.arguments, default=_plain, ensure_ascii=False, indent=2)
    kind = "text" if event.raw_arguments else "json"
    heading = f"### → {_code(event.name)} · {_escaped(event.server)}{by} · {_time(event.at)}"
    return [heading, _fenced(arguments, kind)]


def _result(event: ToolFinished) -> list[str]:
    heading = f"**{_MARKS[event.status]} {_code(event.name)} · {event.status} · {_seconds(event.seconds)}**"
    images = [f"*An image, {_escaped(image.mime_type)}*" for image in event.images]
    structured = json.dumps(event.structured, default=_plain, ensure_ascii=False, indent=2)
    parts = [heading, _fenced(event.text, "text") if event.text else "*Nothing came back.*", *images]
    return [*parts, _fenced(structured, "json")] if event.structured is not None else parts


def _note(event: Event) -> list[str]:
    match event:
        case RequestFailed():
            text = f"{event.message} Asked again after {_seconds(event.wait_seconds)}."
        case RequestAdapted():
            text = event.message
        case HistoryTrimmed():
            text = f"The oldest messages were not sent: {_count(event.dropped_turns, 'turn')} left out."
        case ApprovalAsked():
            text = f"Asked whether “{event.name}” may run. {event.risk} {event.why}"
        case ModelChosen():
            text = f"From here on: {event.name}"
        case Forked():
            text = f"A branch of another conversation, from its turn {event.turn} on."
        case TurnEnded(reason="done"):
            return []
        case TurnEnded():
            return [f"**{_escaped(' '.join([f'The turn ended: {event.reason}.', event.message, event.hint]))}**"]
        case _:
            return []
    return [f"*{_escaped(text)}*"]


def _escaped(text: str) -> str:
    """One line of plain text in which no Markdown is left."""
    return _SPECIAL.sub(r"\\\1", " ".join(reveal(sanitize(text)).split()))


def _quoted(text: str) -> str:
    """Prose as a quote, which ends where it ends, whatever it leaves open."""
    return "\n".join(f"> {line}".rstrip() for line in sanitize(text).split("\n"))


def _fenced(text: str, kind: str) -> str:
    text = reveal(text)
    fence = "`" * max(3, 1 + _longest_backticks(text))
    return f"{fence}{kind}\n{text}\n{fence}"


def _code(name: str) -> str:
    name = " ".join(reveal(name).split())
    ticks = "`" * (1 + _longest_backticks(name))
    space = " " if "`" in name else ""
    return f"{ticks}{space}{name or ' '}{space}{ticks}"


def _longest_backticks(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _seconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _time(at: float, form: str = "%H:%M:%S") -> str:
    return datetime.fromtimestamp(at).strftime(form)
