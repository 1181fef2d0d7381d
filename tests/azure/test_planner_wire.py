"""The planner at its wire: Azure's shapes out, Azure's refusals for what Azure refuses, and nothing that breaks it."""

import asyncio
import json
import time
from contextlib import aclosing
from typing import Any

import httpx2
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.azure.bundled_tools import BUNDLED
from tests.azure.conversing import ask
from tests.azure.wire import model_on
from tui.azure.planner import planner_model
from tui.azure.planner.plan import Reply, reply_to
from tui.azure.planner.refusal import RequestRefused
from tui.azure.planner.request import read_request
from tui.azure.planner.transport import PlannerTransport
from tui.azure.tool_schemas import sent_tools
from tui.azure.wire_messages import message_params
from tui.core.events import ToolRequest
from tui.core.ports import AssistantMessage, Message, TextPart, ToolMessage, UserMessage

URL = "https://planner.invalid/openai/deployments/x/chat/completions?api-version=2024-10-21"
HI = {"role": "user", "content": "hi"}
CALLS = {
    "role": "assistant",
    "content": None,
    "tool_calls": [
        {"id": "a", "type": "function", "function": {"name": "greet", "arguments": "{}"}},
        {"id": "b", "type": "function", "function": {"name": "greet", "arguments": "{}"}},
    ],
}
TOOLS = [tool.sent for tool in sent_tools(BUNDLED, api="chat", set_aside={})]


def tool(**function: Any) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": {}}
    return {"type": "function", "function": {"name": "t", "parameters": schema, **function}}


async def post(body: Any, url: str = URL) -> httpx2.Response:
    async with httpx2.AsyncClient(transport=PlannerTransport(pace=0)) as client:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await client.post(url, content=content)


def events_of(response: httpx2.Response) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in response.text.split("\n\n") if line]
    return [line if line == "[DONE]" else json.loads(line) for line in lines]


async def test_an_answer_has_the_recorded_shape() -> None:
    response = await post({"messages": [HI], "stream": True})
    first, role, *deltas, finish, usage, done = events_of(response)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert (first["choices"], first["id"]) == ([], "")
    assert "prompt_filter_results" in first
    assert role["choices"][0]["delta"]["role"] == "assistant"
    assert len(deltas) > 10
    assert finish["choices"][0]["finish_reason"] == "stop"
    assert usage["choices"] == []
    assert usage["usage"]["prompt_tokens"] > 0
    assert done == "[DONE]"


async def test_calls_come_in_pieces_as_azure_sends_them() -> None:
    body = {"messages": [{"role": "user", "content": "calculate 15 * 8"}], "tools": TOOLS, "stream": True}
    pieces = [
        each["choices"][0]["delta"]["tool_calls"][0]
        for each in events_of(await post(body))
        if each != "[DONE]" and each["choices"] and "tool_calls" in each["choices"][0]["delta"]
    ]
    assert pieces[0]["function"] == {"name": "calculate", "arguments": ""}
    assert len(pieces) > 3
    assert all(set(piece) == {"index", "function"} for piece in pieces[1:])
    arguments = "".join(piece["function"]["arguments"] for piece in pieces)
    assert json.loads(arguments) == {"operation": "multiply", "a": 15, "b": 8}


