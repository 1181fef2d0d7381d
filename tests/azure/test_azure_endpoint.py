import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import httpx2
import pytest

from tests.azure.bundled_tools import BUNDLED
from tests.azure.conversing import Talk, ask
from tests.azure_endpoint import Asks, AzureEndpoint, Breaks, EndsEarly, Refuses, Says, Sends, Stalls, Wish
from tui.azure.model import AzureChatModel
from tui.core.errors import ModelError
from tui.core.events import ToolRequest
from tui.core.ports import AssistantMessage, TextPart, ToolMessage, UserMessage

HELLO = [UserMessage("hello")]


@asynccontextmanager
async def connected(
    endpoint: AzureEndpoint, *, api_key: str = "", deployment: str = ""
) -> AsyncGenerator[AzureChatModel]:
    async with endpoint:
        model = AzureChatModel(
            endpoint.url, api_key or endpoint.api_key, deployment or endpoint.deployment, "2024-10-21"
        )
        try:
            yield model
        finally:
            await model.aclose()


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
        with pytest.raises(ModelError, match="wait 3 seconds"):
            await ask(model, HELLO)
        assert (await ask(model, HELLO))[0] == "now"


async def test_a_broken_connection_keeps_the_text_before_it() -> None:
    async with (
        connected(AzureEndpoint([Breaks("half an answer")])) as model,
        aclosing(model.stream(HELLO, [])) as parts,
    ):
        assert await anext(parts) == TextPart("half ")
        with pytest.raises(ModelError, match="broke"):
            [part async for part in parts]


async def test_a_clean_end_without_finish_is_cut_off() -> None:
    async with connected(AzureEndpoint([EndsEarly("half")])) as model:
        text, end = await ask(model, HELLO)
        assert (text, end.finish_reason) == ("half", "cut_off")


async def test_raw_bytes_can_be_sent() -> None:
    async with connected(AzureEndpoint([Sends([b"<html>", b"</html>"], "text/html")])) as model:
        assert (await ask(model, HELLO))[1].finish_reason == "cut_off"


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
        url = endpoint.url
    model = AzureChatModel(url, "k", "d", "2024-10-21")
    with pytest.raises(ModelError, match="refused the connection"):
        await ask(model, HELLO)
    await model.aclose()


async def test_the_script_running_out_is_an_error_not_a_hang() -> None:
    async with connected(AzureEndpoint([])) as model:
        with pytest.raises(ModelError, match="HTTP 500"):
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
                values["AZURE_OPENAI_ENDPOINT"],
                values["AZURE_OPENAI_API_KEY"],
                values["AZURE_OPENAI_DEPLOYMENT"],
                "2024-10-21",
            )
            assert "offline planner" in (await ask(model, [UserMessage("who are you?")], BUNDLED))[0]
            await model.aclose()
    finally:
        process.terminate()
        assert await process.wait() == 0
