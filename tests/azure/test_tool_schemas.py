"""Whatever a server calls a tool, what is sent to the service is what it accepts, and the difference is said."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.azure.bundled_tools import BUNDLED
from tui.azure.object_schema import SIZE_LIMIT, object_schema
from tui.azure.tool_schemas import definition_of, sent_tools
from tui.core.events import Api, Json
from tui.core.ports import SentTool, ToolSpec

STRING: dict[str, Json] = {"type": "string"}
NUMBER: dict[str, Json] = {"type": "number"}


def spec(name: str = "t", description: str = "", parameters: Any = None) -> ToolSpec:
    return ToolSpec(name, "s", description, {"type": "object", "properties": {}} if parameters is None else parameters)


def sent(*tools: ToolSpec, api: Api = "chat", set_aside: Mapping[str, str] | None = None) -> list[SentTool]:
    return sent_tools(tools, api=api, set_aside=set_aside or {})


def accepted(schema: object) -> Any:
    return object_schema(schema).schema


# --- the list of tools ----------------------------------------------------------------------------------------------


def test_the_bundled_tools_are_sent_as_they_are() -> None:
    for tool, result in zip(BUNDLED, sent(*BUNDLED), strict=True):
        assert (result.name, result.changes, result.left_out) == (tool.name, (), "")
        assert result.sent == {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description.strip(),
                "parameters": tool.parameters,
            },
        }


def test_responses_takes_the_flat_form_and_is_told_not_to_be_strict() -> None:
    (result,) = sent(spec("t", "Does it."), api="responses")
    assert result.sent == {
        "type": "function",
        "name": "t",
        "description": "Does it.",
        "parameters": {"type": "object", "properties": {}},
        "strict": False,
    }


def test_what_is_beyond_128_tools_is_left_out_with_the_reason() -> None:
    results = sent(*(spec(f"t{i}") for i in range(130)))
    assert [result.name for result in results if result.sent is None] == ["t128", "t129"]
    assert "128 tools" in results[-1].left_out


def test_a_tool_that_is_set_aside_says_why_and_makes_room_for_another() -> None:
    results = sent(*(spec(f"t{i}") for i in range(129)), set_aside={definition_of(spec("t3")): "No."})
    assert [(result.name, result.left_out) for result in results if result.sent is None] == [("t3", "No.")]


def test_a_tool_that_was_set_aside_is_sent_again_once_its_server_describes_it_anew() -> None:
    refused, mended = (replace(spec("t"), fingerprint=mark) for mark in ("before", "after"))
    set_aside = {definition_of(refused): "No."}
    assert [sent(tool, set_aside=set_aside)[0].left_out for tool in (refused, mended)] == ["No.", ""]


@pytest.mark.parametrize("name", ["", "a b", "é", "x" * 65, "a\n"])
def test_a_name_that_the_service_refuses_is_not_sent(name: str) -> None:
    assert "names" in sent(spec(name))[0].left_out


def test_of_two_tools_with_one_name_the_first_is_sent() -> None:
    assert [bool(result.left_out) for result in sent(spec("a"), spec("a"))] == [False, True]


def test_a_long_description_is_cut_and_that_is_said() -> None:
    (result,) = sent(spec("t", "x" * 5_000))
    assert len(json.loads(json.dumps(result.sent))["function"]["description"]) == 1024
    assert result.changes == ("The description was cut to 1,024 of 5,000 characters.",)


# --- parameters -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "schema", [None, True, 7, "x", [], {}, {"type": "object"}, {"type": "string"}, {"properties": None}]
)
def test_what_is_no_object_with_properties_becomes_one(schema: Any) -> None:
    result = object_schema(schema)
    assert (result.schema["type"], result.schema["properties"]) == ("object", {})
    assert "object with properties" in result.changes[0]


def test_alternatives_at_the_top_lend_their_properties() -> None:
    one: dict[str, Json] = {"properties": {"kind": {"const": "a"}, "x": STRING}, "required": ["kind", "x"]}
    two: dict[str, Json] = {"properties": {"kind": {"const": "b"}}, "required": ["kind"]}
    result = object_schema({"type": "object", "properties": {"own": NUMBER}, "oneOf": [one, two]})
    assert result.schema == {
        "type": "object",
        "properties": {"own": NUMBER, "kind": {"anyOf": [{"const": "a"}, {"const": "b"}]}, "x": STRING},
        "required": ["kind"],
    }
    assert "merged" in result.changes[0]


def test_all_of_at_the_top_keeps_every_part_required() -> None:
    parts: list[Json] = [{"properties": {"a": STRING}, "required": ["a"]}, {"allOf": [{"properties": {"b": NUMBER}}]}]
    schema = accepted({"type": "object", "properties": {}, "allOf": parts})
    assert schema == {"type": "object", "properties": {"a": STRING, "b": NUMBER}, "required": ["a"]}


def test_references_are_written_out_wherever_they_are() -> None:
    schema: dict[str, Json] = {
        "$ref": "#/$defs/Arguments",
        "$defs": {
            "Arguments": {"type": "object", "properties": {"to": {"$ref": "#/$defs/A~1b%20c", "title": "To"}}},
            "A/b c": {"type": "string", "minLength": 1},
        },
    }
    assert object_schema(schema).schema == {
        "type": "object",
        "properties": {"to": {"type": "string", "minLength": 1, "title": "To"}},
    }
    assert "References ($ref) were written out." in object_schema(schema).changes


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("#/properties/node", "leads back to itself"),
        ("#", "leads back to itself"),
        ("https://example.com/schema.json", "another document"),
        ("other.json#/a", "another document"),
        ("#/nowhere", "not there"),
        ("#anchor", "not there"),
    ],
)
def test_a_reference_that_cannot_be_written_out_lets_anything_go(reference: str, says: str) -> None:
    node: dict[str, Json] = {"type": "object", "properties": {"next": {"$ref": reference}}}
    result = object_schema({"type": "object", "properties": {"node": node}})
    assert any(says in change for change in result.changes)
    assert '{"next": {' in json.dumps(result.schema)
    assert "$ref" not in json.dumps(result.schema)


def test_references_that_multiply_stay_within_the_size() -> None:
    levels: dict[str, Json] = {
        f"L{i}": {"type": "object", "properties": {f"p{j}": {"$ref": f"#/$defs/L{i + 1}"} for j in range(10)}}
        for i in range(20)
    }
    result = object_schema({"type": "object", "properties": {"a": {"$ref": "#/$defs/L0"}}, "$defs": levels})
    assert len(json.dumps(result.schema)) < 10 * SIZE_LIMIT
    assert "What is nested too deeply or too large was left out." in result.changes


def test_arrays_are_given_items() -> None:
    schema = accepted(
        {
            "type": "object",
            "properties": {
                "a": {"type": "array"},
                "b": {"type": ["array", "null"]},
                "c": {"type": "array", "items": [STRING, NUMBER]},
                "d": {"type": "array", "items": None},
            },
        }
    )["properties"]
    assert schema["a"] == {"type": "array", "items": {}}
    assert schema["b"] == {"type": ["array", "null"], "items": {}}
    assert schema["c"] == {"type": "array", "prefixItems": [STRING, NUMBER], "items": {}}
    assert schema["d"] == {"type": "array", "items": {}}


@pytest.mark.parametrize(
    ("given_schema", "kept"),
    [
        (True, {}),
        (False, {"not": {}}),
        (None, {}),
        ({"type": "any"}, {}),
        ({"type": ["string", "undefined"]}, {"type": ["string"]}),
        ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, {"type": "number", "minimum": 1}),
        ({"type": "string", "required": True, "title": None}, {"type": "string"}),
        ({"enum": []}, {}),
        ({"anyOf": []}, {}),
        ({"type": "string", "pattern": "^\\p{L}(?"}, {"type": "string"}),
        (
            {"patternProperties": {"[[a]": STRING}, "pattern": "[[a]"},
            {"patternProperties": {"[[a]": STRING}, "pattern": "[[a]"},
        ),
        ({"patternProperties": {"*": STRING}}, {}),
        ({"minLength": 2.0, "x-unit": "cm"}, {"minLength": 2, "x-unit": "cm"}),
        ({"default": float("nan"), "const": "\ud800"}, {"default": None, "const": "\ufffd"}),
        ({"additionalProperties": False, "$defs": {"A": {}}}, {"additionalProperties": False}),
    ],
)
def test_keywords_with_values_that_json_schema_does_not_know_are_left_out(given_schema: Any, kept: Any) -> None:
    assert accepted({"type": "object", "properties": {"a": given_schema}})["properties"]["a"] == kept


# --- whatever a server sends ----------------------------------------------------------------------------------------

KEYWORDS = """type properties items required anyOf oneOf allOf not if enum const $ref $defs definitions prefixItems
title minimum additionalProperties description default pattern patternProperties minLength dependentRequired a b"""
WORDS = st.sampled_from(KEYWORDS.split())
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats()
    | st.text(max_size=3)
    | st.sampled_from(["object", "array", "string", "#", "#/$defs/a", "#/properties/a", "#/anyOf/0", "http://x"])
)
ANY_JSON = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5), max_leaves=25
)


def lacks_items(schema: Any) -> bool:
    """Whether an array in the schema has no items, as the service looks for it."""
    kinds = schema.get("type", ())
    inner = [schema[word] for word in ("items", "not", "if", "additionalProperties") if word in schema]
    inner += [each for word in ("anyOf", "oneOf", "allOf", "prefixItems") for each in schema.get(word, ())]
    inner += schema.get("properties", {}).values()
    is_array = kinds == "array" or (isinstance(kinds, list) and "array" in kinds)
    return (is_array and "items" not in schema) or any(lacks_items(each) for each in inner if isinstance(each, dict))


@settings(max_examples=400, deadline=None)
@given(ANY_JSON | st.dictionaries(WORDS, ANY_JSON, max_size=6))
def test_any_json_becomes_parameters_that_the_service_accepts(schema: Any) -> None:
    result: Any = object_schema(schema).schema
    assert result["type"] == "object"
    assert isinstance(result["properties"], dict)
    assert not {"anyOf", "oneOf", "allOf", "not", "enum", "const", "$ref", "$defs"} & set(result)
    assert set(result.get("required", ())) <= set(result["properties"])
    assert not lacks_items(result)
    jsonschema.Draft202012Validator.check_schema(result)
    text = json.dumps(result, allow_nan=False, ensure_ascii=False).encode()
    assert text == json.dumps(object_schema(schema).schema, allow_nan=False, ensure_ascii=False).encode()


@settings(max_examples=200, deadline=None)
@given(ANY_JSON | st.dictionaries(WORDS, ANY_JSON, max_size=6))
def test_what_was_made_acceptable_is_not_changed_again(schema: Any) -> None:
    once = object_schema(schema).schema
    again = object_schema(once)
    assert (again.schema, again.changes) == (once, ())


def test_parameters_nested_without_end_are_sent_as_well() -> None:
    nested: Any = {}
    for _ in range(100_000):
        nested = {"properties": {"a": nested}}
    assert sent(spec("t", "", nested))[0].sent is not None


def test_no_depth_of_nesting_breaks_it() -> None:
    schema: Any = {"type": "object", "properties": {}}
    chain: dict[str, Any] = {f"L{i}": {"$ref": f"#/$defs/L{i + 1}"} for i in range(5_000)}
    value: Any = []
    for _ in range(5_000):
        schema = {"type": "object", "properties": {"a": schema}}
        value = [value]
    for tried in (schema, {"$ref": "#/$defs/L0", "$defs": chain}, {"properties": {"a": {"default": value}}}):
        result = object_schema(tried)
        assert "What is nested too deeply or too large was left out." in result.changes
        assert len(json.dumps(result.schema)) < SIZE_LIMIT
