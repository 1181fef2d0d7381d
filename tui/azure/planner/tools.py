"""The tools of a request, read and checked as the service checks them, in its own words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from tui.azure.planner.refusal import RequestRefused, object_in, text_in
from tui.core.events import Json

_NAME = re.compile(r"[a-zA-Z0-9_-]+\Z")
_NAME_LIMIT = 64
_DESCRIPTION_LIMIT = 1024
_TOOL_LIMIT = 128
_REFUSED_AT_TOP = ("oneOf", "anyOf", "allOf", "enum", "not")


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool of the request; `parameters` is a JSON Schema of an object."""

    name: str
    description: str
    parameters: Mapping[str, Json]


def read_tools(request: Mapping[str, Json], wrapper: str = "function") -> tuple[Tool, ...]:
    """The tools of a request. Chat Completions puts each into a "function"; Responses, without a wrapper, does not.

    Raises:
        RequestRefused: the service would refuse one of them.
    """
    tools = request.get("tools")
    if tools is None:
        return ()
    if not isinstance(tools, list) or not tools:
        raise RequestRefused("[] is too short - 'tools'", "tools")
    if len(tools) > _TOOL_LIMIT:
        _refuse_length("tools", "array", _TOOL_LIMIT, len(tools))
    read: list[Tool] = []
    for number, tool in enumerate(tools):
        inner = object_in(tool)
        where = f"tools[{number}]"
        if wrapper:
            inner, where = object_in(inner.get(wrapper)), f"{where}.{wrapper}"
        read.append(_tool(where, inner))
    return tuple(read)


def _tool(where: str, function: Mapping[str, Json]) -> Tool:
    if "name" not in function:
        raise RequestRefused(
            f"Missing required parameter: '{where}.name'.", f"{where}.name", "missing_required_parameter"
        )
    name, description = text_in(function.get("name")), text_in(function.get("description"))
    if not _NAME.match(name):
        raise RequestRefused(
            f"Invalid '{where}.name': string does not match pattern. "
            "Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
            f"{where}.name",
            "invalid_value",
        )
    if len(name) > _NAME_LIMIT:
        _refuse_length(f"{where}.name", "string", _NAME_LIMIT, len(name))
    if len(description) > _DESCRIPTION_LIMIT:
        _refuse_length(f"{where}.description", "string", _DESCRIPTION_LIMIT, len(description))
    parameters = object_in(function.get("parameters", {"type": "object", "properties": {}}))
    if problem := _problem(parameters):
        raise RequestRefused(
            f"Invalid schema for function '{name}': {problem}", f"{where}.parameters", "invalid_function_parameters"
        )
    return Tool(name, description, parameters)


def _problem(parameters: Mapping[str, Json]) -> str:
    """What the service would say about a tool's parameters; empty when nothing is wrong with them."""
    if parameters.get("type") != "object":
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{parameters.get('type')}\"'."
    if not isinstance(parameters.get("properties"), dict):
        return "In context=(), object schema missing properties."
    if any(word in parameters for word in _REFUSED_AT_TOP):
        return "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level."
    if (place := _without_items(parameters)) is not None:
        return f"In context={place}, array schema missing items."
    return ""


def _without_items(schema: Json) -> tuple[str | int, ...] | None:
    """The way to an array without items within the schema."""
    waiting: list[tuple[Json, tuple[str | int, ...]]] = [(schema, ())]
    while waiting:
        inner, place = waiting.pop()
        if not isinstance(inner, dict):
            continue
        if inner.get("type") == "array" and "items" not in inner:
            return place
        waiting.append((inner.get("items"), (*place, "items")))
        waiting += ((each, (*place, "properties", name)) for name, each in object_in(inner.get("properties")).items())
        for word in ("anyOf", "oneOf", "allOf"):
            branches = inner.get(word)
            if isinstance(branches, Sequence) and not isinstance(branches, str):
                waiting += ((each, (*place, word, number)) for number, each in enumerate(branches))
    return None


def _refuse_length(where: str, kind: str, limit: int, length: int) -> NoReturn:
    one = "an" if kind == "array" else "a"
    raise RequestRefused(
        f"Invalid '{where}': {kind} too long. Expected {one} {kind} with maximum length {limit}, "
        f"but got {one} {kind} with length {length} instead.",
        where,
        f"{kind}_above_max_length",
    )
