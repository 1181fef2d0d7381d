"""Events as lines of JSON, and back: the form of the history's rows and of recordings.

A line is `{"v": 1, "type": "UserSaid", "at": ..., <the event's fields>}`, in ASCII, so that lone surrogates and NUL
survive in a file and in a database. A decoded line is as untrusted as the model: its prose passes `sanitize`. What a
person judges (arguments, structured results) stays exactly as it was said; it is shown through `reveal`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import cast, get_args

from tui.core.errors import StoreError
from tui.core.events import (
    Caller,
    EndReason,
    Event,
    FinishReason,
    HistoryTrimmed,
    Json,
    ModelAnswered,
    ModelAsked,
    ToolFinished,
    ToolRequest,
    ToolStarted,
    ToolStatus,
    TurnEnded,
    Usage,
    UserSaid,
    is_durable,
)
from tui.store.fields import Fields, JsonObject

VERSION = 1

_DEEPEST = 100
"""Values nested deeper are left out: Python's JSON reader gives up at about ten times as much."""

_FINISH_REASONS: tuple[FinishReason, ...] = get_args(FinishReason)
_TOOL_STATUSES: tuple[ToolStatus, ...] = get_args(ToolStatus)
_END_REASONS: tuple[EndReason, ...] = get_args(EndReason)
_CALLERS: tuple[Caller, ...] = get_args(Caller)


def encode(event: Event) -> str:
    """The durable event as one line of JSON, without a line end.

    Raises:
        StoreError: the event is not one that is stored.
    """
    if not is_durable(event):
        raise StoreError(f"{type(event).__name__} is not an event that is kept.")
    document = {"v": VERSION, "type": type(event).__name__} | _as_object(_shallow(event))
    return json.dumps(document, default=_as_plain, separators=(",", ":"))


def decode(line: str | bytes) -> Event:
    """The event of one line.

    Raises:
        StoreError: the line is no event that this version knows; the message says why.
    """
    try:
        document: Json = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise StoreError("This is not an event: it is no JSON.", detail=str(error)) from error
    if not isinstance(document, dict):
        raise StoreError("This is not an event: it is no JSON object.")
    entry = Fields(document)
    version = entry.integer("v")
    if version != VERSION:
        raise StoreError(
            f"This event is of version {version}; this Callscope reads version {VERSION}.",
            "Open it with a newer Callscope.",
        )
    name = entry.text("type")
    build = _BUILDERS.get(name)
    if build is None:
        raise StoreError(f"There is no event of the type “{name[:40]}”.", "Open it with a newer Callscope.")
    return build(entry)


def _as_object(value: object) -> dict[str, object]:
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"{type(value).__name__} is not plain data")
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _as_plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(cast("JsonObject", value))
    if isinstance(value, Sequence):
        return list(cast("Sequence[Json]", value))
    return _as_object(value)


def _shallow(event: Event) -> Event:
    if isinstance(event, ToolStarted) and not _fits(event.arguments, _DEEPEST):
        return replace(event, arguments={}, raw_arguments="(nested too deeply to be kept)")
    if isinstance(event, ToolFinished) and not _fits(event.structured, _DEEPEST):
        return replace(event, structured=None)
    return event


def _fits(value: Json, depth: int) -> bool:
    if isinstance(value, Mapping):
        return depth > 0 and all(_fits(item, depth - 1) for item in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return depth > 0 and all(_fits(item, depth - 1) for item in value)
    return True


def _user_said(entry: Fields) -> Event:
    return UserSaid(at=entry.number("at"), turn=entry.integer("turn"), text=entry.text("text"))


def _history_trimmed(entry: Fields) -> Event:
    return HistoryTrimmed(
        at=entry.number("at"),
        turn=entry.integer("turn"),
        dropped_turns=entry.integer("dropped_turns"),
        limit=entry.integer("limit"),
        dropped_rounds=entry.integer("dropped_rounds"),
    )


def _model_asked(entry: Fields) -> Event:
    return ModelAsked(
        at=entry.number("at"),
        turn=entry.integer("turn"),
        round=entry.integer("round"),
        model=entry.text("model"),
        message_count=entry.integer("message_count"),
        tool_count=entry.integer("tool_count"),
    )


def _model_answered(entry: Fields) -> Event:
    return ModelAnswered(
        at=entry.number("at"),
        turn=entry.integer("turn"),
        round=entry.integer("round"),
        text=entry.text("text"),
        calls=tuple(_tool_request(call) for call in entry.children("calls")),
        finish_reason=entry.choice("finish_reason", _FINISH_REASONS),
        model=entry.text("model"),
        usage=entry.optional("usage", lambda key: _usage(entry.child(key))),
        seconds=entry.number("seconds"),
        first_text_seconds=entry.optional("first_text_seconds", entry.number),
    )


def _tool_request(entry: Fields) -> ToolRequest:
    return ToolRequest(id=entry.text("id"), name=entry.text("name"), arguments=entry.verbatim("arguments"))


def _usage(entry: Fields) -> Usage:
    return Usage(
        input_tokens=entry.integer("input_tokens"),
        output_tokens=entry.integer("output_tokens"),
        cached_tokens=entry.integer("cached_tokens"),
        reasoning_tokens=entry.integer("reasoning_tokens"),
    )


def _tool_started(entry: Fields) -> Event:
    return ToolStarted(
        at=entry.number("at"),
        turn=entry.integer("turn"),
        call_id=entry.text("call_id"),
        name=entry.text("name"),
        server=entry.text("server"),
        arguments=entry.object("arguments"),
        raw_arguments=entry.verbatim("raw_arguments"),
        by=entry.choice("by", _CALLERS),
    )


def _tool_finished(entry: Fields) -> Event:
    return ToolFinished(
        at=entry.number("at"),
        turn=entry.integer("turn"),
        call_id=entry.text("call_id"),
        name=entry.text("name"),
        status=entry.choice("status", _TOOL_STATUSES),
        text=entry.text("text"),
        structured=entry.json("structured"),
        seconds=entry.number("seconds"),
    )


def _turn_ended(entry: Fields) -> Event:
    return TurnEnded(
        at=entry.number("at"),
        turn=entry.integer("turn"),
        reason=entry.choice("reason", _END_REASONS),
        seconds=entry.number("seconds"),
        message=entry.text("message"),
        hint=entry.text("hint"),
        detail=entry.text("detail"),
    )


_BUILDERS: Mapping[str, Callable[[Fields], Event]] = {
    "UserSaid": _user_said,
    "HistoryTrimmed": _history_trimmed,
    "ModelAsked": _model_asked,
    "ModelAnswered": _model_answered,
    "ToolStarted": _tool_started,
    "ToolFinished": _tool_finished,
    "TurnEnded": _turn_ended,
}
