"""What a JSON Schema says about one value, with local references followed and "or null" taken apart.

Schemas come from servers: anything may be of the wrong type, missing, cyclic or remote; nothing is ever fetched.
Shapes: https://json-schema.org/draft/2020-12/json-schema-validation
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui.core.events import Json

Schema = Mapping[str, Json]

_MAX_REFERENCES = 32


@dataclass(frozen=True, slots=True)
class Shape:
    """One value's schema without references; `nullable` if null is allowed besides it."""

    schema: Schema
    nullable: bool = False

    @property
    def type(self) -> str:
        """The JSON type, or "" where the schema does not name exactly one."""
        found = self.schema.get("type")
        return found if isinstance(found, str) else ""

    @property
    def choices(self) -> tuple[Json, ...]:
        """The values to choose from, where the schema lists them (enum, const, or a union of consts)."""
        values = as_sequence(self.schema.get("enum"))
        if not values:
            values = [self.schema["const"]] if "const" in self.schema else self._union_of_consts()
        return tuple(value for value in values if value is not None or not self.nullable)

    def _union_of_consts(self) -> Sequence[Json]:
        members = _union(self.schema)
        if not members or not all("const" in member for member in members):
            return ()
        return [member["const"] for member in members]


def shape_of(schema: Json, root: Schema) -> Shape:
    """The shape of a value, its references looked up in `root`."""
    resolved = resolve(schema, root)
    members = [resolve(member, root) for member in _union(resolved)]
    others = [member for member in members if member.get("type") != "null"]
    if members and len(others) < len(members):
        rest = _without(resolved, "anyOf", "oneOf")
        if len(others) == 1:
            return Shape({**others[0], **rest}, nullable=True)
        return Shape({**rest, "anyOf": others}, nullable=True)
    types = as_sequence(resolved.get("type"))
    if types:
        named = [name for name in types if name != "null"]
        kind: Json = named[0] if len(named) == 1 else named
        return Shape({**resolved, "type": kind}, nullable=len(named) < len(types))
    return Shape(resolved, nullable=resolved.get("nullable") is True)


def resolve(schema: Json, root: Schema) -> Schema:
    """The schema with its own local `$ref` and single `allOf` merged in; `{}` where that is not possible."""
    current = as_mapping(schema)
    for _ in range(_MAX_REFERENCES):
        parts = as_sequence(current.get("allOf"))
        if "$ref" in current:
            target = _look_up(current["$ref"], root)
            if target is None:
                return _without(current, "$ref")
            current = {**target, **_without(current, "$ref")}
        elif len(parts) == 1:
            current = {**as_mapping(parts[0]), **_without(current, "allOf")}
        else:
            return current
    return {}


def type_words(schema: Json, root: Schema, *, depth: int = 0) -> str:
    """The type as a person says it: `number`, `list of string`, `string or null`."""
    shape = shape_of(schema, root)
    words = _base_words(shape, root, depth)
    return f"{words} or null" if shape.nullable and words != "any" else words


def as_mapping(value: Json) -> Schema:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def as_sequence(value: Json) -> Sequence[Json]:
    """The value if it is an array, else an empty one."""
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def as_text(value: Json) -> str:
    """The value if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def compact_json(value: Json) -> str:
    """The value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _base_words(shape: Shape, root: Schema, depth: int) -> str:
    if depth > 3:
        return "any"
    if shape.type == "array":
        items = shape.schema.get("items")
        return f"list of {type_words(items, root, depth=depth + 1)}" if items else "list"
    if shape.type:
        return shape.type
    if shape.choices:
        return "choice"
    names = [as_text(name) for name in as_sequence(shape.schema.get("type"))]
    if not names:
        members = _union(shape.schema)
        names = [type_words(member, root, depth=depth + 1) for member in members]
    return " or ".join(dict.fromkeys(name for name in names if name)) or "any"


def _union(schema: Schema) -> list[Schema]:
    members = as_sequence(schema.get("anyOf")) or as_sequence(schema.get("oneOf"))
    return [as_mapping(member) for member in members]


def _without(schema: Schema, *keys: str) -> Schema:
    return {key: value for key, value in schema.items() if key not in keys}


def _look_up(reference: Json, root: Schema) -> Schema | None:
    """The schema a JSON pointer within `root` (RFC 6901, `#/$defs/Name`) points at."""
    pointer = as_text(reference)
    if pointer == "#":
        return root
    if not pointer.startswith("#/"):
        return None
    found: Json = root
    for step in pointer[2:].split("/"):
        key = step.replace("~1", "/").replace("~0", "~")
        found = as_mapping(found).get(key)
    return found if isinstance(found, Mapping) else None
