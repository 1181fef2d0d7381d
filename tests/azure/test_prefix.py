"""The service caches the beginning of a prompt, so a longer conversation has to begin with the very same bytes."""

import json
from collections.abc import Sequence

import pytest

from tests.azure.conversing import ask
from tests.azure.response_wire import message, reasoning, stream
from tests.azure.wire import DEPLOYMENT, DONE, KEY, STOP, TARGET, Recorded, model_on
from tui.azure.target import Target
from tui.core.events import Image, ToolRequest
from tui.core.ports import AssistantMessage, Message, SystemMessage, ToolMessage, ToolSpec, UserMessage

V1 = Target(endpoint="https://res.openai.azure.com/openai/v1/", deployment=DEPLOYMENT, api_key=KEY)
TOOLS = [
    ToolSpec("zeta", "s", "Last letter.", {"type": "object", "properties": {"b": {}, "a": {"type": "string"}}}),
    ToolSpec("alpha", "t", "First letter.", {"type": "object", "properties": {"ü": {"enum": ["é", 1]}}}),
]
OWN = (reasoning(0, "Hm.")[0], message(1, "Grüße")[0])
CONVERSATION: list[Message] = [
    SystemMessage("Be brief."),
    UserMessage("hello"),
    AssistantMessage("Grüße", (), OWN, f"res.openai.azure.com/{DEPLOYMENT}"),
    UserMessage("look"),
    AssistantMessage("", (ToolRequest("c", "zeta", '{"b": 1}'),)),
    ToolMessage("c", "zeta", "[image 1]", images=(Image("image/png", "QUJD"),)),
    AssistantMessage("I see."),
    UserMessage("and now?"),
    AssistantMessage("That is all."),
    UserMessage("thanks"),
]


async def body_of(target: Target, messages: Sequence[Message]) -> bytes:
    transport = Recorded(stream(message(0, "x")) if target is V1 else [STOP, DONE])
    await ask(model_on(transport, target), messages, TOOLS)
    return transport.requests[0].content


@pytest.mark.parametrize("target", [TARGET, V1])
@pytest.mark.parametrize("count", [2, 4, 8])
async def test_a_longer_conversation_begins_with_the_same_bytes(target: Target, count: int) -> None:
    shorter, longer = await body_of(target, CONVERSATION[:count]), await body_of(target, CONVERSATION[: count + 2])
    end_of_messages = shorter.rindex(b"]")
    assert longer[:end_of_messages] == shorter[:end_of_messages]
    assert longer[end_of_messages:] != shorter[end_of_messages:]
    after = shorter[end_of_messages:].removeprefix(b"]")
    assert longer.endswith(after)
    assert b'"tools"' in shorter[:end_of_messages]


@pytest.mark.parametrize("target", [TARGET, V1])
async def test_the_same_conversation_is_the_same_bytes(target: Target) -> None:
    assert await body_of(target, CONVERSATION) == await body_of(target, json_copy(CONVERSATION))


def json_copy(messages: Sequence[Message]) -> list[Message]:
    """The same messages as they come back from the archive: other objects with equal content."""
    return [
        AssistantMessage(m.text, m.calls, tuple(json.loads(json.dumps(m.output_items))), m.origin)
        if isinstance(m, AssistantMessage)
        else m
        for m in messages
    ]
