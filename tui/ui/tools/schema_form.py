"""A form for a tool's JSON Schema, without a screen: schema to fields, texts typed into them to arguments or errors."""

import json
import math
import re
from collections.abc import Mapping
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

_LONG_NAME = re.compile(r"(?:^|[_\W])(?:contents?|text|body|message|markdown|html|sql|script)$", re.I)
_LONG_MEANING = re.compile(r"^(?:the )?(?:text|contents?|body)\b", re.I)
_INTEGER = re.compile(r"[+-]?\d{1,400}(?:\.0*)?")
_NUMBER = re.compile(r"[+-]?(?:\d{1,400}(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,4})?", re.I)


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


@dataclass(frozen=True, slots=True)
class Submission:
    """What the texts come to: arguments to send, if `errors` (one sentence by field name) is empty."""

    arguments: Mapping[str, Json]
    errors: Mapping[str, str]


class _Unreadable(Exception):
    """The text is not a value of the field's kind; the message says what it must be."""


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


def collect(fields: tuple[Field, ...], texts: Mapping[str, str], schema: Schema) -> Submission:
    """The arguments that the typed texts come to, checked against `schema`.

    An optional field that still has its initial text is not sent; nor is one that was emptied, unless it holds text.
    A choice's text is its label, a boolean's `true` or `false`.
    """
    from tui.ui.tools.validation import Checker  # jsonschema takes 70 ms to import: not before the first frame

    checker = Checker(schema)
    arguments: dict[str, Json] = {}
    errors: dict[str, str] = {}
    for asked in fields:
        text = texts.get(asked.name, asked.initial)
        if _is_left_out(asked, text):
            continue
        try:
            value = _value(asked, text)
        except _Unreadable as unreadable:
            errors[asked.name] = str(unreadable)
            continue
        if problem := checker.problem(value, asked.schema):
            errors[asked.name] = problem
        elif asked.whole:
            arguments.update(as_mapping(value))
        else:
            arguments[asked.name] = value
    return Submission(arguments, errors)


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


def _is_left_out(asked: Field, text: str) -> bool:
    if asked.required:
        return False
    return text == asked.initial or (_is_blank(asked, text) and asked.kind not in ("line", "text"))


def _is_blank(asked: Field, text: str) -> bool:
    return not (text if asked.kind in ("line", "text", "choice") else text.strip())


def _value(asked: Field, text: str) -> Json:
    if _is_blank(asked, text):
        if asked.required and asked.nullable:
            return None
        if asked.required:
            raise _Unreadable("Choose one." if asked.kind == "choice" else "Required: fill this in.")
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


def _chosen(asked: Field, text: str) -> Json:
    for choice in asked.choices:
        if choice.label == text:
            return choice.value
    raise _Unreadable("Choose one of the values in the list.")


def _number(kind: FieldKind, text: str) -> int | float:
    if _INTEGER.fullmatch(text):
        return int(text.partition(".")[0])
    if kind == "integer":
        raise _Unreadable("Must be a whole number, like 12.")
    if not _NUMBER.fullmatch(text):
        raise _Unreadable("Must be a number, like 12 or 0.5.")
    number = float(text)
    if math.isinf(number):
        raise _Unreadable("This number is too large.")
    return number


def _parsed(text: str, whole: bool) -> Json:
    try:
        value: Json = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _Unreadable(f"Not valid JSON at {where}. Text goes in double quotes.") from error
    except (ValueError, RecursionError) as error:
        raise _Unreadable("Not valid JSON: a number or the nesting goes too far.") from error
    if whole and not isinstance(value, Mapping):
        raise _Unreadable('Must be a JSON object, like {"name": "value"}.')
    return value


def _refuse_constant(name: str) -> Json:
    raise ValueError(reveal(name))
