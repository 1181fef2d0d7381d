import asyncio
import json
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.azure.conversing import ask
from tests.azure.response_wire import CREATED, MODEL, call, message, reasoning, response, sse, stream
from tests.azure.wire import DEPLOYMENT, KEY, REQUEST_ID, WAIT_SECONDS, Held, Recorded, model_on
from tui.azure.target import Target
from tui.core.errors import ModelError
from tui.core.events import AnswerReport, FilterVerdict, Image, ToolRequest, Usage
from tui.core.ports import (
    AnswerEnd,
    AnswerPart,
    AssistantMessage,
    CallPart,
    Message,
    ProgressPart,
    ReasoningPart,
    SystemMessage,
    TextPart,
    ToolMessage,
    ToolSpec,
    UserMessage,
)

V1 = Target(endpoint="https://res.openai.azure.com/openai/v1/", deployment=DEPLOYMENT, api_key=KEY)
HELLO: list[Message] = [UserMessage("hello")]
ORIGIN = f"https://res.openai.azure.com/{DEPLOYMENT}"
CALCULATE = ToolSpec("calculate", "s", "Does sums.", {"type": "object", "properties": {"a": {"type": "number"}}})


async def parts_of(pieces: Sequence[bytes | Exception], tools: Sequence[ToolSpec] = ()) -> list[AnswerPart]:
    async with aclosing(model_on(Recorded(pieces), V1).stream(HELLO, tools)) as parts:
        return [part async for part in parts]


async def shown(pieces: Sequence[bytes | Exception], tools: Sequence[ToolSpec] = ()) -> list[AnswerPart]:
    return [part for part in await parts_of(pieces, tools) if not isinstance(part, ProgressPart)]


async def end_of(pieces: Sequence[bytes | Exception]) -> AnswerEnd:
    end = (await parts_of(pieces))[-1]
    assert isinstance(end, AnswerEnd)
    return end


async def test_a_recorded_answer_streams_as_thoughts_and_text_and_ends_with_all_that_was_told() -> None:
    thought, said = reasoning(0, "Be kind"), message(1, "Hel", "lo")
    parts = await shown(stream(thought, said))
    assert parts == [
        ReasoningPart("Be"),
        ReasoningPart("kind"),
        TextPart("Hel"),
        TextPart("lo"),
        AnswerEnd(
            (),
            "stop",
            MODEL,
            Usage(81, 19, cached_tokens=64, reasoning_tokens=5),
            AnswerReport(
                api="responses",
                request_id=REQUEST_ID,
                filters=(
                    FilterVerdict("prompt", "hate", "safe"),
                    FilterVerdict("prompt", "jailbreak"),
                    FilterVerdict("answer", "violence", "low"),
                ),
                context_window=400_000,
            ),
            (thought[0], said[0]),
            ORIGIN,
        ),
    ]


async def test_parallel_calls_are_announced_at_once_and_come_whole() -> None:
    parts = await shown(stream(call(0, "call_a", "calculate", '{"a":', "1}"), call(1, "call_b", "greet", "{}")))
    assert parts[:2] == [CallPart("call_a", "calculate"), CallPart("call_b", "greet")]
    end = parts[-1]
    assert isinstance(end, AnswerEnd)
    assert end.finish_reason == "tool_calls"
    assert end.calls == (ToolRequest("call_a", "calculate", '{"a":1}'), ToolRequest("call_b", "greet", "{}"))
    assert [item["call_id"] for item in end.output_items] == ["call_a", "call_b"]


async def test_arguments_that_are_being_written_count_as_progress() -> None:
    parts = await parts_of([CREATED, *call(0, "a", "calculate", "{", "}")[1]])
    assert parts.count(ProgressPart()) >= 4


async def test_several_summaries_are_paragraphs() -> None:
    place = {"item_id": "rs_0", "output_index": 0}
    part = {"type": "summary_text", "text": ""}
    pieces = [
        sse("response.reasoning_summary_part.added", **place, summary_index=0, part=part),
        sse("response.reasoning_summary_text.delta", **place, summary_index=0, delta="One."),
        sse("response.reasoning_summary_part.added", **place, summary_index=1, part=part),
        sse("response.reasoning_summary_text.delta", **place, summary_index=1, delta="Two."),
    ]
    thoughts = [part.text for part in await shown(pieces) if isinstance(part, ReasoningPart)]
    assert "".join(thoughts) == "One.\n\nTwo."


async def test_text_that_was_not_streamed_is_taken_from_its_item() -> None:
    item, events = message(0, "whole")
    assert await shown([CREATED, events[-1]]) == [TextPart("whole"), await end_of([CREATED, events[-1]])]
    only_the_end = sse("response.completed", response=response("completed", [item]))
    assert (await shown([only_the_end]))[0] == TextPart("whole")


