"""The loopback endpoint against the official client: what it streams are the client's own types, strictly checked."""

import json
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any

import pytest
from openai import APIError, APIStatusError, AsyncAzureOpenAI, AsyncOpenAI, BadRequestError
from openai.types.chat import ChatCompletionChunk
from openai.types.responses import ResponseStreamEvent
from pydantic import TypeAdapter

from tests.azure_endpoint import Asks, AzureEndpoint, Fails, Model, Refuses, Says, Wish, filtered_prompt
from tests.azure_endpoint.answers import Answer

EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
REASONING = Model("gpt-5-mini", reasoning=True)
HI = [{"role": "user", "content": "hi"}]
SCHEMA: dict[str, Any] = {"type": "object", "properties": {"name": {"type": "string"}}}
CHAT_TOOL = {"type": "function", "function": {"name": "greet", "parameters": SCHEMA}}
STRICT = {"type": "function", "name": "greet", "parameters": SCHEMA}
TOOL = {**STRICT, "strict": False}
GREETS = Asks(Wish("greet", {"name": "Ada Lovelace"}), Wish("greet"), thoughts="Two greetings are wanted.")


def resource(*answers: Answer, model: Model | None = None, **options: Any) -> AzureEndpoint:
    return AzureEndpoint(answers, deployments={"a-deployment": model or Model()}, **options)


def v1(endpoint: AzureEndpoint, path: str = "/openai/v1/") -> Any:
    """The official client, untyped: it is asked things that its types do not allow."""
    return AsyncOpenAI(base_url=f"{endpoint.url}{path}", api_key=endpoint.api_key, max_retries=0)


def classic(endpoint: AzureEndpoint, api_version: str = "2024-10-21") -> Any:
    """The same for an address with an api-version."""
    return AsyncAzureOpenAI(
        azure_endpoint=endpoint.url, api_key=endpoint.api_key, api_version=api_version, max_retries=0
    )


async def chat(endpoint: AzureEndpoint, **body: Any) -> list[Any]:
    """The chunks of an answer through the classic address, checked strictly."""
    asked: dict[str, Any] = {"model": "a-deployment", "messages": HI, "stream": True} | body
    async with classic(endpoint) as client, aclosing(await client.chat.completions.create(**asked)) as stream:
        chunks = [chunk async for chunk in stream]
    for chunk in chunks:
        if chunk.object:  # the filter's own chunks have none
            ChatCompletionChunk.model_validate(chunk.model_dump())
    return chunks


async def respond(endpoint: AzureEndpoint, **body: Any) -> list[Any]:
    """The events of an answer through the v1 address, checked strictly."""
    asked: dict[str, Any] = {"model": "a-deployment", "input": "hi", "stream": True} | body
    async with v1(endpoint) as client, aclosing(await client.responses.create(**asked)) as stream:
        events = [event async for event in stream]
    for number, event in enumerate(events):
        EVENT.validate_json(json.dumps(event.model_dump(exclude_unset=True)))
        assert event.sequence_number == number
    return events


# --- the shapes -----------------------------------------------------------------------------------------------------


async def test_chat_streams_filter_role_words_finish_and_usage() -> None:
    async with resource(Says("Hello there.")) as endpoint:
        chunks = await chat(endpoint, stream_options={"include_usage": True})
    first, role, *words, finish, usage = chunks
    assert first.choices == []
    assert first.model_extra["prompt_filter_results"][0]["content_filter_results"]["jailbreak"]["detected"] is False
    assert role.choices[0].delta.role == "assistant"
    assert [word.choices[0].delta.content for word in words] == ["Hello ", "there."]
    assert finish.choices[0].finish_reason == "stop"
    assert (usage.choices, usage.usage.completion_tokens > 0) == ([], True)


async def test_chat_streams_parallel_calls_in_pieces() -> None:
    async with resource(GREETS) as endpoint:
        chunks = await chat(endpoint, tools=[CHAT_TOOL])
    pieces = [c.choices[0].delta.tool_calls[0] for c in chunks if c.choices and c.choices[0].delta.tool_calls]
    assert [piece.id for piece in pieces if piece.id] == ["call_1_0", "call_1_1"]
    assert "".join(p.function.arguments for p in pieces if p.index == 0) == '{"name": "Ada Lovelace"}'
    assert chunks[-1].choices[0].finish_reason == "tool_calls"


