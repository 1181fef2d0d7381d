from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.core.events import Json
from tui.hosting.arguments import schema_check

TYPES: dict[str, st.SearchStrategy[Json]] = {
    "string": st.text(alphabet="abc\U0001f600", max_size=5),
    "integer": st.integers(-(10**6), 10**6),
    "boolean": st.booleans(),
    "array": st.lists(st.integers(), max_size=3),
    "object": st.dictionaries(st.text("ab", max_size=2), st.integers(), max_size=2),
}


@st.composite
def schemas_with_arguments(draw: st.DrawFn) -> tuple[dict[str, str], Mapping[str, Json]]:
    """The types of some properties, and arguments that fit them."""
    kinds = draw(st.dictionaries(st.text("xyz", min_size=1, max_size=3), st.sampled_from(sorted(TYPES)), min_size=1))
    return kinds, {name: draw(TYPES[kind]) for name, kind in kinds.items()}


def object_schema(kinds: Mapping[str, str]) -> dict[str, Json]:
    """A schema of an object that has exactly these properties."""
    return {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in kinds.items()},
        "required": sorted(kinds),
        "additionalProperties": False,
    }


@settings(max_examples=500, deadline=None)
@given(schemas_with_arguments(), st.data())
def test_wrong_missing_and_extra_fields_are_refused_and_fitting_ones_pass(
    drawn: tuple[dict[str, str], Mapping[str, Json]], data: st.DataObject
) -> None:
    kinds, arguments = drawn
    check = schema_check(object_schema(kinds))
    assert check(arguments) == ""
    name = data.draw(st.sampled_from(sorted(kinds)))
    assert name in check({key: value for key, value in arguments.items() if key != name})
    assert name in check({**arguments, name: None})
    assert "unexpected" in check({**arguments, "extra": 1})


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:9/schema.json"}}},
        {"type": "object", "properties": {"a": {"$ref": "#/$defs/missing"}}},
        {"$ref": "#"},
        {"type": 12},
        {"$schema": "http://127.0.0.1:9/draft", "type": "object"},
    ],
)
def test_a_schema_that_cannot_be_used_leaves_the_check_to_the_server(schema: Mapping[str, Json]) -> None:
    assert schema_check(schema)({"a": 1}) == ""


EVIL = "^(a+)+$"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": {"pattern": EVIL}}, "patternProperties": {EVIL: {}}, "additionalProperties": False},
        {"patternProperties": {EVIL: {}}, "unevaluatedProperties": False},
        {"properties": {"a": {"$schema": DIALECT, "pattern": EVIL}}},
        {"$schema": DIALECT, "properties": {"a": {"pattern": EVIL}, "b": {"$ref": "#"}}},
    ],
)
def test_a_servers_regular_expression_cannot_freeze_the_application(schema: Mapping[str, Json]) -> None:
    fatal = "a" * 50 + "!"
    assert schema_check({"type": "object", **schema})({"a": fatal, fatal: 1, "b": {"a": fatal}}) == ""


def test_a_property_called_like_a_keyword_is_checked_like_any_other() -> None:
    check = schema_check(
        {"type": "object", "properties": {"$schema": {"type": "integer"}}, "additionalProperties": False}
    )
    assert check({"$schema": 1}) == ""
    assert "$schema" in check({"$schema": "one"})


def test_a_long_value_does_not_flood_the_message() -> None:
    check = schema_check({"type": "object", "properties": {"a": {"type": "integer"}}})
    assert len(check({"a": "x" * 100_000})) < 500
