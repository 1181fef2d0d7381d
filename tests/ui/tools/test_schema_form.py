"""Schema to fields, and typed texts to arguments or errors, without a screen."""

import json
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ui.tools.fakes import TOOLS, parameters
from tui.core.events import Json
from tui.ui.tools.schema_fields import Field, fields_of
from tui.ui.tools.schema_form import collect

CALCULATE = next(tool for tool in TOOLS if tool.name == "calculate").parameters
SAVE = next(tool for tool in TOOLS if tool.name == "save_text_file").parameters
PYDANTIC_OPTIONAL: Mapping[str, Json] = {
    "$defs": {
        "Place": {
            "type": "object",
            "description": "Where it is",
            "properties": {"city": {"type": "string"}, "zip": {"type": "integer", "minimum": 1}},
            "required": ["city"],
        },
        "Unit": {"enum": ["celsius", "fahrenheit"], "type": "string"},
    },
    "type": "object",
    "properties": {
        "place": {"$ref": "#/$defs/Place"},
        "unit": {"anyOf": [{"$ref": "#/$defs/Unit"}, {"type": "null"}], "default": None},
        "days": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 14}, {"type": "null"}], "default": 3},
        "tags": {"type": "array", "items": {"type": "string"}, "default": []},
    },
    "required": ["place"],
}


def by_name(schema: Mapping[str, Json]) -> dict[str, Field]:
    return {field.name: field for field in fields_of(schema)}


def errors_of(schema: Mapping[str, Json], /, **texts: str) -> Mapping[str, str]:
    return collect(fields_of(schema), texts, schema).errors


def arguments_of(schema: Mapping[str, Json], /, **texts: str) -> Mapping[str, Json]:
    submission = collect(fields_of(schema), texts, schema)
    assert submission.errors == {}
    return submission.arguments


def test_kinds_follow_the_schema():
    fields = by_name(CALCULATE)
    assert [(name, field.kind) for name, field in fields.items()] == [
        ("operation", "choice"),
        ("a", "number"),
        ("b", "number"),
    ]
    assert [choice.label for choice in fields["operation"].choices] == ["add", "subtract", "multiply", "divide"]


def test_text_that_is_long_by_name_or_meaning_gets_several_lines():
    fields = by_name(SAVE)
    assert fields["content"].kind == "text"
    assert fields["filename"].kind == "line"
    about: Json = {"type": "string", "description": "The body of the letter"}
    assert by_name(parameters(what=about))["what"].kind == "text"


def test_references_and_optionals_of_pydantic_are_taken_apart():
    fields = by_name(PYDANTIC_OPTIONAL)
    assert (fields["place"].kind, fields["place"].description) == ("json", "Where it is")
    assert (fields["unit"].kind, fields["unit"].nullable) == ("choice", True)
    assert (fields["days"].kind, fields["days"].initial, fields["days"].limits) == (
        "integer",
        "3",
        "at least 1, at most 14",
    )
    assert fields["days"].type_words == "integer or null"
    assert fields["tags"].type_words == "list of string"


def test_untouched_optional_field_is_not_sent():
    assert arguments_of(PYDANTIC_OPTIONAL, place='{"city": "Bern"}') == {"place": {"city": "Bern"}}


def test_changed_optional_field_is_sent():
    sent = arguments_of(PYDANTIC_OPTIONAL, place='{"city": "Bern"}', days="7", unit="celsius")
    assert sent == {"place": {"city": "Bern"}, "days": 7, "unit": "celsius"}


def test_emptied_number_is_left_out_and_emptied_text_is_sent_empty():
    schema = parameters(days={"type": "integer", "default": 3}, city={"type": "string", "default": "Bern"})
    assert arguments_of(schema, days="", city="") == {"city": ""}


def test_optional_boolean_without_default_can_be_true_false_or_left_out():
    schema = parameters(force={"type": "boolean"})
    assert by_name(schema)["force"].kind == "choice"
    assert [arguments_of(schema, force=text) for text in ("", "true", "false")] == [
        {},
        {"force": True},
        {"force": False},
    ]