async def test_the_asynchronous_filter_annotates_without_a_delta() -> None:
    async with resource(Says("Hello."), model=Model(asynchronous_filter=True)) as endpoint:
        chunks = await chat(endpoint)
    annotations = [c for c in chunks if c.choices and c.choices[0].delta is None]
    assert [c.choices[0].model_extra["content_filter_offsets"]["check_offset"] for c in annotations] == [44, 44]
    assert chunks[-1] is annotations[-1]


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_an_answer_that_is_held_back_finishes_so(asynchronous: bool) -> None:
    async with resource(
        Says("Once upon", finish="content_filter"), model=Model(asynchronous_filter=asynchronous)
    ) as endpoint:
        last = (await chat(endpoint))[-1].choices[0]
    assert last.finish_reason == "content_filter"
    assert last.model_extra["content_filter_results"]["violence"] == {"filtered": True, "severity": "medium"}


async def test_responses_streams_reasoning_then_words() -> None:
    async with resource(Says("Hello there.", thoughts="A greeting."), model=REASONING) as endpoint:
        events = await respond(
            endpoint, reasoning={"summary": "auto"}, include=["reasoning.encrypted_content"], store=False
        )
    assert [event.type.removeprefix("response.") for event in events] == [
        "created",
        "in_progress",
        "output_item.added",
        "reasoning_summary_part.added",
        "reasoning_summary_text.delta",
        "reasoning_summary_text.delta",
        "reasoning_summary_text.done",
        "reasoning_summary_part.done",
        "output_item.done",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    response = events[-1].response
    assert [item.type for item in response.output] == ["reasoning", "message"]
    assert response.output[0].encrypted_content
    assert response.usage.output_tokens_details.reasoning_tokens > 0
    assert [each["source_type"] for each in response.model_extra["content_filters"]] == ["prompt", "completion"]


async def test_responses_streams_parallel_calls() -> None:
    async with resource(GREETS) as endpoint:
        events = await respond(endpoint, tools=[TOOL])
    calls = [event.item for event in events if event.type == "response.output_item.done"]
    assert [(call.type, call.call_id, call.arguments) for call in calls] == [
        ("function_call", "call_1_0", '{"name": "Ada Lovelace"}'),
        ("function_call", "call_1_1", "{}"),
    ]
    pieces = [e.delta for e in events if e.type == "response.function_call_arguments.delta" and e.output_index == 0]
    assert len(pieces) > 1
    assert "".join(pieces) == '{"name": "Ada Lovelace"}'


@pytest.mark.parametrize(("finish", "reason"), [("length", "max_output_tokens"), ("content_filter", "content_filter")])
async def test_responses_says_why_an_answer_is_incomplete(finish: Any, reason: str) -> None:
    async with resource(Says("Once upon", finish=finish)) as endpoint:
        last = (await respond(endpoint))[-1]
    assert (last.type, last.response.incomplete_details.reason) == ("response.incomplete", reason)


async def test_an_error_comes_in_the_middle_of_either_stream() -> None:
    async with resource(Fails("Once"), Fails("Once")) as endpoint:
        with pytest.raises(APIError, match="had an error"):
            await chat(endpoint)
        last = (await respond(endpoint))[-1]
    assert (last.type, last.response.error.code) == ("response.failed", "server_error")


async def test_a_prompt_that_was_sent_before_is_cached() -> None:
    long = [*HI, {"role": "user", "content": "word " * 1_000}]
    async with resource(Says("one"), Says("two")) as endpoint:
        await chat(endpoint, messages=long)
        usage = (await chat(endpoint, messages=[*long, *HI], stream_options={"include_usage": True}))[-1].usage
    assert 1_024 < usage.prompt_tokens_details.cached_tokens < usage.prompt_tokens


async def test_every_answer_tells_its_id_region_and_quota() -> None:
    async with resource(Says("one"), Refuses(500), quota=(3, 1_000)) as endpoint, v1(endpoint) as client:
        asked: Any = {"model": "a-deployment", "input": "hi", "stream": True}
        answer = await client.responses.with_raw_response.create(**asked)
        with pytest.raises(APIStatusError) as failure:
            await client.responses.create(**asked)
    for headers, left in ((answer.headers, "2"), (failure.value.response.headers, "1")):
        assert headers["apim-request-id"]
        assert headers["x-ms-region"] == "Nowhere"
        assert headers["x-ratelimit-remaining-requests"] == left


async def test_an_openai_compatible_service_takes_a_bearer_and_tells_nothing_of_azure() -> None:
    async with resource(Says("Hello.")) as endpoint:
        asked: Any = {"model": "a-deployment", "messages": HI, "stream": True}
        async with v1(endpoint, "/v1") as client:
            answer = await client.chat.completions.with_raw_response.create(**asked)
            with pytest.raises(APIStatusError, match="does not exist"):
                await client.chat.completions.create(**{**asked, "model": "other"})
            with pytest.raises(APIStatusError, match="Incorrect API key"):
                await client.with_options(api_key="wrong").chat.completions.create(**asked)
    assert "apim-request-id" not in answer.headers


# --- refusals -------------------------------------------------------------------------------------------------------

ASKED = {"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": {"name": "greet"}}]}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}