async def test_a_call_without_its_arguments_is_not_made() -> None:
    begun = call(0, "call_a", "delete_all", "{}")[1][:1]
    end = await end_of([*begun, sse("response.completed", response=response("completed"))])
    assert (end.calls, end.finish_reason) == ((), "cut_off")


async def test_a_call_that_only_the_end_tells_counts() -> None:
    item, _ = call(0, "call_a", "greet", "{}")
    end = await end_of([sse("response.completed", response=response("completed", [item]))])
    assert end.calls == (ToolRequest("call_a", "greet", "{}"),)


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        ([], "cut_off"),
        ([sse("response.completed", response=response("completed"))], "stop"),
        (
            [
                sse(
                    "response.incomplete",
                    response=response("incomplete", incomplete_details={"reason": "max_output_tokens"}),
                )
            ],
            "length",
        ),
        (
            [
                sse(
                    "response.incomplete",
                    response=response("incomplete", incomplete_details={"reason": "content_filter"}),
                )
            ],
            "content_filter",
        ),
    ],
)
async def test_how_an_answer_ended_is_told(ending: list[bytes], reason: str) -> None:
    end = await end_of([CREATED, *message(0, "part")[1][:2], *call(1, "a", "greet", "{}")[1][:3], *ending])
    assert end.finish_reason == ("tool_calls" if reason == "stop" else reason)
    assert end.model == MODEL
    assert bool(end.calls) == (reason == "stop")
    assert end.output_items == ()


FAILED = {"code": "server_error", "message": "The model stumbled."}


@pytest.mark.parametrize(
    "broken",
    [
        sse("response.failed", response=response("failed", error=FAILED)),
        sse("error", **FAILED, param=None),
        sse("error", error=FAILED),
    ],
)
async def test_an_answer_that_the_service_gives_up_keeps_its_text_and_tells_why(broken: bytes) -> None:
    transport = Recorded([CREATED, *message(0, "half")[1][:2], broken])
    async with aclosing(model_on(transport, V1).stream(HELLO, [])) as parts:
        assert [type(await anext(parts)) for _ in range(3)] == [ProgressPart, ProgressPart, TextPart]
        with pytest.raises(ModelError, match="The model stumbled") as caught:
            await anext(parts)
    assert "server_error" in caught.value.detail
    assert len(transport.requests) == 1


async def test_a_failure_before_any_word_is_tried_again() -> None:
    transport = Recorded([CREATED, sse("response.failed", response=response("failed", error=FAILED))])
    with pytest.raises(ModelError, match="The model stumbled"):
        await ask(model_on(transport, V1), HELLO)
    assert len(transport.requests) == 3


async def test_the_request_has_what_the_api_wants_and_stores_nothing() -> None:
    transport = Recorded(stream(message(0, "x")))
    await ask(model_on(transport, V1), [SystemMessage("Be brief."), *HELLO], [CALCULATE])
    request = transport.requests[0]
    assert str(request.url) == "https://res.openai.azure.com/openai/v1/responses"
    assert request.headers["api-key"] == KEY
    assert transport.body == {
        "model": DEPLOYMENT,
        "stream": True,
        "store": False,
        "include": ["reasoning.encrypted_content"],
        "instructions": "Be brief.",
        "input": [{"role": "user", "content": "hello"}],
        "tools": [
            {
                "type": "function",
                "name": "calculate",
                "description": "Does sums.",
                "parameters": CALCULATE.parameters,
                "strict": False,
            }
        ],
        "tool_choice": "auto",
    }


async def test_a_summary_of_thoughts_is_asked_for_once_the_model_is_known_to_think() -> None:
    transport = Recorded(stream(message(0, "x")))
    model = model_on(transport, V1)
    await ask(model, HELLO)
    assert "reasoning" not in transport.body
    await ask(model, HELLO)
    assert transport.body["reasoning"] == {"summary": "auto"}


async def test_a_model_that_does_not_think_is_not_asked_for_its_thoughts() -> None:
    transport = Recorded(stream(message(0, "x")))
    await ask(model_on(transport, Target(endpoint=V1.endpoint, deployment="gpt-4o", api_key=KEY)), HELLO)
    assert not {"include", "reasoning"} & transport.body.keys()


async def test_what_the_deployment_wrote_goes_back_to_it_word_for_word() -> None:
    transport = Recorded(stream(reasoning(0, "Hm."), message(1, "Wait."), call(2, "call_a", "calculate", '{"a": 1}')))
    model = model_on(transport, V1)
    text, end = await ask(model, HELLO)
    await ask(
        model,
        [
            *HELLO,
            AssistantMessage(text, end.calls, end.output_items, end.origin),
            ToolMessage("call_a", "calculate", "no such sum", is_error=True),
        ],
    )
    assert transport.body["input"] == [
        {"role": "user", "content": "hello"},
        reasoning(0, "Hm.")[0],
        message(1, "Wait.")[0],
        call(2, "call_a", "calculate", '{"a": 1}')[0],
        {"type": "function_call_output", "call_id": "call_a", "output": "Error: no such sum"},
    ]