REFUSED: list[tuple[Any, str]] = [
    (b"{", "could not parse"),
    (b"[" * 100_000, "could not parse"),
    ([], "stream"),
    ({"messages": [HI]}, "only streams"),
    ({"stream": True}, "too short - 'messages'"),
    ({"stream": True, "messages": []}, "too short - 'messages'"),
    ({"stream": True, "messages": "hi"}, "'messages'"),
    ({"stream": True, "messages": [{"role": "robot"}]}, "Invalid value: 'robot'"),
    ({"stream": True, "messages": [HI, CALLS]}, "did not have response messages: a, b"),
    ({"stream": True, "messages": [HI, CALLS, HI]}, "did not have response messages: a, b"),
    (
        {"stream": True, "messages": [HI, CALLS, {"role": "tool", "tool_call_id": "a", "content": ""}, HI]},
        "did not have response messages: b",
    ),
    ({"stream": True, "messages": [HI, {"role": "tool", "tool_call_id": "a"}]}, "must be a response"),
    ({"stream": True, "messages": [{"role": "tool", "tool_call_id": "a"}]}, "must be a response"),
    ({"stream": True, "messages": [HI], "tools": []}, "too short - 'tools'"),
    (
        {"stream": True, "messages": [HI], "tools": [{"type": "function", "name": "t"}]},
        "parameter: 'tools[0].function.name'",
    ),
    (
        {
            "stream": True,
            "messages": [HI],
            "tools": [tool(parameters={"type": "object", "properties": {}, "anyOf": []})],
        },
        "not have 'oneOf'/'anyOf'",
    ),
    (
        {
            "stream": True,
            "messages": [HI],
            "tools": [tool(parameters={"type": "object", "properties": {"a": {"anyOf": [{"type": "array"}]}}})],
        },
        "In context=('properties', 'a', 'anyOf', 0), array schema missing items.",
    ),
    ({"stream": True, "messages": [HI], "tool_choice": "auto"}, "only allowed when 'tools'"),
    ({"stream": True, "messages": [HI], "tools": [tool()] * 129}, "maximum length 128"),
    ({"stream": True, "messages": [HI], "tools": [tool(name="a b")]}, "does not match pattern"),
    ({"stream": True, "messages": [HI], "tools": [tool(name="a" * 65)]}, "maximum length 64"),
    ({"stream": True, "messages": [HI], "tools": [tool(description="a" * 1025)]}, "maximum length 1024"),
    ({"stream": True, "messages": [HI], "tools": [tool(parameters={"type": "string"})]}, "Invalid schema"),
    ({"stream": True, "messages": [HI], "tools": [tool(parameters={"type": "object"})]}, "missing properties"),
    ({"stream": True, "messages": [HI], "tools": [5]}, "Missing required parameter"),
]


@pytest.mark.parametrize(("body", "says"), REFUSED)
async def test_what_azure_refuses_is_refused_in_its_shape(body: Any, says: str) -> None:
    response = await post(body)
    assert response.status_code == 400
    error = response.json()["error"]
    assert says in error["message"]
    assert error["type"] == "invalid_request_error"
    assert set(error) == {"message", "type", "param", "code"}


async def test_the_pictures_of_results_are_no_message_of_the_person() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    results = [{"role": "tool", "tool_call_id": call_id, "content": "Hello Ada!"} for call_id in "ab"]
    messages = [HI, CALLS, *results, {"role": "user", "content": [picture]}]
    conversation = read_request(json.dumps({"messages": messages, "stream": True}).encode())
    assert [(turn.text, len(turn.results)) for turn in conversation.turns] == [("hi", 2)]


async def test_another_address_is_not_found() -> None:
    assert (await post({}, "https://planner.invalid/openai/models")).status_code == 404


async def test_closing_the_stream_early_stops_the_planner() -> None:
    model = planner_model(pace=0)
    async with aclosing(model.stream([UserMessage("help")], BUNDLED)) as parts:
        async for part in parts:
            if isinstance(part, TextPart):
                break
    text, _ = await ask(model, [UserMessage("thanks")], BUNDLED)
    assert text == "You are welcome."


class Noticing(PlannerTransport):
    """A planner that tells when it has been asked."""

    def __init__(self, pace: float) -> None:
        super().__init__(pace)
        self.asked = asyncio.Event()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.set()
        return await super().handle_async_request(request)


async def test_a_slow_answer_can_be_cancelled_between_two_words() -> None:
    transport = Noticing(pace=3600)
    task = asyncio.create_task(ask(model_on(transport), [UserMessage("help")], BUNDLED))
    async with asyncio.timeout(5):
        await transport.asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_the_planner_says_what_it_is() -> None:
    model = planner_model(pace=0)
    assert (model.label, model.offline) == ("offline planner", True)
    _, end = await ask(model, [UserMessage("hi")])
    assert end.model == "offline-planner"
    assert end.usage is not None


