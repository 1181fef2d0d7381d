import asyncio
import json
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.azure.conversing import ask
from tests.azure.response_wire import message, reasoning, stream
from tests.azure.wire import (
    DEPLOYMENT,
    DONE,
    KEY,
    STOP,
    TARGET,
    Recorded,
    Scripted,
    model_on,
    refusal,
    words,
)
from tui.azure.model import AzureChatModel
from tui.azure.target import Target
from tui.core.errors import ContextTooLongError, ModelError
from tui.core.events import Image, ToolRequest
from tui.core.ports import AdaptedPart, AnswerEnd, AssistantMessage, Message, ToolMessage, ToolSpec, UserMessage

HELLO: list[Message] = [UserMessage("hello")]
V1 = Target(endpoint="https://res.openai.azure.com/openai/v1/", deployment=DEPLOYMENT, api_key=KEY)
LOCAL = Target(endpoint="http://localhost:11434/v1", deployment="llama3", compatible=True)
CHAT = Recorded([*words("fine"), STOP, DONE])
RESPONSES = Recorded(stream(message(0, "fine")))
TOOLS = [ToolSpec(name, "s", "", {"type": "object", "properties": {}}) for name in ("one", "two", "three")]


async def adapted(
    model: AzureChatModel, messages: Sequence[Message] = HELLO, tools: Sequence[ToolSpec] = TOOLS, **options: Any
) -> list[str]:
    """What was told of changes; the answer has to come whole."""
    async with aclosing(model.stream(messages, tools, **options)) as parts:
        received = [part async for part in parts]
    assert isinstance(received[-1], AnswerEnd)
    assert received[-1].finish_reason == "stop"
    return [part.message for part in received if isinstance(part, AdaptedPart)]


NEEDS_RESPONSES = [
    (
        400,
        {
            "code": None,
            "message": "Function tools with reasoning_effort are not supported for gpt-5.4 in /v1/chat/completions. "
            "Please use /v1/responses instead.",
        },
    ),
    (400, {"code": "OperationNotSupported", "message": "The chatCompletion operation does not work with the model."}),
    (404, {"message": "This model is only supported in v1/responses and not in v1/chat/completions."}),
]


@pytest.mark.parametrize(("status", "error"), NEEDS_RESPONSES)
async def test_a_model_that_refuses_chat_completions_is_asked_through_responses_from_then_on(
    status: int, error: dict[str, Any]
) -> None:
    transport = Scripted(refusal(status, error), RESPONSES)
    model = model_on(transport)
    assert len(told := await adapted(model)) == 1
    assert "through the Responses API" in told[0]
    assert await adapted(model) == []
    assert [request.url.path for request in transport.requests] == [
        f"/openai/deployments/{DEPLOYMENT}/chat/completions",
        "/openai/v1/responses",
        "/openai/v1/responses",
    ]
    assert model.sent_tools(TOOLS)[0].sent == transport.bodies[-1]["tools"][0]


NO_RESPONSES = [
    (404, {"code": "404", "message": "Resource not found"}),
    (400, {"code": "OperationNotSupported", "message": "The responses operation does not work with the model."}),
    (400, {"message": "The Responses API is not enabled in this region."}),
    (405, {"message": "Method not allowed"}),
]


@pytest.mark.parametrize(("status", "error"), NO_RESPONSES)
async def test_without_a_responses_api_the_model_is_asked_through_chat_completions(
    status: int, error: dict[str, Any]
) -> None:
    transport = Scripted(refusal(status, error), CHAT)
    model = model_on(transport, V1)
    assert len(told := await adapted(model)) == 1
    assert "through Chat Completions" in told[0]
    assert await adapted(model) == []
    assert [request.url.path for request in transport.requests] == [
        "/openai/v1/responses",
        "/openai/v1/chat/completions",
        "/openai/v1/chat/completions",
    ]


async def test_a_missing_deployment_is_not_looked_for_in_another_api() -> None:
    transport = Scripted(refusal(404, {"code": "DeploymentNotFound", "message": "It does not exist."}), CHAT)
    with pytest.raises(ModelError, match="no deployment"):
        await ask(model_on(transport, V1), HELLO)
    assert len(transport.requests) == 1


async def test_an_endpoint_that_refuses_both_apis_is_asked_twice_and_nothing_is_learnt() -> None:
    transport = Scripted(refusal(*NEEDS_RESPONSES[1]), refusal(*NO_RESPONSES[0]))
    model = model_on(transport)
    with pytest.raises(ModelError, match="needs the Responses API, which") as caught:
        await ask(model, HELLO)
    assert "https://res.openai.azure.com/openai/v1/responses" in caught.value.hint
    assert len(transport.requests) == 2
    assert model.api == "chat"


