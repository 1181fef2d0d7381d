"""A schema's limits in words, for a person who fills in a value."""

from collections.abc import Mapping

from tui.core.events import Json

_LIMITS = (
    ("minimum", "at least {}"),
    ("exclusiveMinimum", "more than {}"),
    ("maximum", "at most {}"),
    ("exclusiveMaximum", "less than {}"),
    ("multipleOf", "a multiple of {}"),
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("minItems", "at least {} items"),
    ("maxItems", "at most {} items"),
    ("pattern", "matching {}"),
    ("format", "format {}"),
)
_LONGEST = 60


def limits_in_words(schema: Mapping[str, Json]) -> str:
    """Such as `at least 1, at most 10`; empty where the schema sets none."""
    words = [template.format(_short(schema[key])) for key, template in _LIMITS if _is_stated(schema.get(key))]
    return ", ".join(words)


def _is_stated(value: Json) -> bool:
    return isinstance(value, (int, float, str)) and not isinstance(value, bool)


def _short(value: Json) -> str:
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
