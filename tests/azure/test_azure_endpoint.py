import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from tests.azure.bundled_tools import BUNDLED
from tests.azure.conversing import Talk, ask
from tests.azure_endpoint import Asks, AzureEndpoint, Breaks, EndsEarly, Model, Refuses, Says, Sends, Stalls, Wish
from tui.azure.model import AzureChatModel
from tui.azure.retrying import Timing
from tui.azure.target import Target
from tui.core.errors import ModelError
from tui.core.events import Image, ToolRequest
from tui.core.ports import (
    AdaptedPart,
    AnswerEnd,
    AnswerPart,
    AssistantMessage,
    ReasoningPart,
    RetryPart,
    TextPart,
    ToolMessage,
    UserMessage,
)

HELLO = [UserMessage("hello")]


def target(endpoint: AzureEndpoint, path: str = "", **changes: Any) -> Target:
    """The endpoint's first deployment, on the classic API, or on what another path leads to."""
    url = f"{endpoint.url}{path}"
    return replace(Target(endpoint=url, deployment=endpoint.deployment, api_key=endpoint.api_key), **changes)


@asynccontextmanager
async def connected(endpoint: AzureEndpoint, path: str = "", **changes: Any) -> AsyncGenerator[AzureChatModel]:
    async with endpoint:
        model = AzureChatModel(target(endpoint, path, **changes), timing=Timing(sleep=no_wait))
        try:
            yield model
        finally:
            await model.aclose()


async def no_wait(_seconds: float) -> None:
    """Waits between two tries are not waited for."""


async def test_a_scripted_turn_with_calls_goes_over_real_http() -> None:
    script = [Asks(Wish("calculate", {"operation": "add", "a": 1, "b": 2}), Wish("greet")), Says("Three. Hello!")]
    async with connected(AzureEndpoint(script)) as model:
        said = await Talk(model).say("add and greet")
        assert said.rounds == [[("calculate", {"operation": "add", "a": 1, "b": 2}), ("greet", {})]]
        assert said.text == "Three. Hello!"


async def test_every_request_is_kept() -> None:
    endpoint = AzureEndpoint([Says("one"), Says("two")])
    async with connected(endpoint) as model:
        await ask(model, HELLO, BUNDLED)
        await ask(model, HELLO)
    first, second = endpoint.requests
    assert first.path == "/openai/deployments/a-deployment/chat/completions"
    assert first.query == {"api-version": "2024-10-21"}
    assert first.headers["api-key"] == endpoint.api_key
    assert len(first.body["tools"]) == len(BUNDLED)
    assert "tools" not in second.body


@pytest.mark.parametrize(
    ("options", "says"),
    [({"api_key": "wrong"}, "did not accept the API key"), ({"deployment": "other"}, "no deployment")],
)
async def test_a_wrong_key_or_deployment_is_refused_as_azure_does(options: dict[str, Any], says: str) -> None:
    async with connected(AzureEndpoint([Says("never")]), **options) as model:
        with pytest.raises(ModelError, match=says):
            await ask(model, HELLO)


async def test_a_request_without_api_version_is_not_found() -> None:
    async with AzureEndpoint([]) as endpoint, httpx2.AsyncClient(trust_env=False) as client:
        url = f"{endpoint.url}/openai/deployments/a-deployment/chat/completions"
        answer = await client.post(url, headers={"api-key": endpoint.api_key}, json={})
        assert answer.status_code == 404


async def test_calls_without_results_are_refused() -> None:
    async with connected(AzureEndpoint([Says("never")])) as model:
        with pytest.raises(ModelError, match="did not have response messages: call_1"):
            await ask(model, [*HELLO, AssistantMessage("", (ToolRequest("call_1", "greet", "{}"),)), *HELLO])


