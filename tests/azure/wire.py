"""Recorded shapes of Azure's streams and errors, as bytes, and a transport that answers with them."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import httpx2

from tui.azure.model import AzureChatModel
from tui.azure.retrying import Timing
from tui.azure.target import Target

REQUEST_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
KEY = "s3cret-canary-key"
DEPLOYMENT = "my-gpt"
WAIT_SECONDS = 5.0
ENDPOINT = "https://res.openai.azure.com"

_HEAD = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o-mini-2024-07-18"}
_SAFE = {"hate": {"filtered": False, "severity": "safe"}}


def event(data: Mapping[str, Any]) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"


def chunk(delta: Mapping[str, Any], finish: str | None = None, **more: Any) -> bytes:
    choice: dict[str, Any] = {
        "index": 0,
        "delta": delta,
        "finish_reason": finish,
        "logprobs": None,
        "content_filter_results": {},
    }
    return event({**_HEAD, "choices": [choice], **more})


def call_piece(index: int, arguments: str = "", *, call_id: str | None = None, name: str | None = None) -> bytes:
    function: dict[str, Any] = {"arguments": arguments}
    piece: dict[str, Any] = {"index": index, "function": function}
    if name is not None:
        function["name"] = name
    if call_id is not None:
        piece |= {"id": call_id, "type": "function"}
    return chunk({"tool_calls": [piece]})


PROMPT_FILTER = event(
    {
        "choices": [],
        "created": 0,
        "id": "",
        "model": "",
        "object": "",
        "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": _SAFE}],
    }
)
ROLE = chunk({"role": "assistant", "content": "", "refusal": None})
STOP = chunk({}, "stop")
TOOL_CALLS = chunk({}, "tool_calls")
USAGE = event(
    {
        **_HEAD,
        "choices": [],
        "usage": {
            "prompt_tokens": 81,
            "completion_tokens": 19,
            "total_tokens": 100,
            "prompt_tokens_details": {"cached_tokens": 64, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 5},
        },
    }
)
DONE = b"data: [DONE]\n\n"


def words(*texts: str) -> list[bytes]:
    return [chunk({"content": text}) for text in texts]


def annotation(finish: str | None = None) -> bytes:
    """What the asynchronous filter sends: a choice without a delta."""
    choice = {
        "index": 0,
        "finish_reason": finish,
        "content_filter_offsets": {"check_offset": 44, "start_offset": 44, "end_offset": 198},
        "content_filter_results": _SAFE,
    }
    return event({"id": "", "object": "", "created": 0, "model": "", "choices": [choice]})


class _Pieces(httpx2.AsyncByteStream):
    def __init__(self, pieces: Iterable[bytes | Exception]) -> None:
        self._pieces = pieces
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def aclose(self) -> None:
        self.closed = True


class Recorded(httpx2.AsyncBaseTransport):
    """Answers each request with the same recorded response; an exception among the pieces is raised there."""

    def __init__(
        self,
        pieces: Sequence[bytes | Exception],
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        refuse: Exception | None = None,
    ) -> None:
        self.requests: list[httpx2.Request] = []
        self.streams: list[_Pieces] = []
        self._pieces = pieces
        self._status = status
        self._headers = {"content-type": "text/event-stream", "apim-request-id": REQUEST_ID, **(headers or {})}
        self._refuse = refuse

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if self._refuse:
            raise self._refuse
        stream = _Pieces(self._pieces)
        self.streams.append(stream)
        return httpx2.Response(self._status, headers=self._headers, stream=stream)

    @property
    def body(self) -> Any:
        """The JSON of the last request."""
        return json.loads(self.requests[-1].content)


class FakeTime:
    """A clock that moves only when somebody sleeps, and remembers for how long."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self.timing = Timing(clock=lambda: self.now, sleep=self._sleep, jitter=lambda: 0.0)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Scripted(httpx2.AsyncBaseTransport):
    """Answers each request with the next recorded response; an exception among them is raised; the last one stays."""

    def __init__(self, *answers: "Recorded | Exception") -> None:
        self.requests: list[httpx2.Request] = []
        self._answers = list(answers)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return await answer.handle_async_request(request)

    @property
    def bodies(self) -> list[Any]:
        """The JSON of every request."""
        return [json.loads(request.content) for request in self.requests]


class Held(httpx2.AsyncBaseTransport):
    """Sends these pieces and then nothing more; without headers if there are none. It knows whether it was left."""

    def __init__(self, *pieces: bytes, headers: bool = True) -> None:
        self.reached = asyncio.Event()
        self.left = asyncio.Event()
        self.requests = 0
        self._pieces = pieces
        self._headers = headers

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests += 1
        if not self._headers:
            await self._hold()
        return httpx2.Response(200, headers={"content-type": "text/event-stream"}, stream=_HeldStream(self))

    async def pieces(self) -> AsyncGenerator[bytes]:
        for piece in self._pieces:
            yield piece
        await self._hold()

    async def _hold(self) -> None:
        self.reached.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.left.set()


class _HeldStream(httpx2.AsyncByteStream):
    def __init__(self, held: Held) -> None:
        self._held = held

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        async with aclosing(self._held.pieces()) as pieces:
            async for piece in pieces:
                yield piece

    async def aclose(self) -> None:
        self._held.left.set()


def refusal(status: int, error: Mapping[str, Any] | str, **headers: str) -> Recorded:
    """An error in Azure's shape."""
    body = json.dumps({"error": error}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Recorded([body], status=status, headers={"content-type": "application/json", **named})


TARGET = Target(endpoint=ENDPOINT, deployment=DEPLOYMENT, api_key=KEY, api_version="2024-10-21")


def model_on(transport: httpx2.AsyncBaseTransport, target: Target = TARGET, **options: Any) -> AzureChatModel:
    """The model over this transport; nothing it waits for takes time."""
    options.setdefault("timing", FakeTime().timing)
    return AzureChatModel(target, transport=transport, **options)
