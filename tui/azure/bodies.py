"""The bodies of requests.

What stays the same from request to request comes first and is the same byte for byte, the messages come after it, and
what can change follows them, so that the service's cache of prompts finds the longest beginning.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui.azure.destination import Destination
from tui.azure.families import reasons
from tui.azure.quirks import Terms
from tui.azure.response_items import input_items, instructions, own_items
from tui.azure.tool_schemas import definition_of, sent_tools
from tui.azure.wire_messages import message_params
from tui.core.events import Api, Json
from tui.core.ports import Message, ToolMessage, ToolSpec


@dataclass(frozen=True, slots=True)
class Asked:
    """What the model is asked: the conversation, the tools on offer, and whether it may call them."""

    messages: Sequence[Message]
    tools: Sequence[ToolSpec]
    may_call: bool = True
    max_output_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """The JSON of a request, and what in it can be refused by itself; `tools` are names with `definition_of` them."""

    api: Api
    json: Mapping[str, Json]
    tools: Mapping[str, str]
    has_images: bool
    item_ids: frozenset[str]


def request_body(asked: Asked, terms: Terms, destination: Destination, api: Api) -> Body:
    """The request for this API, on these terms."""
    tools = _tools(asked, terms, api)
    fields = _responses_fields(asked, terms, destination) if api == "responses" else _chat_fields(asked, terms)
    json: dict[str, Json] = {"model": destination.deployment, "stream": True}
    if tools:
        fields = {**fields, "tool_choice": "auto" if asked.may_call else "none"}
        json["tools"] = [sent for _, sent in tools]
    json |= {name: value for name, value in fields.items() if name not in terms.quirks.dropped}
    own = [own_items(m, destination.origin, terms.refused_items) for m in asked.messages] if api == "responses" else []
    return Body(
        api,
        json,
        tools={tool.name: definition_of(tool) for tool, _ in tools},
        has_images=terms.quirks.images and any(isinstance(m, ToolMessage) and m.images for m in asked.messages),
        item_ids=frozenset(str(item["id"]) for each in own for item in each if item.get("id")),
    )


def _tools(asked: Asked, terms: Terms, api: Api) -> list[tuple[ToolSpec, Json]]:
    dropped = terms.quirks.dropped
    # Without the choice, leaving the tools out is the only way to ask for words alone.
    if "tools" in dropped or (not asked.may_call and "tool_choice" in dropped):
        return []
    sent = sent_tools(asked.tools, api=api, set_aside=terms.set_aside)
    return [(tool, each.sent) for tool, each in zip(asked.tools, sent, strict=True) if each.sent is not None]


def _chat_fields(asked: Asked, terms: Terms) -> dict[str, Json]:
    fields: dict[str, Json] = {"stream_options": {"include_usage": True}}
    if asked.max_output_tokens:
        fields["max_completion_tokens"] = asked.max_output_tokens
    return {**fields, "messages": message_params(asked.messages, images=terms.quirks.images)}


def _responses_fields(asked: Asked, terms: Terms, destination: Destination) -> dict[str, Json]:
    """Nothing is stored at the service: the conversation goes out whole, with the model's own thoughts encrypted."""
    fields: dict[str, Json] = {"store": False}
    thinks = reasons(terms.quirks.model or destination.deployment)
    if thinks is not False:  # models that do not think mostly refuse it
        fields["include"] = ["reasoning.encrypted_content"]
    if thinks:
        fields["reasoning"] = {"summary": "auto"}
    if asked.max_output_tokens:
        fields["max_output_tokens"] = asked.max_output_tokens
    if told := instructions(asked.messages):
        fields["instructions"] = told
    sent = input_items(
        asked.messages, origin=destination.origin, images=terms.quirks.images, refused=terms.refused_items
    )
    return {**fields, "input": sent}
