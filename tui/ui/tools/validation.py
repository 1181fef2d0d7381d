"""Checks a value against its JSON Schema and says in words what is wrong. Nothing is fetched, no pattern is run."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, cast

from jsonschema import Draft202012Validator, SchemaError, ValidationError, exceptions, validators
from referencing import Registry
from referencing.exceptions import Unresolvable

from tui.core.events import Json
from tui.core.text import reveal
from tui.ui.tools.schema_shape import compact_json

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a JSON list",
    "object": "a JSON object",
    "null": "null",
}
_SENTENCES = {
    "minimum": "Must be at least {}.",
    "exclusiveMinimum": "Must be more than {}.",
    "maximum": "Must be at most {}.",
    "exclusiveMaximum": "Must be less than {}.",
    "multipleOf": "Must be a multiple of {}.",
    "minLength": "Needs at least {} characters.",
    "maxLength": "Must have at most {} characters.",
    "minItems": "Needs at least {} items.",
    "maxItems": "Must have at most {} items.",
    "const": "Must be {}.",
}
_LONGEST = 160


class _Validator(Protocol):
    """The part of a jsonschema validator that is used here; the package's own types are partly unknown."""

    def evolve(self, *, schema: Mapping[str, Json]) -> "_Validator": ...

    def iter_errors(self, instance: Json) -> Iterator[ValidationError]: ...


class Checker:
    """Checks the values of one tool's arguments; a schema that is itself broken checks nothing.

    The server checks again, with the patterns: one from a server may take for ever, and this runs in the event loop.
    """

    def __init__(self, root: Mapping[str, Json]) -> None:
        self._validator: _Validator | None = None
        try:
            Draft202012Validator.check_schema(cast("Any", root))
        except (SchemaError, RecursionError):
            return
        registry: Registry[Any] = Registry()  # an empty one: a remote reference is not fetched
        self._validator = _PATTERNLESS(root, registry=registry)

    def problem(self, value: Json, schema: Mapping[str, Json]) -> str:
        """What is wrong with the value, in one sentence; empty if nothing is."""
        if self._validator is None:
            return ""
        try:
            error = _BEST_MATCH(self._validator.evolve(schema=schema).iter_errors(value))
        except (Unresolvable, RecursionError):
            return ""
        return _in_words(error) if error else ""


def _in_words(error: ValidationError) -> str:
    where = " › ".join(str(step) for step in error.absolute_path)
    sentence = _sentence(str(error.validator), cast("Json", error.validator_value), error.message)
    text = reveal(f"{where}: {sentence}" if where else sentence)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _sentence(keyword: str, limit: Json, message: str) -> str:
    if keyword in _SENTENCES:
        return _SENTENCES[keyword].format(compact_json(limit))
    if keyword == "type":
        names = [limit] if isinstance(limit, str) or not isinstance(limit, Sequence) else limit
        return f"Must be {' or '.join(_TYPES.get(str(name), str(name)) for name in names)}."
    if keyword == "enum" and isinstance(limit, Sequence):
        return f"Must be one of {', '.join(compact_json(value) for value in limit)}."
    if keyword == "uniqueItems":
        return "Must not hold the same item twice."
    if keyword in ("anyOf", "oneOf"):
        return "Fits none of the forms that the tool takes."
    return f"{message[:1].upper()}{message[1:]}."


def _unchecked(*_: object) -> Iterator[ValidationError]:
    return iter(())


def _additional_properties(
    validator: Any, limit: Json, instance: Json, schema: Mapping[str, Json]
) -> Iterator[ValidationError]:
    """The usual check, but for schemas with patterns, which it would run."""
    if schema.get("patternProperties"):
        return iter(())
    usual = cast("Any", Draft202012Validator.VALIDATORS)["additionalProperties"]
    return usual(validator, limit, instance, schema) or iter(())


_PATTERNLESS = cast("Any", validators).extend(
    Draft202012Validator,
    {
        "pattern": _unchecked,
        "patternProperties": _unchecked,
        "additionalProperties": _additional_properties,
        "unevaluatedProperties": _unchecked,
    },
)
_BEST_MATCH: Callable[[Iterable[ValidationError]], ValidationError | None] = cast("Any", exceptions).best_match
