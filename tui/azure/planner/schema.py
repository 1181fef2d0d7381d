"""A value fitted to a property's JSON schema, and arguments checked against the whole of it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, cast

import jsonschema
import referencing
import referencing.exceptions
from referencing.jsonschema import SchemaRegistry

from tui.core.events import Json

_SYNONYMS = (
    ("add", "+", "plus", "sum", "addition"),
    ("subtract", "-", "minus", "sub", "subtraction", "difference"),
    ("multiply", "*", "×", "x", "times", "mul", "mult", "multiplication", "product"),
    ("divide", "/", "÷", "div", "division", "quotient"),
)


class _Validator(Protocol):
    """The part of jsonschema's validators used here; its own types are not complete."""

    def check_schema(self, schema: Mapping[str, Json]) -> None: ...
    def is_valid(self, instance: Mapping[str, Json]) -> bool: ...


class UnfitError(ValueError):
    """The value does not fit the schema."""


def synonyms(word: str) -> Sequence[str]:
    """Other names of an operation, itself first."""
    return next((group for group in _SYNONYMS if group[0] == word), (word,))


def properties(parameters: Mapping[str, Json]) -> Mapping[str, Mapping[str, Json]]:
    """The properties that a tool's parameters name."""
    named = _object(parameters.get("properties"))
    return {name: _object(schema) for name, schema in named.items()}


def required(parameters: Mapping[str, Json]) -> list[str]:
    """The names of the properties that must be given."""
    names = parameters.get("required")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def types_of(schema: Mapping[str, Json]) -> set[str]:
    """The JSON types that the schema names, also in its alternatives; empty when it names none."""
    types: set[str] = set()
    for part in _alternatives(schema):
        named = part.get("type")
        types.update([named] if isinstance(named, str) else _strings(named))
    return types


def choices_of(schema: Mapping[str, Json]) -> list[Json]:
    """The values that the schema allows, when it lists them."""
    choices: list[Json] = []
    for part in _alternatives(schema):
        if isinstance(listed := part.get("enum"), list):
            choices += listed
        if "const" in part:
            choices.append(part["const"])
    return choices


def fitted(schema: Mapping[str, Json], value: Json) -> Json:
    """The value as the schema wants it: a listed choice by its synonym, a number for "5", a string for 5.

    Raises:
        UnfitError: it cannot be made to fit.
    """
    if choices := choices_of(schema):
        return _choice(choices, value)
    types = types_of(schema)
    if not types or _type_names(value) & types:
        return value
    if isinstance(value, float) and value.is_integer() and "integer" in types:
        return int(value)
    if "string" in types and isinstance(value, int | float) and not isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return _parsed(value, types)
    if "array" in types:
        return [value]
    raise UnfitError


def is_valid(parameters: Mapping[str, Json], arguments: Mapping[str, Json]) -> bool:
    """Whether the arguments fit the schema but for its patterns; not if it is itself wrong. Nothing is fetched."""
    registry: SchemaRegistry = referencing.Registry()
    try:
        schema = _object(_without_patterns(dict(parameters)))
        validator = cast(_Validator, jsonschema.Draft202012Validator(schema, registry=registry))
        validator.check_schema(parameters)
        return validator.is_valid(arguments)
    except (jsonschema.SchemaError, referencing.exceptions.Unresolvable, ValueError, TypeError, RecursionError):
        return False


def _without_patterns(value: Json) -> Json:
    """The schema without regular expressions: a server wrote them, and one that backtracks would freeze everything."""
    if isinstance(value, list):
        return [_without_patterns(item) for item in value]
    if not isinstance(value, dict):
        return value
    dropped = {"patternProperties"} | {name for name in ("pattern",) if isinstance(value.get(name), str)}
    if "patternProperties" in value:  # What it allows would otherwise be refused.
        dropped |= {"additionalProperties", "unevaluatedProperties"}
    return {name: _without_patterns(item) for name, item in value.items() if name not in dropped}


def parse_json(text: str) -> Json:
    """The JSON value that the text is.

    Raises:
        ValueError: it is none; NaN and infinities are none either.
    """
    try:
        return cast(Json, json.loads(text, parse_constant=_refuse))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _choice(choices: Sequence[Json], value: Json) -> Json:
    if value in choices:
        return value
    names = {name.casefold() for name in synonyms(str(value).casefold())}
    for choice in choices:
        if str(choice).casefold() in names:
            return choice
    raise UnfitError


def _parsed(text: str, types: set[str]) -> Json:
    """What the text is as JSON, if that is of one of the types."""
    try:
        value = parse_json(text)
    except ValueError:
        value = None
    if value is not None and _type_names(value) & types:
        return value
    if "array" in types:
        return [text]
    raise UnfitError


def _refuse(constant: str) -> Json:
    raise ValueError(constant)


def _type_names(value: Json) -> set[str]:
    match value:
        case None:
            return {"null"}
        case bool():
            return {"boolean"}
        case int():
            return {"integer", "number"}
        case float():
            return {"number"}
        case str():
            return {"string"}
        case Mapping():
            return {"object"}
        case _:
            return {"array"}


def _alternatives(schema: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    yield schema
    for key in ("anyOf", "oneOf"):
        if isinstance(parts := schema.get(key), list):
            yield from (_object(part) for part in parts)


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _strings(value: Json) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