async def test_a_scripted_refusal_comes_with_its_status_and_headers() -> None:
    async with connected(AzureEndpoint([Refuses(429, "429", "slow down", {"retry-after": "3"}), Says("now")])) as model:
        parts = [part async for part in model.stream(HELLO, [])]
    assert isinstance(parts[0], RetryPart)
    assert parts[0].wait_seconds == 3
    assert TextPart("now") in parts


async def test_a_broken_connection_keeps_the_text_before_it() -> None:
    async with (
        connected(AzureEndpoint([Breaks("half an answer")])) as model,
        aclosing(model.stream(HELLO, [])) as parts,
    ):
        seen: list[AnswerPart] = []
        with pytest.raises(ModelError, match="broke"):
            [seen.append(part) async for part in parts]
    assert "".join(part.text for part in seen if isinstance(part, TextPart)) == "half an answer"


async def test_a_clean_end_without_finish_is_cut_off() -> None:
    async with connected(AzureEndpoint([EndsEarly("half")])) as model:
        text, end = await ask(model, HELLO)
        assert (text, end.finish_reason) == ("half", "cut_off")


async def test_raw_bytes_can_be_sent() -> None:
    async with connected(AzureEndpoint([Sends([b"<html>", b"</html>"], "text/html")])) as model:
        with pytest.raises(ModelError, match="web page"):
            await ask(model, HELLO)


async def test_cancelling_a_stalled_answer_closes_the_connection_at_once() -> None:
    stall = Stalls("Thinking ")
    async with connected(AzureEndpoint([stall, Says("still here")])) as model:
        task = asyncio.create_task(ask(model, HELLO))
        async with asyncio.timeout(10):
            await stall.reached.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await stall.left.wait()
        assert (await ask(model, HELLO))[0] == "still here"


async def test_a_stalled_answer_goes_on_when_released() -> None:
    stall = Stalls("First ", then="second.")
    async with connected(AzureEndpoint([stall])) as model:
        task = asyncio.create_task(ask(model, HELLO))
        async with asyncio.timeout(10):
            await stall.reached.wait()
            assert not task.done()
            stall.release()
            assert (await task)[0] == "First second."


async def test_nobody_listening_is_told_as_refused() -> None:
    async with AzureEndpoint([]) as endpoint:
        model = AzureChatModel(target(endpoint), timing=Timing(sleep=no_wait))
    with pytest.raises(ModelError, match="refused the connection"):
        await ask(model, HELLO)
    await model.aclose()


async def test_the_script_running_out_is_an_error_not_a_hang() -> None:
    async with connected(AzureEndpoint([])) as model:
        with pytest.raises(ModelError, match="no further answer"):
            await ask(model, HELLO)


async def test_without_a_script_the_planner_answers() -> None:
    async with connected(AzureEndpoint()) as model:
        talk = Talk(model)
        assert (await talk.say("Calculate 15 * 8 and save the result to r.txt")).text == (
            "15 × 8 = **120**. I saved `120.0` to `r.txt`."
        )
        assert talk.bundled.files == {"r.txt": "120.0"}


async def test_the_messages_of_a_denied_call_are_accepted() -> None:
    messages = [
        *HELLO,
        AssistantMessage("", (ToolRequest("c", "greet", "{}"),)),
        ToolMessage("c", "greet", "The person refused this call.", is_error=True),
    ]
    endpoint = AzureEndpoint([Says("As you wish.")])
    async with connected(endpoint) as model:
        await ask(model, messages)
    assert endpoint.requests[0].body["messages"][-1]["content"] == "Error: The person refused this call."


