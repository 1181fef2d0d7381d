"""The parts of stored events: how each is built from the fields of its JSON object."""

from typing import get_args

from tui.core.events import (
    AnswerReport,
    Api,
    Approval,
    Decider,
    FilteredText,
    FilterVerdict,
    Image,
    Scope,
    ToolRequest,
    Usage,
)
from tui.store.fields import Fields

_DECIDERS: tuple[Decider, ...] = get_args(Decider)
_SCOPES: tuple[Scope, ...] = get_args(Scope)
_APIS: tuple[Api, ...] = get_args(Api)
_FILTERED_TEXTS: tuple[FilteredText, ...] = get_args(FilteredText)


def report(entry: Fields) -> AnswerReport:
    """What the endpoint told about an answer."""
    return AnswerReport(
        api=entry.choice("api", _APIS),
        request_id=entry.text("request_id"),
        region=entry.text("region"),
        filters=tuple(verdict(found) for found in entry.children("filters")),
        remaining_requests=entry.optional("remaining_requests", entry.integer),
        remaining_tokens=entry.optional("remaining_tokens", entry.integer),
        context_window=entry.optional("context_window", entry.integer),
    )


def verdict(entry: Fields) -> FilterVerdict:
    """What the content filter said."""
    return FilterVerdict(
        about=entry.choice("about", _FILTERED_TEXTS),
        category=entry.text("category"),
        severity=entry.text("severity"),
        filtered=entry.flag("filtered"),
        detected=entry.flag("detected"),
    )


def tool_request(entry: Fields) -> ToolRequest:
    """A call that the model asked for."""
    return ToolRequest(id=entry.text("id"), name=entry.text("name"), arguments=entry.verbatim("arguments"))


def usage(entry: Fields) -> Usage:
    """The tokens of a request."""
    return Usage(
        input_tokens=entry.integer("input_tokens"),
        output_tokens=entry.integer("output_tokens"),
        cached_tokens=entry.integer("cached_tokens"),
        reasoning_tokens=entry.integer("reasoning_tokens"),
    )


def approval(entry: Fields) -> Approval:
    """A decision about a call."""
    return Approval(
        decided_by=entry.choice("decided_by", _DECIDERS),
        scope=entry.choice("scope", _SCOPES),
        why=entry.text("why"),
        told=entry.flag("told"),
        edited=entry.flag("edited"),
        reason=entry.text("reason"),
        fingerprint=entry.text("fingerprint"),
    )


def image(entry: Fields) -> Image:
    """A picture of a result."""
    return Image(mime_type=entry.text("mime_type"), data=entry.verbatim("data"))
