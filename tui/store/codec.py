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
    AnswerReport,
    Api,
    Caller,
    ChecksMasked,
    EndReason,
    Event,
    FilteredText,
    FilterVerdict,
    FinishReason,
    Forked,
    HistoryTrimmed,
    Image,
    Json,
    ModelAnswered,
    ModelAsked,
    ModelChosen,
    Pinned,
    Renamed,
    RequestAdapted,
    RequestFailed,
    SystemPromptChanged,
    ToolFinished,
    ToolRequest,
    ToolStarted,
    ToolStatus,
    TrimReason,
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
_APIS: tuple[Api, ...] = get_args(Api)
_FILTERED_TEXTS: tuple[FilteredText, ...] = get_args(FilteredText)
_TRIM_REASONS: tuple[TrimReason, ...] = get_args(TrimReason)


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
        reason=entry.given("reason", _trim_reason(entry), "messages"),
    )


def _trim_reason(entry: Fields) -> Callable[[str], TrimReason]:
    return lambda key: entry.choice(key, _TRIM_REASONS)


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
        reasoning=entry.given("reasoning", entry.text, ""),
        report=entry.given("report", lambda key: _report(entry.child(key)), AnswerReport()),
        output_items=entry.given("output_items", entry.objects, ()),
        origin=entry.given("origin", entry.text, ""),
    )


def _report(entry: Fields) -> AnswerReport:
    return AnswerReport(
        api=entry.choice("api", _APIS),
        request_id=entry.text("request_id"),
        region=entry.text("region"),
        filters=tuple(_verdict(verdict) for verdict in entry.children("filters")),
        remaining_requests=entry.optional("remaining_requests", entry.integer),
        remaining_tokens=entry.optional("remaining_tokens", entry.integer),
        context_window=entry.optional("context_window", entry.integer),
    )


def _verdict(entry: Fields) -> FilterVerdict:
    return FilterVerdict(
        about=entry.choice("about", _FILTERED_TEXTS),
        category=entry.text("category"),
        severity=entry.text("severity"),
        filtered=entry.flag("filtered"),
        detected=entry.flag("detected"),
    )


def _request_failed(entry: Fields) -> Event:
    return RequestFailed(
        at=entry.number("at"),
        turn=entry.integer("turn"),
        round=entry.integer("round"),
        attempt=entry.integer("attempt"),
        wait_seconds=entry.number("wait_seconds"),
        message=entry.text("message"),
        hint=entry.text("hint"),
        detail=entry.text("detail"),
    )


def _request_adapted(entry: Fields) -> Event:
    return RequestAdapted(
        at=entry.number("at"),
        turn=entry.integer("turn"),
        round=entry.integer("round"),
        message=entry.text("message"),
        hint=entry.text("hint"),
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
        images=entry.given("images", lambda key: tuple(_image(image) for image in entry.children(key)), ()),
    )


def _image(entry: Fields) -> Image:
    return Image(mime_type=entry.text("mime_type"), data=entry.verbatim("data"))


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


def _model_chosen(entry: Fields) -> Event:
    return ModelChosen(at=entry.number("at"), name=entry.text("name"))


def _system_prompt_changed(entry: Fields) -> Event:
    return SystemPromptChanged(at=entry.number("at"), text=entry.text("text"))


def _forked(entry: Fields) -> Event:
    return Forked(at=entry.number("at"), origin=entry.text("origin"), turn=entry.integer("turn"))


def _renamed(entry: Fields) -> Event:
    return Renamed(at=entry.number("at"), title=entry.text("title"))


def _pinned(entry: Fields) -> Event:
    return Pinned(at=entry.number("at"), pinned=entry.flag("pinned"))


def _checks_masked(entry: Fields) -> Event:
    return ChecksMasked(at=entry.number("at"), patterns=entry.texts("patterns"))


_BUILDERS: Mapping[str, Callable[[Fields], Event]] = {
    "UserSaid": _user_said,
    "HistoryTrimmed": _history_trimmed,
    "ModelAsked": _model_asked,
    "ModelAnswered": _model_answered,
    "ToolStarted": _tool_started,
    "ToolFinished": _tool_finished,
    "TurnEnded": _turn_ended,
    "RequestFailed": _request_failed,
    "RequestAdapted": _request_adapted,
    "ModelChosen": _model_chosen,
    "SystemPromptChanged": _system_prompt_changed,
    "Forked": _forked,
    "Renamed": _renamed,
    "Pinned": _pinned,
    "ChecksMasked": _checks_masked,
}
