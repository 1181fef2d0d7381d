import asyncio
import json
import logging
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.azure.conversing import ask
from tests.azure.wire import (
    DEPLOYMENT,
    DONE,
    KEY,
    PROMPT_FILTER,
    REQUEST_ID,
    ROLE,
    STOP,
    TOOL_CALLS,
    USAGE,
    WAIT_SECONDS,
    Held,
    Recorded,
    annotation,
    call_piece,
    chunk,
    event,
    model_on,
    words,
)
from tui.azure.model import AzureChatModel
from tui.azure.target import Target
from tui.core.errors import ModelError, SettingsError
from tui.core.events import AnswerReport, FilterVerdict, ToolRequest, Usage
from tui.core.ports import (
    AnswerEnd,
    AnswerPart,
    AssistantMessage,
    CallPart,
    Message,
    ProgressPart,
    SystemMessage,
    TextPart,
    ToolMessage,
    ToolSpec,
    UserMessage,
)

HELLO: list[Message] = [UserMessage("hello")]
CALCULATE = ToolSpec(
    "calculate", "bundled", "Does sums.", {"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]}
)


async def parts_of(pieces: Sequence[bytes | Exception], tools: Sequence[ToolSpec] = ()) -> list[AnswerPart]:
    async with aclosing(model_on(Recorded(pieces)).stream(HELLO, tools)) as parts:
        return [part async for part in parts if not isinstance(part, ProgressPart)]


async def end_of(pieces: Sequence[bytes | Exception], tools: Sequence[ToolSpec] = ()) -> AnswerEnd:
    end = (await parts_of(pieces, tools))[-1]
    assert isinstance(end, AnswerEnd)
    return end


async def test_a_recorded_answer_streams_as_text_and_ends_with_model_and_usage() -> None:
    parts = await parts_of([PROMPT_FILTER, ROLE, *words("Hel", "lo", "!"), STOP, USAGE, DONE])
    assert parts == [
        TextPart("Hel"),
        TextPart("lo"),
        TextPart("!"),
        AnswerEnd(
            (),
            "stop",
            "gpt-4o-mini-2024-07-18",
            Usage(81, 19, cached_tokens=64, reasoning_tokens=5),
            AnswerReport(
                api="chat",
                request_id=REQUEST_ID,
                filters=(FilterVerdict("prompt", "hate", "safe"),),
                context_window=128_000,
            ),
        ),
    ]


async def test_bytes_may_be_cut_anywhere() -> None:
    recording = b"".join([PROMPT_FILTER, ROLE, *words("Grüße ", "🙂"), STOP, USAGE, DONE])
    text = "".join(p.text for p in await parts_of([bytes([b]) for b in recording]) if isinstance(p, TextPart))
    assert text == "Grüße 🙂"


async def test_a_call_is_announced_before_its_arguments_are_complete() -> None:
    pieces = [
        PROMPT_FILTER,
        chunk({"role": "assistant", "content": None}),
        call_piece(0, call_id="call_a", name="calculate"),
        call_piece(0, '{"a":'),
        call_piece(0, " 15}"),
        TOOL_CALLS,
        USAGE,
        DONE,
    ]
    parts = await parts_of(pieces, [CALCULATE])
    assert parts[0] == CallPart("call_a", "calculate")
    assert isinstance(parts[1], AnswerEnd)
    assert parts[1].calls == (ToolRequest("call_a", "calculate", '{"a": 15}'),)
    assert parts[1].finish_reason == "tool_calls"


async def test_parallel_calls_with_gaps_in_their_index_stay_apart() -> None:
    end = await end_of(
        [
            call_piece(0, call_id="a", name="one"),
            call_piece(3, call_id="b", name="two"),
            call_piece(0, '{"x":1}'),
            call_piece(3, '{"y":'),
            call_piece(3, "2}"),
            TOOL_CALLS,
            DONE,
        ]
    )
    assert end.calls == (ToolRequest("a", "one", '{"x":1}'), ToolRequest("b", "two", '{"y":2}'))


async def test_a_name_in_pieces_is_announced_once_and_whole() -> None:
    read, read_more = (ToolSpec(name, "s", "", {}) for name in ("read", "read_file"))
    parts = await parts_of(
        [
            call_piece(0, call_id="a", name="read"),
            call_piece(0, name="_file"),
            call_piece(0, "{}"),
            TOOL_CALLS,
            DONE,
        ],
        [read, read_more],
    )
    assert [part for part in parts if isinstance(part, CallPart)] == [CallPart("a", "read_file")]


async def test_a_name_repeated_with_every_piece_is_taken_once() -> None:
    end = await end_of(
        [call_piece(0, '{"a"', call_id="a", name="calculate"), call_piece(0, ":1}", name="calculate"), TOOL_CALLS, DONE]
    )
    assert end.calls == (ToolRequest("a", "calculate", '{"a":1}'),)


async def test_calls_that_share_an_index_but_not_an_id_are_two() -> None:
    end = await end_of(
        [call_piece(0, "{}", call_id="a", name="one"), call_piece(0, "{}", call_id="b", name="two"), TOOL_CALLS, DONE]
    )
    assert [(call.id, call.name) for call in end.calls] == [("a", "one"), ("b", "two")]


async def test_a_missing_id_is_made_up_and_is_the_same_in_every_part() -> None:
    parts = await parts_of([call_piece(0, "{}", name="one"), call_piece(1, "{}", name="two"), TOOL_CALLS, DONE])
    announced = [part.call_id for part in parts if isinstance(part, CallPart)]
    end = parts[-1]
    assert isinstance(end, AnswerEnd)
    assert [call.id for call in end.calls] == announced
    assert len({*announced, ""}) == 3


async def test_an_id_that_was_used_before_is_replaced() -> None:
    earlier = ToolRequest("call_0", "one", "{}")
    messages = [UserMessage("x"), AssistantMessage("", (earlier,)), ToolMessage("call_0", "one", "done")]
    pieces = [call_piece(0, "{}", call_id="call_0", name="one"), TOOL_CALLS, DONE]
    _, end = await ask(model_on(Recorded(pieces)), messages)
    assert end.calls[0].id not in ("", "call_0")


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        ([chunk({}, "length"), DONE], "length"),
        ([chunk({}, "content_filter"), DONE], "content_filter"),
        ([STOP, annotation("content_filter"), DONE], "content_filter"),
        ([annotation("content_filter"), STOP, DONE], "content_filter"),
        ([], "cut_off"),
        ([DONE], "cut_off"),
        ([b"<html>not a stream</html>"], "cut_off"),
        ([TOOL_CALLS, DONE], "cut_off"),
        ([STOP, DONE], "stop"),
        ([chunk({}, "something_new"), DONE], "stop"),
    ],
)
async def test_how_an_answer_ended_is_told(ending: list[bytes], reason: str) -> None:
    parts = await parts_of([ROLE, *words("part"), *ending])
    assert parts[0] == TextPart("part")
    assert isinstance(parts[-1], AnswerEnd)
    assert parts[-1].finish_reason == reason


