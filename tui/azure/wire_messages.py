"""The neutral messages as the JSON of the Chat Completions API."""

import re
from collections.abc import Iterator, Sequence

from tui.core.events import Image, Json, ToolRequest
from tui.core.ports import AssistantMessage, Message, SystemMessage, ToolMessage, UserMessage

_UNSAFE_NAME = re.compile(r"[^a-zA-Z0-9_-]")
_NAME_LIMIT = 64
_SURROGATES = re.compile("[\ud800-\udfff]")
_IMAGES_ABOVE = "The images that the tool results above name, in the same order:"


def encodable(text: str) -> str:
    """The text with lone surrogates replaced, since the body is sent as UTF-8."""
    return _SURROGATES.sub("\ufffd", text)


def message_params(messages: Sequence[Message], *, images: bool = True) -> list[dict[str, Json]]:
    """The messages in the API's shape, in the same order.

    Tool messages take text only, so the images of a round follow its last result as one message of the user.
    """
    params: list[dict[str, Json]] = []
    pending: list[Image] = []
    for message in messages:
        if pending and not isinstance(message, ToolMessage):
            params.append(_images_param(pending))
            pending = []
        params.append(_message_param(message))
        if images and isinstance(message, ToolMessage):
            pending += message.images
    return [*params, _images_param(pending)] if pending else params


def sendable_name(call: ToolRequest) -> str:
    """The call's name as the service takes it back: a model can make up one that it refuses."""
    return _UNSAFE_NAME.sub("_", call.name)[:_NAME_LIMIT] or "unknown"


def sendable_arguments(call: ToolRequest) -> str:
    """The call's arguments as text that the service takes back."""
    return encodable(call.arguments) or "{}"


def result_text(message: ToolMessage) -> str:
    """The result; the APIs have no flag for a failed call, so the text has to say it."""
    text = encodable(message.text)
    if message.is_error and not text.lower().startswith(("error:", "error executing tool")):
        return f"Error: {text}"
    return text


def data_urls(images: Sequence[Image]) -> Iterator[str]:
    """The images as URLs that carry them."""
    return (f"data:{image.mime_type};base64,{image.data}" for image in images)


def _message_param(message: Message) -> dict[str, Json]:
    match message:
        case SystemMessage(text):
            return {"role": "system", "content": encodable(text)}
        case UserMessage(text):
            return {"role": "user", "content": encodable(text)}
        case AssistantMessage(text, calls):
            return _assistant_param(encodable(text), calls)
        case ToolMessage():
            return {"role": "tool", "tool_call_id": message.call_id, "content": result_text(message)}


def _assistant_param(text: str, calls: Sequence[ToolRequest]) -> dict[str, Json]:
    if not calls:
        return {"role": "assistant", "content": text}
    return {"role": "assistant", "content": text or None, "tool_calls": [_call_param(call) for call in calls]}


def _call_param(call: ToolRequest) -> dict[str, Json]:
    function: dict[str, Json] = {"name": sendable_name(call), "arguments": sendable_arguments(call)}
    return {"id": call.id, "type": "function", "function": function}


def _images_param(images: Sequence[Image]) -> dict[str, Json]:
    pictures: list[Json] = [{"type": "image_url", "image_url": {"url": url}} for url in data_urls(images)]
    return {"role": "user", "content": [{"type": "text", "text": _IMAGES_ABOVE}, *pictures]}