CHAT_REFUSED: list[tuple[Model, Mapping[str, Any], str]] = [
    (Model(), {"messages": [*HI, ASKED, *HI]}, "did not have response messages: c"),
    (Model(), {"messages": [*HI, {"role": "tool", "tool_call_id": "c", "content": ""}]}, "must be a response"),
    (Model(), {"extra_body": {"reasoning_efort": 1}}, "Unknown parameter: 'reasoning_efort'."),
    (Model(), {"tools": [CHAT_TOOL] * 129}, "array too long"),
    (REASONING, {"max_tokens": 5}, "Use 'max_completion_tokens' instead."),
    (REASONING, {"temperature": 0.5}, "does not support 0.5 with this model"),
    (REASONING, {"top_p": 1}, "'top_p' is not supported"),
    (Model("gpt-5.4", reasoning=True, chat_tools=False), {"tools": [CHAT_TOOL]}, "use /v1/responses instead"),
    (Model("gpt-5-codex", chat=False), {}, "chatCompletion operation does not work with the specified model, gpt-5-co"),
    (Model(vision=False), {"messages": [{"role": "user", "content": [IMAGE]}]}, "only supported by certain models"),
    (Model(context=10), {"messages": [{"role": "user", "content": "x" * 90}]}, "maximum context length is 10 tokens"),
    (Model(refuses=("parallel_tool_calls",)), {"parallel_tool_calls": True}, "'parallel_tool_calls' is not supported"),
]


@pytest.mark.parametrize(("model", "body", "says"), CHAT_REFUSED)
async def test_chat_refuses_in_the_services_words(model: Model, body: Mapping[str, Any], says: str) -> None:
    async with resource(Says("never"), model=model) as endpoint:
        with pytest.raises(BadRequestError) as refusal:
            await chat(endpoint, **body)
    assert says in refusal.value.message


CALL = {"type": "function_call", "call_id": "c", "name": "greet", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "c", "output": "Hello!"}
PICTURE = [{"role": "user", "content": [{"type": "input_image", "image_url": "data:image/png;base64,AAAA"}]}]

RESPONSES_REFUSED: list[tuple[Model, Mapping[str, Any], str]] = [
    (Model(), {"input": [*HI, CALL]}, "No tool output found for function call c."),
    (Model(), {"input": [*HI, CALL, CALL]}, "No tool output found for function call c."),
    (Model(), {"input": [*HI, OUTPUT]}, "No tool call found for function call output with call_id c."),
    (Model(), {"input": [*HI, CALL, OUTPUT, OUTPUT]}, "No tool call found for function call output with call_id c."),
    (Model(), {"input": [{**CALL, "index": 0}]}, "Unknown parameter: 'input[0].index'."),
    (Model(), {"input": [{"type": "function_call_output", "output": ""}]}, "parameter: 'input[0].call_id'."),
    (Model(), {"input": [{"role": "tool", "content": ""}]}, "Invalid value: 'tool'."),
    (Model(), {"input": [{"type": "tool_call"}]}, "Invalid value: 'tool_call'."),
    (Model(), {"input": [{"role": "assistant", "content": [{"type": "input_text"}]}]}, "Invalid value: 'input_text'."),
    (Model(), {"extra_body": {"messages": HI}}, "Unknown parameter: 'messages'."),
    (Model(), {"include": ["reasoning"]}, "Invalid value: 'reasoning'."),
    (Model(), {"include": ["reasoning.encrypted_content"]}, "Encrypted content is not supported"),
    (Model(), {"reasoning": {"summary": "auto"}}, "'reasoning.summary' is not supported with this model"),
    (Model(), {"tools": [CHAT_TOOL]}, "Missing required parameter: 'tools[0].name'."),
    (Model(), {"tools": [STRICT]}, "'additionalProperties' is required"),
    (REASONING, {"temperature": 1}, "'temperature' is not supported"),
    (Model(refuses=("reasoning.summary",), reasoning=True), {"reasoning": {"summary": "auto"}}, "'reasoning.summary'"),
    (Model("gpt-35-turbo", responses=False), {}, "responses operation does not work"),
    (Model(vision=False), {"input": PICTURE}, "not supported with this model"),
    (Model(context=10), {"input": "x" * 90}, "exceeds the context window"),
]


