"""A Chat Completions request, read and checked as the service checks it, and seen as a conversation.

The refusals have Azure's own wordings, parameters and codes, so that what works here is valid there.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from tui.azure.planner.refusal import RequestRefused, arguments_in, object_in, request_in, text_in
from tui.azure.planner.tools import Tool, read_tools
from tui.core.events import Json

_ROLES = ("system", "assistant", "user", "function", "tool", "developer")


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
    request = request_in(body)
    if request.get("stream") is not True:
        raise RequestRefused("The offline planner only streams: set 'stream' to true.", "stream")
    messages = request.get("messages")
    if not isinstance(messages, list) or not messages:
        raise RequestRefused("[] is too short - 'messages'", "messages")
    tools = read_tools(request)
    choice = request.get("tool_choice")
    if choice is not None and not tools:
        raise RequestRefused(
            "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.", "tool_choice"
        )
    return Conversation(
        turns=_turns([object_in(message) for message in cast("list[object]", messages)]),
        tools=tools,
        may_call=choice != "none",
        digest_source=json.dumps(messages),
    )


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
        if role == "user" and not _shows_results(messages, i):
            turns.append(Turn(_content(message.get("content"))))
        elif role == "assistant":
            open_calls = _calls(message)
    _require_answered(open_calls)
    return tuple(turns) or (Turn(""),)


def _shows_results(messages: list[Mapping[str, Json]], index: int) -> bool:
    """Whether a user message holds the pictures of the results before it, which tool messages cannot."""
    content = messages[index].get("content")
    has_images = isinstance(content, list) and any(object_in(part).get("type") == "image_url" for part in content)
    return has_images and index > 0 and messages[index - 1].get("role") == "tool"


def _answered(turn: Turn, open_calls: dict[str, Result], message: Mapping[str, Json], index: int) -> Turn:
    call = open_calls.pop(text_in(message.get("tool_call_id")), None)
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
        call = object_in(call)
        function = object_in(call.get("function"))
        call_id = text_in(call.get("id"))
        asked[call_id] = Result(call_id, text_in(function.get("name")), arguments_in(function.get("arguments")), "")
    return asked


def _content(value: Json) -> str:
    """A message's text, also when it comes as a list of parts."""
    if isinstance(value, list):
        return "".join(text_in(object_in(part).get("text")) for part in value)
    return text_in(value)
