"""The top of a tool's parameters: one object with properties, whatever was to choose between there."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

from tui.core.events import Json

_COMBINATORS = ("allOf", "anyOf", "oneOf")
_REFUSED = ("not", "enum", "const")
"""What the service refuses at the top, besides the combinators."""

_AN_OBJECT = "The parameters became an object with properties."
_MERGED = "Alternatives at the top (anyOf, oneOf, allOf) were merged into one object."
_LEFT_OUT = "“not”, “enum” and “const” at the top were left out."


def merged_top(schema: Mapping[str, Json]) -> tuple[dict[str, Json], list[str]]:
    """The schema as an object with properties, and sentences that say what changed.

    The branches of a top-level combinator lend their properties. A property is required if the schema or a branch of
    `allOf` says so, or all branches of `anyOf` or `oneOf` do.
    """
    changes: list[str] = []
    if schema.get("type") != "object" or not isinstance(schema.get("properties"), Mapping):
        changes.append(_AN_OBJECT)
    if any(word in schema for word in _COMBINATORS):
        changes.append(_MERGED)
    if any(word in schema for word in _REFUSED):
        changes.append(_LEFT_OUT)
    properties, required = _parts(schema)
    top: dict[str, Json] = {
        word: value for word, value in schema.items() if word not in (*_COMBINATORS, *_REFUSED, "required")
    }
    top |= {"type": "object", "properties": properties}
    if required := [name for name in dict.fromkeys(required) if name in properties]:
        top["required"] = required
    return top, changes


def _parts(schema: Mapping[str, Json]) -> tuple[dict[str, Json], list[str]]:
    """The properties and the required names of a schema with all its branches; its own definitions come first."""
    properties: dict[str, Json] = dict(_mapping(schema.get("properties")))
    required = _strings(schema.get("required"))
    for word in _COMBINATORS:
        branches = [_parts(_mapping(branch)) for branch in _sequence(schema.get(word))]
        if not branches:
            continue
        in_all = set(branches[0][1]).intersection(*(names for _, names in branches))
        said: dict[str, list[Json]] = {}
        for own, names in branches:
            required += [name for name in names if word == "allOf" or name in in_all]
            for name, about in own.items():
                said.setdefault(name, []).append(about)
        for name, schemas in said.items():
            properties.setdefault(name, _united(schemas, word))
    return properties, required


def _united(schemas: Sequence[Json], word: str) -> Json:
    """One schema for what several branches say about a property."""
    different = list({json.dumps(schema, sort_keys=True): schema for schema in schemas}.values())
    if len(different) == 1:
        return different[0]
    return {"allOf" if word == "allOf" else "anyOf": different}


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: Json) -> Sequence[Json]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _strings(value: Json) -> list[str]:
    return [name for name in cast("Sequence[object]", _sequence(value)) if isinstance(name, str)]
