"""Looks into JSON that can have any shape: what is missing or of another type is empty."""

from collections.abc import Mapping, Sequence
from typing import cast

from tui.core.text import sanitize

_LINE_LIMIT = 200
_NOTHING: Mapping[str, object] = {}


def mapping(value: object) -> Mapping[str, object]:
    """The value if it is a JSON object."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else _NOTHING


def items(value: object) -> Sequence[object]:
    """The value if it is a JSON array."""
    return cast("Sequence[object]", value) if isinstance(value, list) else ()


def text(value: object) -> str:
    """The value if it is a string."""
    return value if isinstance(value, str) else ""


def line(value: object) -> str:
    """The value as a short line that a person can be shown, if it is a string."""
    return " ".join(sanitize(text(value)[:_LINE_LIMIT]).split())


def count(value: object) -> int:
    """The value if it is a whole number of things."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
