"""What we add to a streamed chunk: the chat model, and a turn on top, against the client library's bare loop.

All three read the same recorded bytes from a transport inside the process, in turns within one run.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from statistics import median
from time import perf_counter

import httpx2
from openai import AsyncAzureOpenAI, AsyncOpenAI

from tests.azure.response_wire import message, stream
from tests.azure.wire import DEPLOYMENT, DONE, ENDPOINT, KEY, PROMPT_FILTER, ROLE, STOP, USAGE, chunk
from tui.azure.model import AzureChatModel
from tui.azure.target import Target
from tui.core.events import Event, Json
from tui.core.ports import LimitChoice, Message, ToolOutcome, ToolSpec, UserMessage
from tui.core.surroundings import Surroundings
from tui.core.turn import run_turn

CHUNKS = 2_000
ROUNDS = 9
BLOCK = 1_400
"""Bytes that come at once; about what a network packet carries."""

_SAFE = {name: {"filtered": False, "severity": "safe"} for name in ("hate", "self_harm", "sexual", "violence")}
_V1 = f"{ENDPOINT}/openai/v1/"

Consume = Callable[[], Awaitable[None]]


def measure() -> dict[str, float]:
    """Median microseconds of a chunk each way, and the ratios to the bare loop (target: 1.5)."""
    return asyncio.run(_measure())


async def _measure() -> dict[str, float]:
    words = [f"word{i % 97} " for i in range(CHUNKS)]
    pieces = [chunk({"content": word}, content_filter_results=_SAFE) for word in words]
    chat = _Replayed(b"".join([PROMPT_FILTER, ROLE, *pieces, STOP, USAGE, DONE]))
    responses = _Replayed(b"".join(stream(message(0, *words))))
    figures = await _compare("chat", chat, _bare_chat(chat), ENDPOINT)
    return figures | await _compare("responses", responses, _bare_responses(responses), _V1)


async def _compare(name: str, transport: "_Replayed", bare: Consume, endpoint: str) -> dict[str, float]:
    target = Target(endpoint=endpoint, deployment=DEPLOYMENT, api_key=KEY)
    model = AzureChatModel(target, transport=transport, requests_per_minute=0)
    ways: Sequence[Consume] = (bare, _modelled(model), _turned(model))
    times: list[list[float]] = [[] for _ in ways]
    for round_ in range(ROUNDS + 1):
        for way, taken in zip(ways, times, strict=True):
            start = perf_counter()
            await way()
            if round_:  # the first one warms up
                taken.append((perf_counter() - start) / CHUNKS * 1e6)
    plain, modelled, turned = (median(taken) for taken in times)
    return {
        f"{name}, bare client": plain,
        f"{name}, chat model": modelled,
        f"{name}, whole turn": turned,
        f"{name}, chat model, ratio": modelled / plain,
        f"{name}, whole turn, ratio": turned / plain,
    }


def _bare_chat(transport: "_Replayed") -> Consume:
    client = AsyncAzureOpenAI(
        azure_endpoint=ENDPOINT, api_key=KEY, api_version="2024-10-21", http_client=transport.client(), max_retries=0
    )

    async def consume() -> None:
        async for each in await client.chat.completions.create(
            model=DEPLOYMENT, messages=[{"role": "user", "content": "x"}], stream=True
        ):
            _ = each.choices and each.choices[0].delta.content

    return consume


def _bare_responses(transport: "_Replayed") -> Consume:
    client = AsyncOpenAI(base_url=_V1, api_key=KEY, http_client=transport.client(), max_retries=0)

    async def consume() -> None:
        async for each in await client.responses.create(model=DEPLOYMENT, input="x", stream=True):
            _ = each.type == "response.output_text.delta" and each.delta

    return consume


def _modelled(model: AzureChatModel) -> Consume:
    question: list[Message] = [UserMessage("x")]

    async def consume() -> None:
        async for _ in model.stream(question, []):
            pass

    return consume


def _turned(model: AzureChatModel) -> Consume:
    async def consume() -> None:
        events: list[Event] = []
        shown: list[Event] = []
        await run_turn(1, "x", Surroundings(model, _NoTools(), events, shown.append, _stop))
        assert len(shown) > CHUNKS

    return consume


class _NoTools:
    def specs(self) -> Sequence[ToolSpec]:
        return []

    async def settle(self) -> None: ...

    async def call(self, name: str, arguments: Mapping[str, Json]) -> ToolOutcome:
        raise AssertionError(name, arguments)


async def _stop(_rounds: int) -> LimitChoice:
    return "stop"


class _Replayed(httpx2.AsyncBaseTransport):
    """Answers every request with the same bytes."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def client(self) -> httpx2.AsyncClient:
        """A client over it, for the bare loop."""
        return httpx2.AsyncClient(transport=self)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-type": "text/event-stream"}, stream=_Blocks(self._body))


class _Blocks(httpx2.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        for start in range(0, len(self._body), BLOCK):
            yield self._body[start : start + BLOCK]
