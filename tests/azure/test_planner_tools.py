"""The planner takes the tools as they are: whatever they are called and whatever their schemas want."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.azure.bundled_tools import spec
from tests.azure.conversing import Talk
from tui.azure.planner import planner_model
from tui.core.events import Json
from tui.core.ports import ToolSpec

NUMBER: Json = {"type": "number"}
STRING: Json = {"type": "string"}


async def say(
    text: str, *tools: ToolSpec, result: str = "Result: 9"
) -> tuple[list[tuple[str, Mapping[str, Any]]], str]:
    said = await Talk(planner_model(pace=0), tools, lambda name, arguments: result).say(text)
    return said.calls, said.text


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        (
            spec("calc", "", {"op": {"enum": ["ADD", "MUL"]}, "x": NUMBER, "y": NUMBER}, ["op"]),
            {"op": "MUL", "x": 6, "y": 7},
        ),
        (
            spec("srv_Calculator", "", {"operator": {"enum": ["+", "*"]}, "a": STRING, "b": STRING}),
            {"operator": "*", "a": "6", "b": "7"},
        ),
        (
            spec("compute", "", {"operation": STRING, "num1": {"type": "integer"}, "num2": {"type": "integer"}}),
            {"operation": "multiply", "num1": 6, "num2": 7},
        ),
        (spec("multiply", "Multiplies.", {"a": NUMBER, "b": NUMBER}, ["a", "b"]), {"a": 6, "b": 7}),
        (spec("evaluate", "", {"expression": STRING}, ["expression"]), {"expression": "6 * 7"}),
    ],
)
async def test_arithmetic_is_fitted_to_foreign_tools(tool: ToolSpec, arguments: Mapping[str, Any]) -> None:
    calls, text = await say("what is 6 * 7?", tool)
    assert calls == [(tool.name, arguments)]
    assert "6 × 7 = **" in text


async def test_of_tools_for_single_operations_the_right_one_is_taken() -> None:
    tools = [spec(name, "", {"a": NUMBER, "b": NUMBER}, ["a", "b"]) for name in ("add", "subtract", "divide")]
    assert (await say("8 - 2", *tools))[0] == [("subtract", {"a": 8, "b": 2})]
    assert "None of the connected tools can calculate" in (await say("8 * 2", *tools))[1]


@pytest.mark.parametrize(
    ("text", "tool", "arguments"),
    [
        ("weather in Oslo", spec("forecast", "", {"location": STRING}, ["location"]), {"location": "Oslo"}),
        ("weather in Oslo", spec("getWeather", "", {"q": {"anyOf": [STRING, {"type": "null"}]}}), {"q": "Oslo"}),
        (
            "save hi to a.txt",
            spec("write_file", "", {"path": STRING, "content": STRING}, ["path"]),
            {"path": "a.txt", "content": "hi"},
        ),
        ("read a.txt", spec("fs_read_file", "", {"path": STRING}, ["path"]), {"path": "a.txt"}),
        (
            "read a.txt",
            spec("read_files", "", {"paths": {"type": "array", "items": STRING}}, ["paths"]),
            {"paths": ["a.txt"]},
        ),
        ("what time is it?", spec("get_current_time", "", {}), {}),
        ("show the system information", spec("system_info", "", {}), {}),
        # What cannot be sent lets anything go; the host checks the arguments against the server's own schema.
        ("weather in Oslo", spec("get_weather", "", {"city": {"$ref": "https://a.b/c"}}, ["city"]), {"city": "Oslo"}),
        ("weather in Oslo", spec("get_weather", "", {"city": {"type": "nonsense"}}, ["city"]), {"city": "Oslo"}),
    ],
)
async def test_requests_are_fitted_to_foreign_tools(text: str, tool: ToolSpec, arguments: Mapping[str, Any]) -> None:
    calls, _ = await say(text, tool, result="fine")
    assert calls == [(tool.name, arguments)]


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        (
            "weather in Oslo",
            spec("get_weather", "", {"latitude": NUMBER, "longitude": NUMBER}, ["latitude", "longitude"]),
        ),
        ("save hi to a.txt", spec("save_game", "", {"slot": {"type": "integer"}}, ["slot"])),
        ("read a.txt", spec("read_query", "Runs SQL.", {"query": STRING}, ["query"])),
        ("what is 1 + 1", spec("calculate", "", {"operation": {"enum": ["sin"]}, "a": NUMBER, "b": NUMBER})),
    ],
)
async def test_a_tool_that_does_not_fit_is_not_called(text: str, tool: ToolSpec) -> None:
    calls, answer = await say(text, tool)
    assert calls == []
    assert "None of the connected tools can" in answer
    assert tool.name in answer


SEARCH = spec(
    "web_search",
    "Searches the web.",
    {"query": STRING, "limit": {"type": "integer"}, "safe": {"type": "boolean"}, "tags": {"type": "array"}},
    ["query"],
)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("use web_search with query=cats, limit=3", {"query": "cats", "limit": 3}),
        ('use the web_search tool with query="cats and dogs" and limit=3', {"query": "cats and dogs", "limit": 3}),
        ("call web_search query=cats limit=3 safe=true", {"query": "cats", "limit": 3, "safe": True}),
        (
            'call web_search {"query": "cats, then read x", "tags": ["a"]}',
            {"query": "cats, then read x", "tags": ["a"]},
        ),
        ("run web-search with query: 42", {"query": "42"}),
        ("Please use web_search with cats", {"query": "cats"}),
        ('web_search(query="cats", limit=2)', {"query": "cats", "limit": 2}),
        ("use web_search with query=https://example.com/a?b=c", {"query": "https://example.com/a?b=c"}),
    ],
)
async def test_a_named_tool_gets_the_arguments_that_are_given(text: str, arguments: Mapping[str, Any]) -> None:
    calls, answer = await say(text, SEARCH, result="line one\nline two")
    assert calls == [("web_search", arguments)]
    assert "line one\nline two" in answer


@pytest.mark.parametrize(
    "text", ["use web_search with limit=3", "use web_search with query=x, limit=many", "call web_search"]
)
async def test_a_named_tool_without_what_it_needs_is_not_called_and_explained(text: str) -> None:
    calls, answer = await say(text, SEARCH)
    assert calls == []
    assert "`query` (string)" in answer
    assert "`limit` (integer, optional)" in answer


async def test_a_name_may_lack_the_servers_prefix() -> None:
    assert (await say("use ping", spec("infra_ping", "", {})))[0] == [("infra_ping", {})]


async def test_help_names_the_tools_it_knows_nothing_of() -> None:
    _, text = await say("help", SEARCH, spec("calculate", "", {"expression": STRING}, ["expression"]))
    assert "`web_search`" in text
    assert "(`calculate`)" in text


async def test_a_servers_regular_expression_is_left_to_the_server_as_it_could_freeze_the_application() -> None:
    evil: Json = {"type": "string", "pattern": "^(a+)+$"}
    calls, _ = await say(f"weather in {'a' * 50}1", spec("get_weather", "", {"city": evil}, ["city"]))
    assert calls == [("get_weather", {"city": f"{'a' * 50}1"})]


async def test_a_result_with_fences_and_backticks_stays_a_quotation() -> None:
    _, text = await say("use ping", spec("ping", "", {}), result="```\n# not a heading\n````\n")
    assert "`````\n```\n# not a heading\n````\n`````" in text


async def test_a_failing_foreign_tool_is_told_as_failed() -> None:
    _, text = await say("use ping", spec("ping", "", {}), result="Error executing tool ping: no route")
    assert "failed" in text or "did not work" in text
    assert "no route" in text


async def test_a_huge_result_is_shortened_in_the_answer_only() -> None:
    _, text = await say("use ping", spec("ping", "", {}), result="x" * 100_000)
    assert len(text) < 5_000
    assert "100,000 characters" in text