@pytest.mark.parametrize("ending", [[], [DONE], [chunk({}, "length"), DONE], [chunk({}, "content_filter"), DONE]])
async def test_calls_of_an_answer_that_is_not_whole_are_not_returned(ending: list[bytes]) -> None:
    assert (await end_of([call_piece(0, '{"a": 1', call_id="a", name="calculate"), *ending])).calls == ()


async def test_calls_that_end_with_stop_count() -> None:
    end = await end_of([call_piece(0, "{}", call_id="a", name="one"), STOP, DONE])
    assert end.finish_reason == "tool_calls"
    assert len(end.calls) == 1


async def test_annotations_of_the_filter_are_passed_over() -> None:
    parts = await parts_of([PROMPT_FILTER, annotation(), *words("fine"), annotation(), STOP, annotation(), DONE])
    assert parts[:-1] == [TextPart("fine")]


async def test_a_refusal_is_text() -> None:
    assert TextPart("I cannot.") in await parts_of([chunk({"content": None, "refusal": "I cannot."}), STOP, DONE])


async def test_an_escape_sequence_split_over_deltas_never_comes_through() -> None:
    parts = await parts_of([*words("a\x1b", "]52;c;", "aGk=", "\x07b", "\x1b[", "2Jc"), STOP, DONE])
    assert "".join(part.text for part in parts if isinstance(part, TextPart)) == "abc"


