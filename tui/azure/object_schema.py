"""Any JSON Schema as Azure OpenAI accepts it for a tool's parameters.

The service wants an object with properties and nothing to choose between at the top, "items" for every array, and
keywords with values that JSON Schema allows (draft 2020-12). References are written out, those that lead in a circle
or elsewhere are cut; nothing is ever fetched. What comes out is bounded in depth and size, and the same for the same
input.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote

from tui.azure.schema_keywords import (
    AS_BOOLEAN,
    BY_KEYWORD,
    ONE_SCHEMA,
    SCHEMA_LIST,
    SCHEMA_MAP,
    TEXT_LIMIT,
    Unusable,
    pattern,
)
from tui.azure.schema_top import merged_top
from tui.azure.wire_messages import encodable
from tui.core.events import Json

DEPTH_LIMIT = 32
"""How deeply schemas and values may nest; references count."""

SIZE_LIMIT = 100_000
"""Characters of a schema, about."""

_REFERENCES = ("$ref", "$defs", "definitions")

_WRITTEN_OUT = "References ($ref) were written out."
_CIRCLE = "A reference that leads back to itself was cut: anything goes there."
_ELSEWHERE = "A reference to another document was not followed: anything goes there."
_NOWHERE = "A reference to what is not there was cut: anything goes there."
_BOOLEANS = "“true” and “false” in place of schemas were written out."
_NO_SCHEMA = "What is no schema was replaced: anything goes there."
_ITEMS = "Arrays were given “items”."
_TUPLES = "A list of “items” became “prefixItems”."
_TOO_LARGE = "What is nested too deeply or too large was left out."


@dataclass(frozen=True, slots=True)
class ObjectSchema:
    """A schema that the service accepts; `changes` are sentences that say what is different now."""

    schema: Mapping[str, Json]
    changes: tuple[str, ...]


def object_schema(schema: object) -> ObjectSchema:
    """The schema, or whatever stands in its place, as the service wants it."""
    cleaning = _Cleaning(schema)
    top, merged = merged_top(cleaning.schema(cast(object, schema) if isinstance(schema, Mapping) else {}))
    return ObjectSchema(top, (*merged, *cleaning.changes))


class _Cleaning:
    """Goes through a schema once; `changes` are what it had to do, each once."""

    def __init__(self, root: object) -> None:
        self._root = root
        self._left = SIZE_LIMIT
        self._depth = 0
        self._followed: list[str] = []
        self.changes: dict[str, None] = {}

    def schema(self, value: object) -> dict[str, Json]:
        """A schema that is valid and whole, an object also where a boolean was."""
        if isinstance(value, bool):
            self._note(_BOOLEANS)
            return {} if value else {"not": {}}
        if not isinstance(value, Mapping):
            self._note(_NO_SCHEMA)
            return {}
        if self._depth == DEPTH_LIMIT or not self._spend(2):
            self._note(_TOO_LARGE)
            return {}
        self._depth += 1
        try:
            return self._keywords({str(key): inner for key, inner in cast("Mapping[object, object]", value).items()})
        finally:
            self._depth -= 1

    def _keywords(self, schema: Mapping[str, object]) -> dict[str, Json]:
        reference = schema.get("$ref")
        kept = self._referred(reference) if isinstance(reference, str) else {}
        for keyword, value in schema.items():
            if keyword not in _REFERENCES:
                self._keep(kept, keyword, value)
        kinds = kept.get("type")
        if "items" not in kept and ("array" in kinds if isinstance(kinds, list) else kinds == "array"):
            self._note(_ITEMS)
            kept["items"] = {}
        return kept

    def _keep(self, kept: dict[str, Json], keyword: str, value: object) -> None:
        """Add the keyword if its value can be used."""
        keyword = encodable(keyword)
        if not self._spend(len(keyword) + 4):
            self._note(_TOO_LARGE)
        elif keyword == "items" and isinstance(value, list):
            self._note(_TUPLES)
            self._keep(kept, "prefixItems", cast(object, value))
            kept["items"] = {}
        else:
            try:
                kept[keyword] = self._value(keyword, value)
            except Unusable:
                self._note(f"“{keyword}” was left out: its value is not one that JSON Schema allows.")
            except _TooLargeError:
                self._note(_TOO_LARGE)

    def _value(self, keyword: str, value: object) -> Json:
        if keyword in AS_BOOLEAN and isinstance(value, bool):
            return value
        if keyword in ONE_SCHEMA:
            return self.schema(value)
        if keyword in SCHEMA_LIST and isinstance(value, list) and value:
            return [self.schema(inner) for inner in cast("list[object]", value) if self._left > 0]
        if keyword in SCHEMA_MAP and isinstance(value, Mapping):
            return self._schemas(keyword, cast("Mapping[object, object]", value))
        if keyword in SCHEMA_LIST or keyword in SCHEMA_MAP:
            raise Unusable
        return self._plain(keyword, cast(object, value))

    def _schemas(self, keyword: str, schemas: Mapping[object, object]) -> Json:
        kept: dict[str, Json] = {}
        for name, inner in schemas.items():
            name = encodable(str(name))
            if keyword == "patternProperties":
                pattern(name)
            if not self._spend(len(name) + 4):
                self._note(_TOO_LARGE)
                break
            kept[name] = self.schema(inner)
        return kept

    def _plain(self, keyword: str, value: object) -> Json:
        """The value of a keyword that holds no schemas, whole or not at all; only texts to read are cut."""
        value = BY_KEYWORD[keyword](value) if keyword in BY_KEYWORD else value
        if keyword in ("title", "description") and isinstance(value, str) and len(value) > TEXT_LIMIT:
            self._note(f"A text in the parameters was cut to {TEXT_LIMIT:,} characters.")
            value = value[: TEXT_LIMIT - 1] + "…"
        if not self._spend(_size(value, self._left)):
            raise _TooLargeError
        return _plain_json(value)

    def _referred(self, reference: str) -> dict[str, Json]:
        """What a reference within the document stands for, written out."""
        if not reference.startswith("#"):
            self._note(_ELSEWHERE)
            return {}
        if reference in self._followed:
            self._note(_CIRCLE)
            return {}
        target = self._target(reference)
        if target is None:
            self._note(_NOWHERE)
            return {}
        self._note(_WRITTEN_OUT)
        self._followed.append(reference)
        try:
            return self.schema(target)
        finally:
            self._followed.pop()

    def _target(self, reference: str) -> object:
        """What a JSON pointer (RFC 6901) leads to; None where it leads nowhere."""
        place = self._root
        for part in reference[1:].split("/")[1:]:
            part = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(place, Mapping):
                place = cast("Mapping[object, object]", place).get(part)
            elif isinstance(place, list) and part.isdecimal() and len(part) < 7:
                place = next(iter(cast("list[object]", place)[int(part) :]), None)
            else:
                return None
        # "#name" is an anchor, which few servers use; a whole document is meant by "#" alone.
        return place if reference == "#" or reference.startswith("#/") else None

    def _spend(self, characters: int) -> bool:
        self._left -= characters
        return self._left > 0

    def _note(self, change: str) -> None:
        self.changes[change] = None


class _TooLargeError(Exception):
    """A value is larger or nested more deeply than what is left."""


def _size(value: object, limit: int) -> int:
    """The characters of a value as JSON, about; beyond `limit` it may be less than the whole.

    Raises:
        _TooLargeError: it nests too deeply.
    """
    size = 0
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting and size <= limit:
        inner, depth = waiting.pop()
        if depth > DEPTH_LIMIT:
            raise _TooLargeError
        size += len(inner) + 2 if isinstance(inner, str) else 4
        if isinstance(inner, Mapping):
            items = cast("Mapping[object, object]", inner)
            size += sum(len(str(key)) + 4 for key in items)
            waiting += ((each, depth + 1) for each in items.values())
        elif isinstance(inner, Sequence) and not isinstance(inner, str):
            waiting += ((each, depth + 1) for each in cast("Sequence[object]", inner))
    return size


def _plain_json(value: object) -> Json:
    """JSON data that can be encoded: no lone surrogates, and no numbers that JSON does not have."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return {encodable(str(key)): _plain_json(inner) for key, inner in items}
    if isinstance(value, Sequence):
        return [_plain_json(inner) for inner in cast("Sequence[object]", value)]
    return encodable(str(value))