REFUSED_PARAMETERS = [
    (TARGET, 400, {"message": "Unknown parameter: 'stream_options'.", "param": "stream_options"}, "stream_options"),
    (TARGET, 400, {"message": "Unrecognized request argument supplied: stream_options"}, "stream_options"),
    (LOCAL, 422, {"message": "body.stream_options: Extra inputs are not permitted"}, "stream_options"),
    (LOCAL, 400, {"message": "tool_choice is not supported"}, "tool_choice"),
    (V1, 400, {"message": "Encrypted content is not supported with this model.", "param": "include"}, "include"),
    (V1, 400, {"message": "Encrypted content is not supported with this model."}, "include"),
]


@pytest.mark.parametrize(("target", "status", "error", "name"), REFUSED_PARAMETERS)
async def test_a_parameter_that_is_refused_is_left_out_from_then_on(
    target: Target, status: int, error: dict[str, Any], name: str
) -> None:
    transport = Scripted(refusal(status, error), RESPONSES if target is V1 else CHAT)
    model = model_on(transport, target)
    assert len(told := await adapted(model)) == 1
    assert f"“{name}”" in told[0]
    assert await adapted(model) == []
    assert [name in body for body in transport.bodies] == [True, False, False]


async def test_summaries_of_thoughts_that_are_refused_are_not_asked_for_again() -> None:
    error = {"message": "Your organization must be verified to generate summaries.", "param": "reasoning.summary"}
    target = Target(endpoint=V1.endpoint, deployment="gpt-5-mini", api_key=KEY)
    transport = Scripted(refusal(400, error), RESPONSES)
    assert "“reasoning”" in (await adapted(model_on(transport, target)))[0]
    assert ["reasoning" in body for body in transport.bodies] == [True, False]


async def test_several_refusals_one_after_the_other_are_all_taken_in() -> None:
    transport = Scripted(
        refusal(400, {"message": "Unknown parameter: 'stream_options'."}),
        refusal(*NEEDS_RESPONSES[1]),
        refusal(400, {"message": "Encrypted content is not supported with this model.", "param": "include"}),
        RESPONSES,
    )
    assert len(await adapted(model_on(transport))) == 3


async def test_words_alone_can_be_had_where_the_choice_of_tools_is_refused() -> None:
    transport = Scripted(refusal(400, {"message": "tool_choice is not supported"}), CHAT)
    await adapted(model_on(transport), may_call=False)
    assert not {"tools", "tool_choice"} & transport.bodies[1].keys()


async def test_a_model_that_takes_no_tools_answers_without_them() -> None:
    error = {"message": "registry.ollama.ai/library/gemma does not support tools"}
    transport = Scripted(refusal(400, error), CHAT)
    model = model_on(transport, LOCAL)
    assert "does not take tools" in (await adapted(model))[0]
    assert not {"tools", "tool_choice"} & transport.bodies[1].keys()
    assert [tool.left_out for tool in model.sent_tools(TOOLS)] == ["The model does not take tools."] * 3


REFUSED_TOOLS = [
    {"message": "Invalid schema: bad", "param": "tools[1].function.parameters"},
    {"message": "Invalid 'tools[1].name': string does not match.", "param": None},
    {"message": "Invalid schema for function 'two': bad", "param": "tools"},
]


@pytest.mark.parametrize("error", REFUSED_TOOLS)
@pytest.mark.parametrize("target", [TARGET, V1])
async def test_a_tool_that_is_refused_is_set_aside_by_name_and_the_others_stay(
    target: Target, error: dict[str, Any]
) -> None:
    transport = Scripted(refusal(400, error), RESPONSES if target is V1 else CHAT)
    model = model_on(transport, target)
    assert len(told := await adapted(model)) == 1
    assert "“two”" in told[0]
    assert error["message"] in told[0]
    assert await adapted(model) == []
    sent = [[tool.get("name") or tool["function"]["name"] for tool in body["tools"]] for body in transport.bodies]
    assert sent == [["one", "two", "three"], ["one", "three"], ["one", "three"]]
    assert error["message"] in model.sent_tools(TOOLS)[1].left_out


async def test_there_is_an_end_to_the_changes_of_one_request() -> None:
    many = [ToolSpec(f"tool_{i}", "s", "", {}) for i in range(50)]
    transport = Scripted(refusal(400, {"message": "bad", "param": "tools[0]"}))
    with pytest.raises(ModelError, match="bad"):
        await ask(model_on(transport), HELLO, many)
    assert 1 < len(transport.requests) <= 20


PICTURES: list[Message] = [
    UserMessage("look"),
    AssistantMessage("", (ToolRequest("a", "one", "{}"), ToolRequest("b", "two", "{}"))),
    ToolMessage("a", "one", "[image 1]", images=(Image("image/png", "QUJD"),)),
    ToolMessage("b", "two", "[image 1]", images=(Image("image/jpeg", "REVG"),)),
    AssistantMessage("I see."),
    UserMessage("and?"),
]