async def test_a_tool_name_with_escapes_is_harmless() -> None:
    end = await end_of([call_piece(0, "{}", call_id="a\x1b[2J", name="x\x1b[31m"), TOOL_CALLS, DONE])
    assert (end.calls[0].id, end.calls[0].name) == ("a", "x")


async def test_a_connection_lost_after_the_finish_costs_only_the_usage() -> None:
    end = await end_of([*words("all"), STOP, httpx2.ReadError("gone")])
    assert (end.finish_reason, end.usage) == ("stop", None)


async def test_a_connection_that_stays_open_after_done_does_not_hold_the_answer_back() -> None:
    held = Held(ROLE, *words("all"), STOP, USAGE, DONE)
    async with asyncio.timeout(WAIT_SECONDS):
        _, end = await ask(model_on(held), HELLO)
    assert end.usage
    assert held.left.is_set()


@pytest.mark.parametrize("silence", [60, 600])
async def test_the_client_does_not_give_up_before_whoever_asks(silence: float) -> None:
    transport = Recorded([ROLE, *words("all"), STOP, DONE])
    await ask(model_on(transport, silence_seconds=silence), HELLO)
    assert transport.requests[0].extensions["timeout"]["read"] > silence


async def test_text_that_came_before_a_failure_stands() -> None:
    async with aclosing(model_on(Recorded([*words("half"), httpx2.ReadError("gone")])).stream(HELLO, [])) as parts:
        assert await anext(parts) == TextPart("half")
        with pytest.raises(ModelError, match="broke before the answer was complete"):
            await anext(parts)


async def test_closing_the_stream_early_closes_the_response() -> None:
    transport = Recorded([*words("one", "two", "three"), STOP, DONE])
    async with aclosing(model_on(transport).stream(HELLO, [])) as parts:
        assert await anext(parts) == TextPart("one")
        assert not transport.streams[0].closed
    assert transport.streams[0].closed


async def test_the_request_has_what_azure_wants_and_nothing_that_reasoning_models_refuse() -> None:
    transport = Recorded([STOP, DONE])
    await ask(model_on(transport), [SystemMessage("Be brief."), *HELLO], [CALCULATE])
    request = transport.requests[0]
    assert str(request.url) == (
        f"https://res.openai.azure.com/openai/deployments/{DEPLOYMENT}/chat/completions?api-version=2024-10-21"
    )
    assert request.headers["api-key"] == KEY
    assert transport.body == {
        "model": DEPLOYMENT,
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hello"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "tools": [
            {
                "type": "function",
                "function": {"name": "calculate", "description": "Does sums.", "parameters": CALCULATE.parameters},
            }
        ],
        "tool_choice": "auto",
    }


async def test_without_tools_neither_tools_nor_a_choice_are_sent() -> None:
    transport = Recorded([STOP, DONE])
    await ask(model_on(transport), HELLO, may_call=False)
    assert not {"tools", "tool_choice"} & set(transport.body)


async def test_an_answer_in_words_only_is_asked_for_with_the_tools_still_there() -> None:
    transport = Recorded([STOP, DONE])
    await ask(model_on(transport), HELLO, [CALCULATE], may_call=False)
    assert transport.body["tool_choice"] == "none"
    assert len(transport.body["tools"]) == 1


