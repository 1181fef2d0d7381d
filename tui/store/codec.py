"""Events as lines of JSON, and back: the form of the history's rows and of recordings.

A line is `{"v": 1, "type": "UserSaid", "at": ..., <the event's fields>}`, in ASCII, so that lone surrogates and NUL
survive in a file and in a database. A decoded line is as untrusted as the model: its prose passes `sanitize`. What a
person judges (arguments, structured results) stays exactly as it was said; it is shown through `reveal`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TypeAlias, cast

from tui.core.errors import StoreError
from tui.core.events import ApprovalAsked, Event, Json, ModelAnswered, ToolFinished, ToolStarted, is_durable
from tui.store.builders import BUILDERS
from tui.store.fields import Fields, JsonObject

VERSION = 1

_DEEPEST = 100
"""Values nested deeper are left out: Python's JSON reader gives up at about ten times as much."""

Redact: TypeAlias = Callable[[str], str]
"""A text without the secrets in it."""


def encode(event: Event, redact: Redact | None = None) -> str:
    """The durable event as one line of JSON, without a line end; each text in it passes `redact`.

    Raises:
        StoreError: the event is not one that is stored.
    """
    if not is_durable(event):
        raise StoreError(f"{type(event).__name__} is not an event that is kept.")
    document = _as_object(_shallow(event))
    if redact:
        # Text by text, not the whole line: JSON within JSON (a call's arguments) is escaped twice in a line.
        document = {name: _redacted(value, redact) for name, value in document.items()}
    document = {"v": VERSION, "type": type(event).__name__} | document
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
    build = BUILDERS.get(name)
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


def _redacted(value: object, redact: Redact) -> object:
    if isinstance(value, str):
        return redact(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    plain = _as_plain(value)
    if isinstance(plain, dict):
        document = cast("dict[str, object]", plain)
        return {redact(name): _redacted(item, redact) for name, item in document.items()}
    return [_redacted(item, redact) for item in cast("list[object]", plain)]


def _shallow(event: Event) -> Event:
    if isinstance(event, ToolStarted) and not _fits(event.arguments, _DEEPEST):
        return replace(event, arguments={}, raw_arguments="(nested too deeply to be kept)")
    if isinstance(event, ApprovalAsked) and not _fits(event.arguments, _DEEPEST):
        return replace(event, arguments={})
    if isinstance(event, ToolFinished) and not _fits(event.structured, _DEEPEST):
        return replace(event, structured=None)
    if isinstance(event, ModelAnswered) and not _fits(event.output_items, _DEEPEST):
        return replace(event, output_items=())
    return event


def _fits(value: Json, depth: int) -> bool:
    if isinstance(value, Mapping):
        return depth > 0 and all(_fits(item, depth - 1) for item in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return depth > 0 and all(_fits(item, depth - 1) for item in value)
    return True