async def test_images_follow_all_results_of_their_round_as_one_message() -> None:
    transport = Scripted(CHAT)
    await adapted(model_on(transport), PICTURES)
    sent = transport.bodies[0]["messages"]
    assert [each["role"] for each in sent] == ["user", "assistant", "tool", "tool", "user", "assistant", "user"]
    assert [part["image_url"]["url"] for part in sent[4]["content"][1:]] == [
        "data:image/png;base64,QUJD",
        "data:image/jpeg;base64,REVG",
    ]


@pytest.mark.parametrize("target", [TARGET, V1])
async def test_images_that_are_refused_are_left_out_from_then_on(target: Target) -> None:
    error = {"message": "Invalid content type. image_url is only supported by certain models.", "param": "messages.[4]"}
    transport = Scripted(refusal(400, error), RESPONSES if target is V1 else CHAT)
    model = model_on(transport, target)
    assert "does not take images" in (await adapted(model, PICTURES))[0]
    assert await adapted(model, PICTURES) == []
    assert [b"base64" in request.content for request in transport.requests] == [True, False, False]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, {"code": "invalid_encrypted_content", "message": "x"}),
        (400, {"message": "The encrypted content gAAA...x= could not be verified."}),
        (404, {"message": "Item with id 'rs_0' not found. Items are not persisted when `store` is set to false."}),
    ],
)
async def test_thoughts_that_are_no_longer_taken_back_are_left_out_and_new_ones_go_back(
    status: int, error: dict[str, Any]
) -> None:
    origin = f"https://res.openai.azure.com/{DEPLOYMENT}"
    old = AssistantMessage("Hm.", (), (reasoning(0)[0], message(1, "Hm.")[0]), origin)
    new_item = {**message(1, "Hm.")[0], "id": "msg_new"}
    new = AssistantMessage("Hm.", (), (new_item,), origin)
    transport = Scripted(refusal(status, error), RESPONSES)
    model = model_on(transport, V1)
    assert "earlier thoughts" in (await adapted(model, [*HELLO, old, *HELLO]))[0]
    assert await adapted(model, [*HELLO, old, *HELLO, new, *HELLO]) == []
    said = {"role": "assistant", "content": "Hm."}
    assert [body["input"][1] for body in transport.bodies] == [old.output_items[0], said, said]
    assert transport.bodies[2]["input"][3] == new_item


@pytest.mark.parametrize(
    "error",
    [
        {"code": "content_filter", "message": "The response was filtered; image tools[0] stream_options."},
        {"code": None, "message": "Invalid value: 'messages[3]'.", "param": "messages[3]"},
    ],
)
async def test_other_refusals_stand_after_one_request(error: dict[str, Any]) -> None:
    transport = Scripted(refusal(400, error))
    with pytest.raises(ModelError):
        await ask(model_on(transport), PICTURES, TOOLS)
    assert len(transport.requests) == 1


async def test_a_context_that_is_too_long_is_told_as_that_whatever_it_names() -> None:
    error = {"code": "context_length_exceeded", "message": "too many tokens (100 in tools[0])", "param": "messages"}
    with pytest.raises(ContextTooLongError):
        await ask(model_on(Scripted(refusal(400, error))), HELLO, TOOLS)


async def test_what_was_learnt_is_known_at_the_next_start(tmp_path: Path) -> None:
    file = tmp_path / "kept" / "quirks.json"
    first = Scripted(refusal(*NEEDS_RESPONSES[0]), RESPONSES)
    await adapted(model_on(first, quirks_file=file))
    second = Scripted(RESPONSES)
    assert await adapted(model_on(second, quirks_file=file)) == []
    assert second.requests[0].url.path == "/openai/v1/responses"
    assert second.bodies[0]["reasoning"] == {"summary": "auto"}
    other = Scripted(CHAT)
    elsewhere = Target(endpoint=TARGET.endpoint, deployment="other", api_key=KEY)
    await adapted(model_on(other, elsewhere, quirks_file=file))
    assert other.requests[0].url.path.endswith("/chat/completions")
    assert len(json.loads(file.read_bytes())["deployments"]) == 2
    assert KEY not in file.read_text()


async def test_an_answer_that_began_before_something_was_learnt_does_not_undo_it() -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    class FirstIsSlow(Scripted):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            response = await super().handle_async_request(request)
            if len(self.requests) == 1:
                asked.set()
                await go_on.wait()
            return response

    transport = FirstIsSlow(CHAT, refusal(400, {"message": "Unknown parameter: 'stream_options'."}), CHAT)
    model = model_on(transport)
    slow = asyncio.create_task(ask(model, HELLO))
    async with asyncio.timeout(5):
        await asked.wait()
        await adapted(model)
        go_on.set()
        await slow
    assert await adapted(model) == []
    assert ["stream_options" in body for body in transport.bodies] == [True, True, False, False]


async def test_what_was_never_accepted_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "quirks.json"
    transport = Scripted(refusal(400, {"message": "Unknown parameter: 'stream_options'."}), refusal(401, {}))
    with pytest.raises(ModelError):
        await ask(model_on(transport, quirks_file=file), HELLO)
    assert not file.exists()