# --- no message breaks it -------------------------------------------------------------------------------------------

WORDS = (
    "calculate multiply divide add subtract save write read create append file files called named with to into and "
    "then that it both results everything the a weather in Paris time greet me system info use call tool calculate "
    "greet save_text_file read_text_file a.txt 'b.txt' \"quoted text\" 'it's' {\"a\":1} { } ( ) [ ] = , . ! ? + - * / "
    "× ÷ % ^ 1 2 3.5 1e9 1e400 -0 007 1,000 NaN twenty one operation=add a=1 b=2 name=x filename= content= "
    "\ue0000\ue001 \ue0023\ue003 ${x} <b> \\ ` ``` “ ” ‘ ’ \n \t \u202e \u0661 ² over x what is of from by that's"
)
PHRASES = st.sampled_from(WORDS.split(" "))
MESSAGES = st.lists(PHRASES, max_size=14).map(" ".join) | st.text(max_size=80)
RESULTS = st.sampled_from(
    ["Result: 1.0 add 1.0 = 2.0", "Error: no", "", "= ", "{", '{"os": "x|y"}', "nan", "Content of a:\nb"]
)
VALIDATORS = {tool.name: jsonschema.Draft202012Validator(dict(tool.parameters)) for tool in BUNDLED}


def respond(messages: list[Message]) -> Reply:
    body = {"messages": message_params(messages), "tools": TOOLS, "stream": True}
    return reply_to(read_request(json.dumps(body).encode()))


@settings(max_examples=150, deadline=None)
@given(st.lists(MESSAGES, min_size=1, max_size=3), st.lists(RESULTS, min_size=40, max_size=40))
def test_no_message_crashes_the_planner_or_makes_an_invalid_call(texts: list[str], results: list[str]) -> None:
    messages: list[Message] = []
    left = iter(results * 10)
    for text in texts:
        messages.append(UserMessage(text))
        for _ in range(60):
            reply = respond(messages)
            for call in reply.calls:
                VALIDATORS[call.tool].validate(json.loads(call.arguments, parse_constant=refuse))  # pyright: ignore[reportUnknownMemberType]  # jsonschema's types
            calls = tuple(ToolRequest(call.call_id, call.tool, call.arguments) for call in reply.calls)
            messages.append(AssistantMessage(reply.text, calls))
            messages += [ToolMessage(call.id, call.name, next(left)) for call in calls]
            if not calls:
                assert reply.text.strip()
                break
        else:
            raise AssertionError("it never stopped calling")


def refuse(constant: str) -> None:
    raise ValueError(constant)


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(["user", "tool", "a"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "role",
                        "content",
                        "tool_calls",
                        "id",
                        "tool_call_id",
                        "function",
                        "name",
                        "arguments",
                        "parameters",
                        "type",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=10,
    )
)
def test_no_request_does_more_than_be_refused(value: Any) -> None:
    for body in ({"stream": True, "messages": value}, {"stream": True, "messages": [HI, value], "tools": [value]}):
        try:
            reply = reply_to(read_request(json.dumps(body).encode()))
        except RequestRefused:
            continue
        assert reply.text or reply.calls


SLOW_TO_SEARCH = (
    "a",
    "'",
    "'a ",
    '"',
    "{",
    '{"a":',
    "(",
    "1 + ",
    "a.",
    "-",
    "/",
    "add ",
    "use a with b=",
    "in ",
    "a=",
    "use greet to ",
    " ",
    "add 1 to ",
)


@pytest.mark.parametrize("piece", [*SLOW_TO_SEARCH, "weather in ", "save ", " and ", ", ", "`", "what ", "one "])
def test_a_message_of_any_make_up_is_read_fast(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    began = time.perf_counter()
    respond([UserMessage(text)])
    respond([UserMessage(f"save {text} to a.txt")])
    respond([UserMessage(f"add {text}")])
    assert time.perf_counter() - began < 2
