"""The neutral messages and tools as the dictionaries of the Chat Completions API."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from openai.types.chat import (
    ChatCompletionAssistantMessageParam,
    ChatCompletionFunctionToolParam,
    ChatCompletionMessageFunctionToolCallParam,
    ChatCompletionMessageParam,
)

from tui.core.events import Json, ToolRequest
from tui.core.ports import AssistantMessage, Message, SystemMessage, ToolMessage, ToolSpec, UserMessage

DESCRIPTION_LIMIT = 1024
"""Characters of a tool's description that Azure accepts."""

_UNSAFE_NAME = re.compile(r"[^a-zA-Z0-9_-]")
_NAME_LIMIT = 64
_SURROGATES = re.compile("[\ud800-\udfff]")
_COMBINATORS = ("allOf", "anyOf", "oneOf")


def encodable(text: str) -> str:
    """The text with lone surrogates replaced, since the body is sent as UTF-8."""
    return _SURROGATES.sub("\ufffd", text)


def message_params(messages: Sequence[Message]) -> list[ChatCompletionMessageParam]:
    """The messages in the API's shape, in the same order."""
    return [_message_param(message) for message in messages]


def _message_param(message: Message) -> ChatCompletionMessageParam:
    match message:
        case SystemMessage(text):
            return {"role": "system", "content": encodable(text)}
        case UserMessage(text):
            return {"role": "user", "content": encodable(text)}
        case AssistantMessage(text, calls):
            return _assistant_param(encodable(text), calls)
        case ToolMessage():
            return {"role": "tool", "tool_call_id": message.call_id, "content": _result_text(message)}


def _assistant_param(text: str, calls: Sequence[ToolRequest]) -> ChatCompletionAssistantMessageParam:
    if not calls:
        return {"role": "assistant", "content": text}
    return {"role": "assistant", "content": text or None, "tool_calls": [_call_param(call) for call in calls]}


def _call_param(call: ToolRequest) -> ChatCompletionMessageFunctionToolCallParam:
    # A model can make up a name that the service refuses when it is sent back.
    name = _UNSAFE_NAME.sub("_", call.name)[:_NAME_LIMIT] or "unknown"
    arguments = encodable(call.arguments) or "{}"
    return {"id": call.id, "type": "function", "function": {"name": name, "arguments": arguments}}


def _result_text(message: ToolMessage) -> str:
    """The result; the API has no flag for a failed call, so the text has to say it."""
    text = encodable(message.text)
    if message.is_error and not text.lower().startswith(("error:", "error executing tool")):
        return f"Error: {text}"
    return text


def tool_params(tools: Sequence[ToolSpec]) -> list[ChatCompletionFunctionToolParam]:
    """The tools in the API's shape, in the same order."""
    return [_tool_param(tool) for tool in tools]


def _tool_param(tool: ToolSpec) -> ChatCompletionFunctionToolParam:
    param: ChatCompletionFunctionToolParam = {
        "type": "function",
        "function": {"name": tool.name, "parameters": object_schema(tool.parameters)},
    }
    if description := encodable(tool.description.strip()):
        cut = len(description) > DESCRIPTION_LIMIT
        param["function"]["description"] = description[: DESCRIPTION_LIMIT - 1] + "…" if cut else description
    return param


def object_schema(schema: Mapping[str, Json]) -> dict[str, object]:
    """The schema as the service wants it: an object with properties and nothing to choose between at the top.

    The branches of a top-level `anyOf`, `oneOf` or `allOf` lend their properties; only those of `allOf` stay required.
    """
    merged: dict[str, object] = {key: value for key, value in schema.items() if key not in _COMBINATORS}
    properties = dict(_mapping(merged.get("properties")))
    required = [*_strings(merged.get("required"))]
    for combinator, branch in _branches(schema):
        properties = {**_mapping(branch.get("properties")), **properties}
        if combinator == "allOf":
            required += _strings(branch.get("required"))
    merged |= {"type": "object", "properties": properties}
    merged.pop("required", None)
    if required := [name for name in dict.fromkeys(required) if name in properties]:
        merged["required"] = required
    return merged


def _branches(schema: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json]]]:
    for combinator in _COMBINATORS:
        branches = schema.get(combinator)
        if isinstance(branches, Sequence) and not isinstance(branches, str):
            for branch in branches:
                yield combinator, _mapping(branch)


def _mapping(value: object) -> Mapping[str, Json]:
    return cast(Mapping[str, Json], value) if isinstance(value, Mapping) else {}


def _strings(value: object) -> list[str]:
    return [name for name in cast("list[object]", value) if isinstance(name, str)] if isinstance(value, list) else []