@pytest.mark.parametrize(
    ("model", "path", "says"),
    [
        (Model("gpt-5.4", reasoning=True, chat_tools=False), "", "Responses API"),
        (Model("gpt-5-codex", reasoning=True, chat=False), "", "Responses API"),
        (Model("gpt-35-turbo", responses=False), "/openai/v1", "Chat Completions"),
    ],
)
async def test_a_model_that_takes_only_one_api_is_asked_through_it(model: Model, path: str, says: str) -> None:
    async with AzureEndpoint(deployments={"a-deployment": model}) as endpoint:
        asked = AzureChatModel(target(endpoint, path))
        parts = [part async for part in asked.stream([UserMessage("calculate 15 * 8")], BUNDLED)]
        text, end = await ask(asked, [UserMessage("who are you?")], BUNDLED)
        await asked.aclose()
    adapted = [part.message for part in parts if isinstance(part, AdaptedPart)]
    assert len(adapted) == 1
    assert says in adapted[0]
    assert "offline planner" in text
    assert end.model == model.name


async def test_the_thoughts_of_a_reasoning_model_come_back_word_for_word() -> None:
    script = [Asks(Wish("greet"), Wish("greet"), thoughts="Two greetings."), Says("Done.", thoughts="That was it.")]
    endpoint = AzureEndpoint(script, deployments={"gpt-5-mini": Model("gpt-5-mini", reasoning=True)})
    async with endpoint:
        model = AzureChatModel(target(endpoint, "/openai/v1"))
        parts = [part async for part in model.stream(HELLO, BUNDLED)]
        end = parts[-1]
        assert isinstance(end, AnswerEnd)
        asked = AssistantMessage("", end.calls, end.output_items, end.origin)
        results = [ToolMessage(call.id, call.name, "Hello!") for call in end.calls]
        assert (await ask(model, [*HELLO, asked, *results], BUNDLED))[0] == "Done."
        await model.aclose()
    assert "".join(part.text for part in parts if isinstance(part, ReasoningPart)) == "Two greetings."
    kinds = [item.get("type", "message") for item in endpoint.requests[1].body["input"]]
    assert kinds == ["message", "reasoning", *["function_call"] * 2, *["function_call_output"] * 2]


async def test_a_beginning_that_was_sent_before_is_found_in_the_cache() -> None:
    endpoint = AzureEndpoint([Says("one"), Says("two")])
    async with connected(endpoint) as model:
        first = UserMessage("word " * 500)
        await ask(model, [first], BUNDLED)
        _, end = await ask(model, [first, AssistantMessage("one"), UserMessage("and two?")], BUNDLED)
    assert end.usage is not None
    assert end.usage.cached_tokens > 500


@pytest.mark.parametrize("path", ["", "/openai/v1"])
@pytest.mark.parametrize("vision", [True, False])
async def test_pictures_of_results_are_sent_where_the_model_takes_them(path: str, vision: bool) -> None:
    endpoint = AzureEndpoint([Says("A cat.")], deployments={"a-deployment": Model(vision=vision)})
    call = ToolRequest("call_1", "look", "{}")
    result = ToolMessage("call_1", "look", "[image image/png, 1 KB]", images=(Image("image/png", "AAAA"),))
    async with connected(endpoint, path) as model:
        parts = [part async for part in model.stream([*HELLO, AssistantMessage("", (call,)), result], [])]
    assert TextPart("A ") in parts
    assert any("images" in part.message for part in parts if isinstance(part, AdaptedPart)) != vision
    assert (b"data:image/png;base64,AAAA" in endpoint.requests[-1].raw_body) == vision


async def test_it_runs_as_a_program_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.azure_endpoint", "--port", "0", "--pace", "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            lines = [(await process.stdout.readline()).decode().strip() for _ in range(3)]
            values = dict(line.split("=", 1) for line in lines)
            model = AzureChatModel(
                Target(
                    endpoint=values["AZURE_OPENAI_ENDPOINT"],
                    deployment=values["AZURE_OPENAI_DEPLOYMENT"],
                    api_key=values["AZURE_OPENAI_API_KEY"],
                )
            )
            assert "offline planner" in (await ask(model, [UserMessage("who are you?")], BUNDLED))[0]
            await model.aclose()
    finally:
        process.terminate()
        assert await process.wait() == 0
