"""The fields of a form for a tool's JSON Schema, without a screen."""

import json
import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tui.core.events import Json
from tui.core.text import reveal
from tui.ui.tools.schema_shape import (
    Schema,
    Shape,
    as_mapping,
    as_sequence,
    as_text,
    compact_json,
    resolve,
    shape_of,
    type_words,
)
from tui.ui.tools.schema_words import limits_in_words

FieldKind: TypeAlias = Literal["line", "text", "integer", "number", "boolean", "choice", "json"]
"""How a value is typed in. `text` has several lines; `json` is for nested values and shapes that are not known."""

MOST_FIELDS = 40  # each takes some 5 ms to mount
_LONG_NAME = re.compile(r"(?:^|[_\W])(?:contents?|text|body|message|markdown|html|sql|script)$", re.I)
_LONG_MEANING = re.compile(r"^(?:the )?(?:text|contents?|body)\b", re.I)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an enum and the unique label it is chosen by."""

    label: str
    value: Json


@dataclass(frozen=True, slots=True)
class Field:
    """One argument to fill in. `initial` is the text it starts with: its default, made visible, or nothing.

    `whole`: the field stands for all the arguments as one JSON object, because the schema has no list of them.
    """

    name: str
    kind: FieldKind
    type_words: str
    required: bool = False
    nullable: bool = False
    description: str = ""
    limits: str = ""
    initial: str = ""
    choices: tuple[Choice, ...] = ()
    schema: Schema = field(default_factory=dict[str, Json])
    whole: bool = False


def fields_of(schema: Schema) -> tuple[Field, ...]:
    """The fields of an object's schema, required ones first; one `whole` field where it cannot be taken apart."""
    root = resolve(schema, schema)
    properties = as_mapping(root.get("properties"))
    combined = any(as_sequence(root.get(key)) for key in ("anyOf", "oneOf", "allOf"))
    if combined or (not properties and root.get("additionalProperties") not in (None, False)):
        return (_whole_field(root),)
    required = [name for name in as_sequence(root.get("required")) if isinstance(name, str)]
    names = [*properties, *(name for name in required if name not in properties)]
    fields = [_field(name, properties.get(name), name in required, schema) for name in dict.fromkeys(names)]
    return tuple(sorted(fields, key=lambda made: not made.required))


def form_of(schema: Schema) -> tuple[Field, ...]:
    """The fields to fill in: one each, or one for all of them where there are too many for a form."""
    fields = fields_of(schema)
    return fields if len(fields) <= MOST_FIELDS else (_whole_field(resolve(schema, schema)),)


def _whole_field(root: Schema) -> Field:
    return Field(
        name="arguments",
        kind="json",
        type_words="object",
        required=True,
        description="All arguments as one JSON object",
        initial="{}",
        schema=root,
        whole=True,
    )


def _field(name: str, schema: Json, required: bool, root: Schema) -> Field:
    shape = shape_of(schema, root)
    description = as_text(shape.schema.get("description")) or _telling_title(name, shape)
    choices = _choices(shape, required)
    kind = "choice" if choices else _kind(name, description, shape)
    return Field(
        name=name,
        kind=kind,
        type_words=type_words(schema, root),
        required=required,
        nullable=shape.nullable,
        description=description,
        limits=limits_in_words(shape.schema),
        initial=_initial(shape, kind, choices),
        choices=choices,
        schema=as_mapping(schema),
    )


def _telling_title(name: str, shape: Shape) -> str:
    """The schema's title, unless it only repeats the name (pydantic writes `Max Rows` for `max_rows`)."""
    title = as_text(shape.schema.get("title"))
    return "" if title.casefold().replace(" ", "_") == name.casefold() else title


def _choices(shape: Shape, required: bool) -> tuple[Choice, ...]:
    values = shape.choices
    if not values and shape.type == "boolean" and not required and _default(shape) is None:
        values = (True, False)  # left out, true and false are three different things
    plain = [value if isinstance(value, str) and value else compact_json(value) for value in values]
    if len(set(plain)) < len(plain):
        plain = [compact_json(value) for value in values]
    unique = dict(zip(plain, values, strict=True))
    return tuple(Choice(label, value) for label, value in unique.items())


def _kind(name: str, description: str, shape: Shape) -> FieldKind:
    match shape.type:
        case "integer" | "number" | "boolean":
            return shape.type
        case "string":
            is_long = _LONG_NAME.search(name) or _LONG_MEANING.search(description)
            return "text" if is_long else "line"
        case _:
            return "json"


def _default(shape: Shape) -> Json:
    return shape.schema.get("default")


def _initial(shape: Shape, kind: FieldKind, choices: tuple[Choice, ...]) -> str:
    default = _default(shape)
    if kind == "boolean":
        return "true" if default is True else "false"
    if default is None:
        return ""
    if kind == "choice":
        wanted = compact_json(default)
        return next((choice.label for choice in choices if compact_json(choice.value) == wanted), "")
    if kind in ("line", "text"):
        return reveal(as_text(default))
    shown = json.dumps(default, ensure_ascii=False, indent=2)
    return shown if reveal(shown) == shown else json.dumps(default, indent=2)
