"""How each stored event is built from the fields of its line; fields that came into the format later are optional."""

from collections.abc import Callable, Mapping
from typing import get_args

from tui.core.events import (
    AllowanceRevoked,
    AnswerReport,
    Approval,
    ApprovalAsked,
    Caller,
    ChecksMasked,
    EndReason,
    Event,
    FinishReason,
    Forked,
    HistoryTrimmed,
    ModelAnswered,
    ModelAsked,
    ModelChosen,
    Pinned,
    Renamed,
    RequestAdapted,
    RequestFailed,
    SystemPromptChanged,
    ToolFinished,
    ToolStarted,
    ToolStatus,
    TrimReason,
    TurnEnded,
    UserSaid,
)
from tui.store.fields import Fields
from tui.store.parts import approval, image, report, tool_request, usage

_FINISH_REASONS: tuple[FinishReason, ...] = get_args(FinishReason)
_TOOL_STATUSES: tuple[ToolStatus, ...] = get_args(ToolStatus)
_END_REASONS: tuple[EndReason, ...] = get_args(EndReason)
_CALLERS: tuple[Caller, ...] = get_args(Caller)
_TRIM_REASONS: tuple[TrimReason, ...] = get_args(TrimReason)


def _user_said(entry: Fields) -> Event:
    return UserSaid(at=entry.number("at"), turn=entry.integer("turn"), text=entry.text("text"))


def _history_trimmed(entry: Fields) -> Event:
    return HistoryTrimmed(
        at=entry.number("at"),
        turn=entry.integer("turn"),
        dropped_turns=entry.integer("dropped_turns"),
        limit=entry.integer("limit"),
        dropped_rounds=entry.integer("dropped_rounds"),
        reason=entry.given("reason", lambda key: entry.choice(key, _TRIM_REASONS), _TRIM_REASONS[0]),
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
        calls=tuple(tool_request(call) for call in entry.children("calls")),
        finish_reason=entry.choice("finish_reason", _FINISH_REASONS),
        model=entry.text("model"),
        usage=entry.optional("usage", lambda key: usage(entry.child(key))),
        seconds=entry.number("seconds"),
        first_text_seconds=entry.optional("first_text_seconds", entry.number),
        reasoning=entry.given("reasoning", entry.text, ""),
        report=entry.given("report", lambda key: report(entry.child(key)), AnswerReport()),
        output_items=entry.given("output_items", entry.objects, ()),
        origin=entry.given("origin", entry.text, ""),
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
        approval=entry.given("approval", lambda key: approval(entry.child(key)), Approval()),
    )


def _approval_asked(entry: Fields) -> Event:
    return ApprovalAsked(
        at=entry.number("at"),
        turn=entry.integer("turn"),
        call_id=entry.text("call_id"),
        name=entry.text("name"),
        server=entry.text("server"),
        arguments=entry.object("arguments"),
        risk=entry.text("risk"),
        why=entry.text("why"),
    )


def _allowance_revoked(entry: Fields) -> Event:
    return AllowanceRevoked(at=entry.number("at"), name=entry.text("name"), server=entry.text("server"))


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
        images=entry.given("images", lambda key: tuple(image(shown) for shown in entry.children(key)), ()),
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


BUILDERS: Mapping[str, Callable[[Fields], Event]] = {
    "UserSaid": _user_said,
    "HistoryTrimmed": _history_trimmed,
    "ModelAsked": _model_asked,
    "ModelAnswered": _model_answered,
    "ToolStarted": _tool_started,
    "ToolFinished": _tool_finished,
    "TurnEnded": _turn_ended,
    "ApprovalAsked": _approval_asked,
    "AllowanceRevoked": _allowance_revoked,
    "RequestFailed": _request_failed,
    "RequestAdapted": _request_adapted,
    "ModelChosen": _model_chosen,
    "SystemPromptChanged": _system_prompt_changed,
    "Forked": _forked,
    "Renamed": _renamed,
    "Pinned": _pinned,
    "ChecksMasked": _checks_masked,
}
"""By the name of the event's type."""