async def test_the_environment_does_not_decide_the_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_AD_TOKEN", "another-identity")
    transport = Recorded([STOP, DONE])
    await ask(model_on(transport), HELLO)
    assert transport.requests[0].headers["api-key"] == KEY
    assert "authorization" not in transport.requests[0].headers


async def test_calls_and_results_go_back_as_azure_wants_them() -> None:
    transport = Recorded([STOP, DONE])
    calls = (ToolRequest("c1", "calculate", ""), ToolRequest("c2", "no such/tool", '{"x": "\ud800"}'))
    messages = [
        UserMessage("x\udfff"),
        AssistantMessage("", calls),
        ToolMessage("c1", "calculate", "4"),
        ToolMessage("c2", "no such/tool", "There is no such tool.", is_error=True),
        AssistantMessage("Four."),
    ]
    await ask(model_on(transport), messages)
    assert transport.body["messages"] == [
        {"role": "user", "content": "x\ufffd"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "calculate", "arguments": "{}"}},
                {"id": "c2", "type": "function", "function": {"name": "no_such_tool", "arguments": '{"x": "\ufffd"}'}},
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "4"},
        {"role": "tool", "tool_call_id": "c2", "content": "Error: There is no such tool."},
        {"role": "assistant", "content": "Four."},
    ]


SCHEMAS: list[tuple[Any, Any]] = [
    ({}, {"type": "object", "properties": {}}),
    ({"type": "object"}, {"type": "object", "properties": {}}),
    ({"type": None, "properties": None}, {"type": "object", "properties": {}}),
    (
        {"anyOf": [{"properties": {"a": {}}, "required": ["a"]}, {"properties": {"b": {}}}], "required": ["c"]},
        {"type": "object", "properties": {"a": {}, "b": {}}},
    ),
    (
        {"allOf": [{"properties": {"a": {}}, "required": ["a"]}], "properties": {"b": {}}, "required": ["b"]},
        {"type": "object", "properties": {"a": {}, "b": {}}, "required": ["b", "a"]},
    ),
]


@pytest.mark.parametrize(("schema", "sent"), SCHEMAS)
async def test_parameters_are_sent_as_an_object_with_properties(schema: Any, sent: Any) -> None:
    transport = Recorded([STOP, DONE])
    await ask(model_on(transport), HELLO, [ToolSpec("t", "s", "d" * 2000, schema)])
    function = transport.body["tools"][0]["function"]
    assert function["parameters"] == sent
    assert len(function["description"]) == 1024


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | st.sampled_from(["stop", "tool_calls"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "choices",
                    "delta",
                    "content",
                    "tool_calls",
                    "index",
                    "id",
                    "function",
                    "name",
                    "arguments",
                    "usage",
                    "model",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["choices", "usage", "model", "id"]), JSON, max_size=4), max_size=4))
def test_no_chunk_whatever_its_shape_does_more_than_end_the_answer(chunks: list[dict[str, Any]]) -> None:
    async def run() -> None:
        pieces = [event(each) for each in chunks] + [chunk({}, "stop"), DONE]
        parts = await parts_of(pieces)
        assert isinstance(parts[-1], AnswerEnd)
        json.dumps([call.arguments for call in parts[-1].calls])

    asyncio.run(run())


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(SettingsError, match="AZURE_OPENAI_DEPLOYMENT"):
        AzureChatModel(Target(endpoint="https://res.openai.azure.com", deployment=" ", api_key="k"))


async def test_the_library_writes_no_log_over_the_screen(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("openai").setLevel(logging.DEBUG)
    await ask(model_on(Recorded([STOP, DONE])), HELLO)
    assert [record for record in caplog.records if record.name.startswith("openai")] == []


def test_a_model_tells_its_deployment_and_that_it_is_no_planner() -> None:
    model = model_on(Recorded([]))
    assert (model.label, model.offline) == (DEPLOYMENT, False)