WRITTEN = tuple(item for item, _ in (reasoning(0), call(1, "call_a", "calc ulate", "")))
CALLS = (ToolRequest("call_a", "calc ulate", ""),)


@pytest.mark.parametrize(
    "said",
    [
        AssistantMessage("Wait.", CALLS, WRITTEN, "res.openai.azure.com/another"),
        AssistantMessage("Wait.", CALLS, (), ORIGIN),
        AssistantMessage("Wait.", CALLS, WRITTEN[:1], ORIGIN),
    ],
)
async def test_what_another_wrote_or_is_not_whole_is_told_again_as_text_and_calls(said: AssistantMessage) -> None:
    transport = Recorded(stream(message(0, "x")))
    await ask(model_on(transport, V1), [*HELLO, said, ToolMessage("call_a", "calculate", "1")])
    assert transport.body["input"][1:] == [
        {"role": "assistant", "content": "Wait."},
        {"type": "function_call", "call_id": "call_a", "name": "calc_ulate", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_a", "output": "1"},
    ]


async def test_thoughts_that_are_not_encrypted_are_not_sent_back() -> None:
    end = await end_of(stream(reasoning(0, encrypted=None), message(1, "x")))
    assert end.output_items == ()


async def test_items_with_characters_that_cannot_be_stored_are_made_storable() -> None:
    end = await end_of(stream(message(0, "a\ud800b")))
    assert "a\ufffdb" in json.dumps(list(end.output_items), ensure_ascii=False)
    json.dumps(list(end.output_items), ensure_ascii=False).encode()


async def test_an_id_that_was_used_before_is_replaced_and_its_items_are_not_sent_back() -> None:
    messages = [*HELLO, AssistantMessage("", (ToolRequest("a", "greet", "{}"),)), ToolMessage("a", "greet", "hi")]
    _, end = await ask(model_on(Recorded(stream(call(0, "a", "greet", "{}"))), V1), messages)
    assert end.calls[0].id not in ("", "a")
    assert end.output_items == ()


async def test_images_of_results_go_into_their_output() -> None:
    transport = Recorded(stream(message(0, "x")))
    picture = Image("image/png", "QUJD")
    await ask(
        model_on(transport, V1),
        [*HELLO, AssistantMessage("", CALLS), ToolMessage("call_a", "c", "[image 1]", images=(picture,))],
    )
    assert transport.body["input"][-1]["output"] == [
        {"type": "input_text", "text": "[image 1]"},
        {"type": "input_image", "image_url": "data:image/png;base64,QUJD"},
    ]


async def test_names_and_text_with_escapes_are_harmless() -> None:
    parts = await shown(stream(message(0, "a\x1b]52;c;", "aGk=\x07b"), call(1, "i\x1b[2J", "x\x1b[31m", "{}")))
    assert "".join(part.text for part in parts if isinstance(part, TextPart)) == "ab"
    end = parts[-1]
    assert isinstance(end, AnswerEnd)
    assert (end.calls[0].id, end.calls[0].name) == ("i", "x")


async def test_a_connection_lost_after_the_end_does_not_matter() -> None:
    assert (await end_of([*stream(message(0, "all")), httpx2.ReadError("gone")])).finish_reason == "stop"


async def test_a_connection_that_stays_open_after_the_end_does_not_hold_the_answer_back() -> None:
    held = Held(*stream(message(0, "all")))
    async with asyncio.timeout(WAIT_SECONDS):
        _, end = await ask(model_on(held, V1), HELLO)
    assert end.finish_reason == "stop"
    assert held.left.is_set()


KINDS = [
    "response.output_text.delta",
    "response.output_item.added",
    "response.output_item.done",
    "response.function_call_arguments.done",
    "response.reasoning_summary_text.delta",
    "response.reasoning_summary_part.added",
    "response.incomplete",
    "response.completed",
    "unknown",
]
NAMES = [
    "output_index",
    "item_id",
    "delta",
    "item",
    "id",
    "call_id",
    "name",
    "arguments",
    "content",
    "output",
    "usage",
    "content_filters",
    "content_filter_results",
    "source_type",
    "incomplete_details",
    "summary",
    "text",
    "model",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | st.sampled_from(["x", "function_call", "message", "reasoning"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*NAMES, "type"]), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.dictionaries(st.sampled_from([*NAMES, "response"]), JSON)), max_size=5
    )
)
def test_no_event_whatever_its_shape_does_more_than_end_the_answer(events: list[tuple[str, dict[str, Any]]]) -> None:
    async def run() -> None:
        end = await end_of([sse(kind, **fields) for kind, fields in events])
        assert all(request.id and request.name for request in end.calls)
        json.dumps([dict(item) for item in end.output_items])

    asyncio.run(run())
