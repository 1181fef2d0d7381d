"""What the keywords of JSON Schema (draft 2020-12, and what older drafts left behind) may hold."""

import math
import re
import warnings
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias, cast

Check: TypeAlias = Callable[[object], object]
"""Returns the value as it may be sent, or raises `Unusable`."""

AS_BOOLEAN = frozenset(("additionalItems", "additionalProperties", "unevaluatedItems", "unevaluatedProperties"))
"""Schemas that are usually given as booleans, and are understood as such."""

ONE_SCHEMA = frozenset(("items", "contains", "propertyNames", "not", "if", "then", "else")) | AS_BOOLEAN
SCHEMA_LIST = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
SCHEMA_MAP = frozenset(("properties", "patternProperties", "dependentSchemas"))

TEXT_LIMIT = 4096
"""Characters of a title or description inside a schema."""

PATTERN_LIMIT = 2000
"""Characters of a regular expression; longer ones take long to compile."""

_TYPES = ("string", "number", "integer", "boolean", "object", "array", "null")


class Unusable(Exception):
    """The value is not one that JSON Schema allows there."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Unusable
    return value


def pattern(value: object) -> str:
    """A regular expression that compiles; it is never run. The service's own check is Python's ("is not a 'regex'")."""
    text = _text(value)
    if len(text) > PATTERN_LIMIT:
        raise Unusable
    try:
        with warnings.catch_warnings(action="ignore"):
            re.compile(text)
    except (re.error, RecursionError, OverflowError):
        raise Unusable from None
    return text


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Unusable
    return value


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Unusable
    return value


def _positive(value: object) -> int | float:
    if (number := _number(value)) <= 0:
        raise Unusable
    return number


def _count(value: object) -> int:
    number = _number(value)
    if number < 0 or number != int(number):
        raise Unusable
    return int(number)


def _array(value: object) -> list[object]:
    if not isinstance(value, list):
        raise Unusable
    return cast("list[object]", value)


def _choices(value: object) -> list[object]:
    if not (choices := _array(value)):
        raise Unusable
    return choices


def _names(value: object) -> list[str]:
    return list(dict.fromkeys(_text(name) for name in _array(value)))


def _types(value: object) -> str | list[str]:
    if isinstance(value, list):
        known = [name for name in dict.fromkeys(map(str, cast("list[object]", value))) if name in _TYPES]
        if not known:
            raise Unusable
        return known
    if value not in _TYPES:
        raise Unusable
    return _text(value)


def _dependent_names(value: object) -> dict[str, list[str]]:
    if not isinstance(value, Mapping):
        raise Unusable
    return {str(name): _names(names) for name, names in cast("Mapping[object, object]", value).items()}


BY_KEYWORD: Mapping[str, Check] = MappingProxyType(
    {
        "type": _types,
        "enum": _choices,
        "required": _names,
        "dependentRequired": _dependent_names,
        "examples": _array,
        "multipleOf": _positive,
        "pattern": pattern,
    }
    | dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _number)
    | dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains"), _count)
    | dict.fromkeys(("minProperties", "maxProperties"), _count)
    | dict.fromkeys(("uniqueItems", "deprecated", "readOnly", "writeOnly"), _flag)
    | dict.fromkeys(("title", "description", "format", "$schema", "$id", "$comment"), _text)
    | dict.fromkeys(("$anchor", "$dynamicRef", "$dynamicAnchor", "contentMediaType", "contentEncoding"), _text)
)
"""The keywords that hold no schemas; one that is not here may hold anything."""
