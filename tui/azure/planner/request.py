"""A Chat Completions request, read and checked as the service checks it, and seen as a conversation.

The refusals have Azure's own wordings, parameters and codes, so that what works here is valid there.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn, cast

from tui.core.events import Json

_TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]+\Z")
_NAME_LIMIT = 64
_DESCRIPTION_LIMIT = 1024
_TOOL_LIMIT = 128
_ROLES = ("system", "assistant", "user", "function", "tool", "developer")


class RequestRefused(Exception):
    """The service would answer 400; `body` is the JSON it would answer with."""

    def __init__(self, message: str, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.body: Mapping[str, Json] = {
            "error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}
        }


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool of the request; `parameters` is a JSON Schema of an object."""

    name: str
    description: str
    parameters: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Result:
    """A call that was made, and what came of it."""

    call_id: str
    tool: str
    arguments: Mapping[str, Json]
    text: str

    @property
    def failed(self) -> bool:
        """Whether the text says that the call failed; the API has no other sign."""
        return self.text.lower().startswith(("error:", "error executing tool"))


@dataclass(frozen=True, slots=True)
class Turn:
    """What the person said, and the results of the calls made for it so far."""

    text: str
    results: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that an answer is derived from. The last turn is the one to answer."""

    turns: tuple[Turn, ...]
    tools: tuple[Tool, ...]
    may_call: bool
    digest_source: str
    """The messages as text, for ids that differ between requests."""

    @property
    def current(self) -> Turn:
        """The turn to answer."""
        return self.turns[-1]

    @property
    def earlier_results(self) -> tuple[Result, ...]:
        """The results of all turns before the current one, oldest first."""
        return tuple(result for turn in self.turns[:-1] for result in turn.results)


def read_request(body: bytes) -> Conversation:
    """The conversation in a request's body.

    Raises:
        RequestRefused: the service would refuse it.
    """
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        raise RequestRefused("We could not parse the JSON body of your request.") from None
    request = _object(value)
    if request.get("stream") is not True:
        raise RequestRefused("The offline planner only streams: set 'stream' to true.", "stream")
    messages = request.get("messages")
    if not isinstance(messages, list) or not messages:
        raise RequestRefused("[] is too short - 'messages'", "messages")
    tools = _tools(request)
    choice = request.get("tool_choice")
    if choice is not None and not tools:
        raise RequestRefused(
            "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.", "tool_choice"
        )
    return Conversation(
        turns=_turns([_object(message) for message in cast("list[object]", messages)]),
        tools=tools,
        may_call=choice != "none",
        digest_source=json.dumps(messages),
    )


# --- tools ----------------------------------------------------------------------------------------------------------


def _tools(request: Mapping[str, Json]) -> tuple[Tool, ...]:
    tools = request.get("tools")
    if tools is None:
        return ()
    if not isinstance(tools, list) or not tools:
        raise RequestRefused("[] is too short - 'tools'", "tools")
    if len(tools) > _TOOL_LIMIT:
        _refuse_length("tools", "array", _TOOL_LIMIT, len(tools))
    return tuple(_tool(f"tools[{i}].function", _object(_object(t).get("function"))) for i, t in enumerate(tools))


def _tool(where: str, function: Mapping[str, Json]) -> Tool:
    name, description = _text(function.get("name")), _text(function.get("description"))
    if not _TOOL_NAME.match(name):
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
    parameters = _object(function.get("parameters", {"type": "object", "properties": {}}))
    if parameters.get("type") != "object" or not isinstance(parameters.get("properties"), dict):
        problem = (
            "In context=(), object schema missing properties."
            if parameters.get("type") == "object"
            else f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{parameters.get('type')}\"'."
        )
        raise RequestRefused(
            f"Invalid schema for function '{name}': {problem}", f"{where}.parameters", "invalid_function_parameters"
        )
    return Tool(name, description, parameters)


def _refuse_length(where: str, kind: str, limit: int, length: int) -> NoReturn:
    one = "an" if kind == "array" else "a"
    raise RequestRefused(
        f"Invalid '{where}': {kind} too long. Expected {one} {kind} with maximum length {limit}, "
        f"but got {one} {kind} with length {length} instead.",
        where,
        f"{kind}_above_max_length",
    )


# --- messages -------------------------------------------------------------------------------------------------------


def _turns(messages: list[Mapping[str, Json]]) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    open_calls: dict[str, Result] = {}
    for i, message in enumerate(messages):
        role = message.get("role")
        if role not in _ROLES:
            raise RequestRefused(
                f"Invalid value: '{role}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', "
                "and 'developer'.",
                f"messages[{i}].role",
                "invalid_value",
            )
        if role == "tool":
            turns[-1:] = [_answered(turns[-1] if turns else Turn(""), open_calls, message, i)]
            continue
        _require_answered(open_calls)
        if role == "user":
            turns.append(Turn(_content(message.get("content"))))
        elif role == "assistant":
            open_calls = _calls(message)
    _require_answered(open_calls)
    return tuple(turns) or (Turn(""),)


def _answered(turn: Turn, open_calls: dict[str, Result], message: Mapping[str, Json], index: int) -> Turn:
    call = open_calls.pop(_text(message.get("tool_call_id")), None)
    if call is None:
        raise RequestRefused(
            "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
            "'tool_calls'.",
            f"messages.[{index}].role",
        )
    result = Result(call.call_id, call.tool, call.arguments, _content(message.get("content")))
    return Turn(turn.text, (*turn.results, result))


def _require_answered(open_calls: Mapping[str, Result]) -> None:
    if open_calls:
        raise RequestRefused(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            "'tool_call_id'. The following tool_call_ids did not have response messages: " + ", ".join(open_calls),
            "messages",
        )


def _calls(message: Mapping[str, Json]) -> dict[str, Result]:
    calls = message.get("tool_calls")
    if calls is None:
        return {}
    asked: dict[str, Result] = {}
    for call in calls if isinstance(calls, list) else []:
        call = _object(call)
        function = _object(call.get("function"))
        call_id = _text(call.get("id"))
        asked[call_id] = Result(call_id, _text(function.get("name")), _arguments(function.get("arguments")), "")
    return asked


def _arguments(value: Json) -> Mapping[str, Json]:
    try:
        return _object(json.loads(_text(value) or "{}"))
    except (ValueError, RecursionError):
        return {}


def _content(value: Json) -> str:
    """A message's text, also when it comes as a list of parts."""
    if isinstance(value, list):
        return "".join(_text(_object(part).get("text")) for part in value)
    return _text(value)


def _object(value: object) -> Mapping[str, Json]:
    return cast(Mapping[str, Json], value) if isinstance(value, dict) else {}


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