def test_boolean_with_default_is_sent_only_when_switched():
    assert "overwrite" not in arguments_of(SAVE, filename="a", content="b", overwrite="true")
    assert arguments_of(SAVE, filename="a", content="b", overwrite="false")["overwrite"] is False


def test_required_field_that_may_be_null_is_sent_as_null_when_empty():
    schema = parameters(("n",), n={"anyOf": [{"type": "integer"}, {"type": "null"}]})
    assert arguments_of(schema, n="") == {"n": None}


def test_errors_are_words_by_field():
    assert errors_of(CALCULATE, a="twelve") == {
        "operation": "Choose one.",
        "a": "Must be a number, like 12 or 0.5.",
        "b": "Required: fill this in.",
    }


@pytest.mark.parametrize(
    ("schema", "text", "words"),
    [
        ({"type": "integer"}, "1.5", "Must be a whole number, like 12."),
        ({"type": "number"}, "NaN", "Must be a number, like 12 or 0.5."),
        ({"type": "number"}, "1e999", "This number is too large."),
        ({"type": "number"}, "9" * 5000, "Must be a number, like 12 or 0.5."),
        ({"type": "number", "minimum": 3}, "2", "Must be at least 3."),
        ({"type": "number", "exclusiveMaximum": 3}, "3", "Must be less than 3."),
        ({"type": "string", "minLength": 2}, "x", "Needs at least 2 characters."),
        ({"type": "array", "items": {"type": "integer"}}, '[1, "x"]', "1: Must be a whole number."),
        ({"type": "array"}, "[1e999]", "Not valid JSON: a number or the nesting goes too far."),
        ({"type": "array"}, "[NaN]", "Not valid JSON: a number or the nesting goes too far."),
        ({"type": "array"}, "[" * 100_000, "Not valid JSON: a number or the nesting goes too far."),
        ({"type": "array"}, "[1,", "Not valid JSON at line 1, column 4. Text goes in double quotes."),
        ({"type": "object"}, "[]", "Must be a JSON object."),
        ({"type": "object", "required": ["city"]}, "{}", "'city' is a required property."),
    ],
)
def test_each_wrong_value_is_named(schema: Json, text: str, words: str):
    assert errors_of(parameters(("x",), x=schema), x=text) == {"x": words}


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"type": "integer"}, " 15 ", 15),
        ({"type": "integer"}, "15.0", 15),
        ({"type": "number"}, "-.5", -0.5),
        ({"type": "string"}, "  kept  ", "  kept  "),
        ({"enum": [1, "1", None]}, '"1"', "1"),
        ({"const": 7}, "7", 7),
        ({"oneOf": [{"const": "a"}, {"const": "b"}]}, "b", "b"),
        ({}, '{"any": ["thing"]}', {"any": ["thing"]}),
        ({"type": ["string", "integer"]}, "3", 3),
    ],
)
def test_each_right_value_is_understood(schema: Json, text: str, value: Json):
    assert arguments_of(parameters(("x",), x=schema), x=text) == {"x": value}


UNLISTED: tuple[Mapping[str, Json], ...] = (
    {"type": "object", "additionalProperties": {"type": "string"}},
    {"anyOf": [{"type": "object", "properties": {"a": {}}}, {"type": "object"}]},
)


@pytest.mark.parametrize("schema", UNLISTED)
def test_schema_without_a_list_of_parameters_asks_for_one_json_object(schema: Mapping[str, Json]):
    (field,) = fields_of(schema)
    assert (field.kind, field.whole) == ("json", True)
    assert arguments_of(schema, arguments='{"a": "b"}') == {"a": "b"}
    assert errors_of(schema, arguments="[]") == {"arguments": 'Must be a JSON object, like {"name": "value"}.'}


