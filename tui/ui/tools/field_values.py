"""What a person typed into one field, as the value that it stands for."""

import json
import math
import re
from collections.abc import Mapping

from tui.core.events import Json
from tui.ui.tools.schema_fields import Field, FieldKind

_INTEGER = re.compile(r"[+-]?\d{1,400}(?:\.0*)?")
_NUMBER = re.compile(r"[+-]?(?:\d{1,400}(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,4})?", re.I)


class UnreadableError(Exception):
    """The text is not a value of the field's kind; the message says what it must be."""


def is_left_out(asked: Field, text: str) -> bool:
    """Whether an optional field is not sent: untouched, or emptied where empty is not a value."""
    if asked.required:
        return False
    return text == asked.initial or (_is_blank(asked, text) and asked.kind not in ("line", "text"))


def value_of(asked: Field, text: str) -> Json:
    """The value, not yet checked against the schema.

    Raises:
        UnreadableError: the text stands for no value of this kind.
    """
    if _is_blank(asked, text):
        if asked.required and asked.nullable:
            return None
        if asked.required:
            raise UnreadableError("Choose one." if asked.kind == "choice" else "Required: fill this in.")
    match asked.kind:
        case "line" | "text":
            return text
        case "boolean":
            return text == "true"
        case "choice":
            return _chosen(asked, text)
        case "integer" | "number":
            return _number(asked.kind, text.strip())
        case "json":
            return _parsed(text, asked.whole)


def _is_blank(asked: Field, text: str) -> bool:
    return not (text if asked.kind in ("line", "text", "choice") else text.strip())


def _chosen(asked: Field, text: str) -> Json:
    for choice in asked.choices:
        if choice.label == text:
            return choice.value
    raise UnreadableError("Choose one of the values in the list.")


def _number(kind: FieldKind, text: str) -> int | float:
    if _INTEGER.fullmatch(text):
        return int(text.partition(".")[0])
    if kind == "integer":
        raise UnreadableError("Must be a whole number, like 12.")
    if not _NUMBER.fullmatch(text):
        raise UnreadableError("Must be a number, like 12 or 0.5.")
    number = float(text)
    if math.isinf(number):
        raise UnreadableError("This number is too large.")
    return number


def _parsed(text: str, whole: bool) -> Json:
    try:
        value: Json = json.loads(text, parse_constant=_finite, parse_float=_finite)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UnreadableError(f"Not valid JSON at {where}. Text goes in double quotes.") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError("Not valid JSON: a number or the nesting goes too far.") from error
    if whole and not isinstance(value, Mapping):
        raise UnreadableError('Must be a JSON object, like {"name": "value"}.')
    return value


def _finite(text: str) -> float:
    """JSON knows neither NaN nor Infinity, and `1e999` would become one."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number