@pytest.mark.parametrize(("model", "body", "says"), RESPONSES_REFUSED)
async def test_responses_refuses_in_the_services_words(model: Model, body: Mapping[str, Any], says: str) -> None:
    async with resource(Says("never"), model=model) as endpoint:
        with pytest.raises(BadRequestError) as refusal:
            await respond(endpoint, **body)
    assert says in refusal.value.message


async def reasoned(endpoint: AzureEndpoint) -> list[dict[str, Any]]:
    """The items of an answer that reasons and asks for one call."""
    events = await respond(endpoint, tools=[TOOL], include=["reasoning.encrypted_content"])
    return [item.model_dump(exclude_unset=True) for item in events[-1].response.output]


REPLAYED: list[tuple[Sequence[str], str]] = [
    (("reasoning", "call", "output"), ""),
    (("call", "output"), "was provided without its required 'reasoning' item"),
    (("reasoning",), "was provided without its required following item"),
    (("changed", "call", "output"), "encrypted content could not be verified"),
    (("bare", "call", "output"), "Items are not persisted when `store` is set to false"),
]


@pytest.mark.parametrize(("order", "says"), REPLAYED)
async def test_reasoning_must_come_back_as_it_went_out(order: Sequence[str], says: str) -> None:
    async with resource(Asks(Wish("greet")), Says("Done."), model=REASONING) as endpoint:
        reasoning, call = await reasoned(endpoint)
        items: dict[str, Any] = {
            "reasoning": reasoning,
            "changed": {**reasoning, "summary": [{"type": "summary_text", "text": "something else"}]},
            "bare": {"type": "reasoning", "id": reasoning["id"], "summary": []},
            "call": call,
            "output": {**OUTPUT, "call_id": call["call_id"]},
        }
        asked: Any = [*HI, *(items[name] for name in order)]
        if not says:
            assert (await respond(endpoint, input=asked))[-1].type == "response.completed"
            return
        with pytest.raises(APIStatusError) as refusal:
            await respond(endpoint, input=asked)
    assert says in refusal.value.message


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/openai/deployments/a-deployment/chat/completions", 404, "Resource not found"),
        ("/openai/deployments/a-deployment/chat/completions?api-version=2031-01-01", 404, "Resource not found"),
        ("/openai/deployments/other/chat/completions?api-version=2024-10-21", 404, "deployment for this resource"),
        ("/openai/deployments/a-deployment/responses?api-version=2024-10-21", 404, "Resource not found"),
        ("/openai/responses?api-version=2024-10-21", 400, "only for api-version 2025-03-01-preview"),
        ("/openai/v1/responses?api-version=2024-10-21", 400, "API version not supported"),
        ("/openai/v1/models", 404, "Resource not found"),
    ],
)
async def test_another_address_is_answered_as_the_service_does(path: str, status: int, says: str) -> None:
    async with resource() as endpoint, v1(endpoint) as client:
        with pytest.raises(APIStatusError) as refusal:
            await client.post(f"{endpoint.url}{path}", body={"model": "a-deployment"}, cast_to=object)
    assert refusal.value.status_code == status
    assert says in refusal.value.message


async def test_an_old_version_does_not_know_newer_parameters() -> None:
    async with resource(Says("Hello.")) as endpoint:
        asked: Any = {"model": "a-deployment", "messages": HI, "stream": True}
        async with classic(endpoint, "2024-02-01") as client:
            with pytest.raises(BadRequestError, match="Unrecognized request argument supplied: stream_options"):
                await client.chat.completions.create(**asked, stream_options={"include_usage": True})
            await (await client.chat.completions.create(**asked)).close()


async def test_the_classic_address_of_responses_needs_a_preview_version() -> None:
    async with resource(Says("Hello.")) as endpoint:
        asked: Any = {"model": "a-deployment", "input": "hi", "stream": True}
        client = classic(endpoint, "2025-04-01-preview")
        async with client, aclosing(await client.responses.create(**asked)) as stream:
            assert [event async for event in stream][-1].type == "response.completed"
    assert endpoint.requests[0].path == "/openai/responses"


async def test_a_filtered_prompt_names_the_category() -> None:
    async with resource(filtered_prompt(violence={"filtered": True, "severity": "high"})) as endpoint:
        with pytest.raises(BadRequestError) as refusal:
            await chat(endpoint)
    body: Any = refusal.value.body
    assert body["innererror"]["content_filter_result"]["violence"] == {"filtered": True, "severity": "high"}
