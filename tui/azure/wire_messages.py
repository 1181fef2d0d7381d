"""The neutral messages as the dictionaries of the Chat Completions API."""

import re
from collections.abc import Sequence

from openai.types.chat import (
    ChatCompletionAssistantMessageParam,
    ChatCompletionMessageFunctionToolCallParam,
    ChatCompletionMessageParam,
)

from tui.core.events import ToolRequest
from tui.core.ports import AssistantMessage, Message, SystemMessage, ToolMessage, UserMessage

_UNSAFE_NAME = re.compile(r"[^a-zA-Z0-9_-]")
_NAME_LIMIT = 64
_SURROGATES = re.compile("[\ud800-\udfff]")


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