def test_parameterless_schema_has_no_fields():
    assert fields_of({"type": "object", "properties": {}}) == ()
    assert fields_of({}) == ()


@pytest.mark.parametrize(
    "reference", ["#/$defs/Loop", "#/nowhere", "https://example.com/schema.json", 7, "#/properties/x"]
)
def test_cyclic_missing_and_remote_references_become_json(reference: Json):
    schema: Mapping[str, Json] = {
        "$defs": {"Loop": {"$ref": "#/$defs/Loop"}},
        "type": "object",
        "properties": {"x": {"$ref": reference}},
        "required": ["x"],
    }
    assert by_name(schema)["x"].kind == "json"
    assert arguments_of(schema, x="{}") == {"x": {}}


def test_pattern_of_a_server_is_not_run():
    evil = {"type": "string", "pattern": "^(a+)+$"}
    schema = parameters(("x", "y"), x=evil, y={"type": "object", "patternProperties": {"(a+)+$": {}}})
    assert arguments_of(schema, x="a" * 40 + "!", y=json.dumps({"a" * 40 + "!": 1}))


def test_default_that_hides_something_is_shown_with_it_spelled_out():
    hidden = "a\u202eb"
    fields = by_name(parameters(x={"type": "string", "default": hidden}, y={"type": "array", "default": [hidden]}))
    assert fields["x"].initial == "a<U+202E>b"
    assert json.loads(fields["y"].initial) == [hidden]
    assert "\u202e" not in fields["y"].initial


JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
TYPED_VALUES = st.one_of(
    st.tuples(st.just({"type": "string"}), st.text(min_size=1)),
    st.tuples(st.just({"type": "integer"}), st.integers(-(10**15), 10**15)),
    st.tuples(st.just({"type": "number"}), st.floats(allow_nan=False, allow_infinity=False)),
    st.tuples(st.just({"type": "boolean"}), st.booleans()),
    st.tuples(st.just({"type": "array"}), st.lists(JSON_VALUES, max_size=3)),
    st.tuples(st.just({"type": "object"}), st.dictionaries(st.text(), JSON_VALUES, max_size=3)),
    st.lists(st.text(min_size=1), min_size=1, max_size=4, unique=True).flatmap(
        lambda values: st.tuples(st.just({"enum": values}), st.sampled_from(values))
    ),
)


def typed(field: Field, value: Any) -> str:
    """What a person types for the value."""
    if field.kind == "choice":
        return next(choice.label for choice in field.choices if choice.value == value)
    return value if isinstance(value, str) and field.kind in ("line", "text") else json.dumps(value)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text(min_size=1, max_size=12), TYPED_VALUES, max_size=5))
def test_every_value_that_a_person_types_arrives_as_it_is(values: dict[str, tuple[Json, Any]]):
    schema = parameters(tuple(values), **{name: schema for name, (schema, _) in values.items()})
    texts = {field.name: typed(field, values[field.name][1]) for field in fields_of(schema)}
    assert arguments_of(schema, **texts) == {name: value for name, (_, value) in values.items()}
    jsonschema.validate({name: value for name, (_, value) in values.items()}, dict(schema))


KEYWORDS = st.sampled_from(
    [
        "type",
        "properties",
        "required",
        "enum",
        "const",
        "anyOf",
        "oneOf",
        "allOf",
        "$ref",
        "$defs",
        "items",
        "default",
        "description",
        "title",
        "minimum",
        "maxLength",
        "additionalProperties",
        "format",
        "nullable",
    ]
)
ODD_SCHEMAS: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["string", "object", "null", "#", "#/$defs/a", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYWORDS | st.sampled_from("ab"), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(KEYWORDS, ODD_SCHEMAS, max_size=6), st.text(max_size=20))
def test_no_schema_however_odd_breaks_the_form(schema: dict[str, Json], text: str):
    fields = fields_of(schema)
    submission = collect(fields, {field.name: text for field in fields}, schema)
    assert set(submission.errors) <= {field.name for field in fields}
