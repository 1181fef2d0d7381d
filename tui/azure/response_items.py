"""The neutral messages as the items of the Responses API.

What the same deployment wrote goes back to it word for word, with its encrypted thoughts; everything else is told again
as text and calls.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from tui.azure.wire_messages import data_urls, encodable, result_text, sendable_arguments, sendable_name
from tui.core.events import Json
from tui.core.ports import AssistantMessage, Message, SystemMessage, ToolMessage, UserMessage


def instructions(messages: Sequence[Message]) -> str:
    """What the model is told about its role."""
    return "\n\n".join(encodable(message.text) for message in messages if isinstance(message, SystemMessage))


def input_items(
    messages: Sequence[Message], *, origin: str, images: bool = True, refused: Collection[str] = ()
) -> list[Mapping[str, Json]]:
    """The messages, without that about its role, as items in the same order.

    `refused` are ids of items that the service no longer takes back.
    """
    return [item for message in messages for item in _items(message, origin, images, refused)]


def own_items(message: Message, origin: str, refused: Collection[str]) -> Sequence[Mapping[str, Json]]:
    """The items that can go back word for word; empty where the message has to be told again."""
    if not isinstance(message, AssistantMessage) or message.origin != origin:
        return ()
    asked = [item.get("call_id") for item in message.output_items if item.get("type") == "function_call"]
    if asked != [call.id for call in message.calls] or any(item.get("id") in refused for item in message.output_items):
        return ()
    return message.output_items


def _items(message: Message, origin: str, images: bool, refused: Collection[str]) -> Iterator[Mapping[str, Json]]:
    match message:
        case SystemMessage():
            return
        case UserMessage(text):
            yield {"role": "user", "content": encodable(text)}
        case ToolMessage():
            yield {"type": "function_call_output", "call_id": message.call_id, "output": _output(message, images)}
        case AssistantMessage(text, calls):
            if own := own_items(message, origin, refused):
                yield from own
                return
            if text:
                yield {"role": "assistant", "content": encodable(text)}
            for call in calls:
                name, arguments = sendable_name(call), sendable_arguments(call)
                yield {"type": "function_call", "call_id": call.id, "name": name, "arguments": arguments}


def _output(message: ToolMessage, images: bool) -> Json:
    if not images or not message.images:
        return result_text(message)
    pictures: list[Json] = [{"type": "input_image", "image_url": url} for url in data_urls(message.images)]
    return [{"type": "input_text", "text": result_text(message)}, *pictures]
