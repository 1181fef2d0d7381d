"""A model's arguments checked before they are sent: against the tool's schema, and against what the wire can carry."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from time import monotonic
from typing import Any, cast

from jsonschema import Draft202012Validator, SchemaError, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import (
    extend,  # pyright: ignore[reportUnknownVariableType]  # it has no annotations
    validator_for,
)
from referencing import Registry
from referencing.exceptions import Unresolvable

from tui.core.events import Json
from tui.core.text import sanitize

SIZE_LIMIT = 1024 * 1024
"""Bytes of JSON that a call may carry; servers built with the SDK take 4 MiB, and what is larger is a mistake."""

CHECK_SECONDS = 1.0
"""A schema that refers to itself can make a check take for ever; then it is left to the server."""

UNIQUE_LIMIT = 1000
"""Items that are compared with each other; the time grows with the square of their number."""

FAULT_LIMIT = 3
FAULT_TEXT_LIMIT = 300

Check = Callable[[Mapping[str, Json]], str]
"""Says in words what is wrong with arguments; empty when nothing is."""


def check_sendable(arguments: Mapping[str, Any]) -> str:
    """What keeps these arguments from being sent as JSON at all, in words; empty if nothing does."""
    try:
        size = len(json.dumps(arguments, ensure_ascii=False, allow_nan=False).encode())
    except UnicodeEncodeError:
        return "a text holds half a character (a lone surrogate)"
    except ValueError:
        return "a number is not finite (NaN and Infinity are no JSON)"
    except RecursionError:
        return "they are nested too deeply"
    if size > SIZE_LIMIT:
        return f"they are too large ({size / SIZE_LIMIT:.1f} MB; at most {SIZE_LIMIT // (1024 * 1024)} MB)"
    return ""


def schema_check(schema: Mapping[str, Any]) -> Check:
    """A check against a tool's schema. A schema that cannot be used, or that refers elsewhere, leaves it to the server.

    Nothing is ever fetched: the registry of schemas is empty.
    """
    kind = validator_for(schema, default=Draft202012Validator)
    try:
        kind.check_schema(dict(schema))
        schema = cast("Mapping[str, Any]", _of_one_dialect(schema))
    except (SchemaError, Unresolvable, RecursionError):
        return check_sendable
    deadline = _Deadline()
    validator = _tamed(kind, deadline)(schema, registry=Registry())

    def check(arguments: Mapping[str, Json]) -> str:
        deadline.extend()
        return check_sendable(arguments) or _faults(validator, arguments)

    return check


def _faults(validator: Validator, arguments: Mapping[str, Json]) -> str:
    try:
        faults = list(islice(validator.iter_errors(arguments), FAULT_LIMIT))
    except (Unresolvable, RecursionError, TimeoutError):
        return ""
    return "; ".join(_in_words(fault) for fault in faults)


def _in_words(fault: ValidationError) -> str:
    place = ".".join(str(part) for part in fault.absolute_path)
    text = fault.message
    if len(text) > FAULT_TEXT_LIMIT:
        text = f"{text[:FAULT_TEXT_LIMIT]}…"
    return sanitize(f"{place}: {text}" if place else text)


class _Deadline:
    """When the checks of one tool give up; one that begins while another runs puts it off for both."""

    def __init__(self) -> None:
        self._at = 0.0

    def extend(self) -> None:
        """A check begins."""
        self._at = monotonic() + CHECK_SECONDS

    def keep(self, keyword: "_Keyword") -> "_Keyword":
        """The keyword, checked only while there is time."""

        def timed(validator: Validator, value: Any, instance: Any, schema: Any) -> Iterable[ValidationError] | None:
            if monotonic() > self._at:
                raise TimeoutError
            return keyword(validator, value, instance, schema)

        return timed


_Keyword = Callable[[Validator, Any, Any, Any], Iterable[ValidationError] | None]


def _tamed(kind: type[Validator], deadline: _Deadline) -> type[Validator]:
    """The validator without regular expressions, and with an end.

    They come from the server, and one that backtracks would freeze the application; the server checks them itself.
    """
    keywords = cast("dict[str, _Keyword]", dict(kind.VALIDATORS))
    beside_patterns, unique = keywords.get("additionalProperties"), keywords.get("uniqueItems")

    def additional(validator: Validator, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        if beside_patterns is not None and "patternProperties" not in schema:
            yield from beside_patterns(validator, value, instance, schema) or ()

    def unique_if_few(validator: Validator, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        if unique is not None and isinstance(instance, list) and len(cast("list[Any]", instance)) <= UNIQUE_LIMIT:
            yield from unique(validator, value, instance, schema) or ()

    keywords |= {
        "pattern": _skip,
        "patternProperties": _skip,
        "additionalProperties": additional,
        "uniqueItems": unique_if_few,
        "unevaluatedProperties": _skip,  # It looks for the patterns beside it by itself.
    }
    return cast("type[Validator]", extend(kind, {name: deadline.keep(keyword) for name, keyword in keywords.items()}))


def _of_one_dialect(value: object) -> object:
    """The schema without any `$schema`: a part that names its dialect would be checked with its patterns after all."""
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return {key: _of_one_dialect(item) for key, item in items if not (key == "$schema" and isinstance(item, str))}
    if isinstance(value, list):
        return [_of_one_dialect(item) for item in cast("list[object]", value)]
    return value


def _skip(*_: object) -> Iterable[ValidationError]:
    return ()
