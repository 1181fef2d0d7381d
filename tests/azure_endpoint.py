"""A loopback stand-in for an Azure OpenAI resource, on real HTTP.

It speaks the recorded shapes of `POST /openai/deployments/{deployment}/chat/completions?api-version=`, answers from a
script, refuses what Azure refuses (no api-version, a wrong key, another deployment, calls without results) and keeps
every request:

    async with AzureEndpoint([Asks(Wish("greet", {})), Says("Hello!")]) as endpoint:
        ... AZURE_OPENAI_ENDPOINT=endpoint.url, AZURE_OPENAI_API_KEY=endpoint.api_key ...
        assert endpoint.requests[1].body["messages"][-1]["role"] == "tool"

`python -m tests.azure_endpoint --port 0` runs it with the offline planner as its brain, and prints what to set.
"""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

from tui.azure.planner.plan import Call, Reply, reply_to
from tui.azure.planner.request import Conversation, RequestRefused, read_request
from tui.azure.planner.wire import reply_events

REQUEST_ID = "4f1c9a52-0000-4000-8000-2b9d3c7e1a60"
WAIT_SECONDS = 10.0


@dataclass(frozen=True)
class Says:
    """An answer in words, streamed."""

    text: str


@dataclass(frozen=True)
class Wish:
    """A call in an answer. `arguments` as a string goes out as it is, valid JSON or not."""

    name: str
    arguments: Mapping[str, Any] | str = field(default_factory=dict[str, Any])


class Asks:
    """An answer that asks for calls, in parallel."""

    def __init__(self, *wishes: Wish) -> None:
        self.wishes = wishes


@dataclass(frozen=True)
class Refuses:
    """An error status. `message` and `code` make Azure's usual body; `body` replaces it whole."""

    status: int
    code: str | None = None
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None


@dataclass(frozen=True)
class Breaks:
    """Some words, then the connection is closed in the middle of the body."""

    text: str


@dataclass(frozen=True)
class EndsEarly:
    """Some words, then a clean end without finish reason and without `[DONE]`."""

    text: str


@dataclass
class Stalls:
    """Some words, then silence until `release()`, then the rest. `reached` and `left` (the client) are for tests."""

    text: str
    then: str = ""
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let the answer go on."""
        self.released.set()


@dataclass(frozen=True)
class Sends:
    """These bytes as the body, in these pieces; `content_type` as Azure sends it with streams."""

    pieces: Sequence[bytes]
    content_type: str = "text/event-stream; charset=utf-8"


Answer: TypeAlias = Says | Asks | Refuses | Breaks | EndsEarly | Stalls | Sends


@dataclass(frozen=True)
class Received:
    """One request as it came in; header names are in lower case, `body` is the decoded JSON."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    raw_body: bytes

    @property
    def body(self) -> Any:
        """The JSON of the body."""
        return json.loads(self.raw_body)


class AzureEndpoint:
    """The stand-in. Without `answers` the offline planner answers, `pace` seconds between two words."""

    def __init__(
        self,
        answers: Iterable[Answer] | None = None,
        *,
        api_key: str = "an-azure-key",
        deployment: str = "a-deployment",
        port: int = 0,
        pace: float = 0,
    ) -> None:
        self.api_key = api_key
        self.deployment = deployment
        self.requests: list[Received] = []
        self.answer_with(answers)
        self._port = port
        self._pace = pace
        self._arrived = asyncio.Condition()
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """What to set as AZURE_OPENAI_ENDPOINT."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> "AzureEndpoint":
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exception: object) -> None:
        assert self._server is not None
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    def answer_with(self, answers: Iterable[Answer] | None) -> None:
        """From the next request on, answer with these instead; None: with the planner."""
        self._answers = None if answers is None else list(answers)

    async def received(self, count: int) -> None:
        """Wait until this many requests have come in."""
        async with self._arrived, asyncio.timeout(WAIT_SECONDS):
            await self._arrived.wait_for(lambda: len(self.requests) >= count)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            # Cancelled is how the endpoint ends its connections; asyncio would report it as an error of the callback.
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._exchange(reader, writer):
                    pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; whether the connection stays."""
        request = await _read_request(reader)
        async with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()
        response = _Response(writer)
        try:
            self._check(request)
            conversation = read_request(request.raw_body)
        except _RefusedError as refusal:
            await response.refuse(refusal.answer)
            return True
        except RequestRefused as refusal:
            await response.refuse(Refuses(400, body=json.dumps(refusal.body).encode()))
            return True
        return await self._answer(conversation, reader, response)

    def _check(self, request: Received) -> None:
        """What Azure looks at before the body."""
        expected = f"/openai/deployments/{self.deployment}/chat/completions"
        if request.headers.get("api-key") != self.api_key:
            raise _RefusedError(
                401,
                "401",
                "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key "
                "for an active subscription and use a correct regional API endpoint for your resource.",
            )
        if (
            request.method != "POST"
            or not request.path.endswith("/chat/completions")
            or "api-version" not in request.query
        ):
            raise _RefusedError(404, "404", "Resource not found")
        if request.path != expected:
            raise _RefusedError(
                404,
                "DeploymentNotFound",
                "The API deployment for this resource does not exist. If you created the deployment within the last 5 "
                "minutes, please wait a moment and try again.",
            )

    async def _answer(self, conversation: Conversation, reader: asyncio.StreamReader, response: "_Response") -> bool:
        match self._next_answer(conversation):
            case Reply() as reply:
                await response.stream(_paced(reply_events(reply, conversation), self._pace))
            case Refuses() as refusal:
                await response.refuse(refusal)
            case Sends(pieces, content_type):
                await response.stream(_paced(pieces, 0), content_type)
            case EndsEarly(text):
                await response.stream(_paced(_unfinished(text, conversation), 0))
            case Breaks(text):
                await response.begin(200, {"content-type": "text/event-stream"})
                for event in _unfinished(text, conversation):
                    await response.chunk(event)
                return False
            case Stalls() as stall:
                return await _stall(stall, conversation, reader, response)
        return True

    def _next_answer(self, conversation: Conversation) -> Reply | Refuses | Breaks | EndsEarly | Stalls | Sends:
        if self._answers is None:
            return reply_to(conversation)
        if not self._answers:
            return Refuses(500, "ScriptOver", "The script has no further answer.")
        match self._answers.pop(0):
            case Says(text):
                return Reply(text=text)
            case Asks(wishes=wishes):
                number = len(self.requests)
                return Reply(calls=tuple(_call(f"call_{number}_{i}", wish) for i, wish in enumerate(wishes)))
            case other:
                return other


class _RefusedError(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = Refuses(status, code, message)


class _Response:
    """One HTTP/1.1 response on a connection."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def begin(self, status: int, headers: Mapping[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} -", "transfer-encoding: chunked", f"apim-request-id: {REQUEST_ID}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._writer.write("\r\n".join([*lines, "", ""]).encode())
        await self._writer.drain()

    async def chunk(self, data: bytes) -> None:
        self._writer.write(b"%x\r\n%s\r\n" % (len(data), data))
        await self._writer.drain()

    async def end(self) -> None:
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()

    async def stream(
        self, events: AsyncIterator[bytes], content_type: str = "text/event-stream; charset=utf-8"
    ) -> None:
        await self.begin(200, {"content-type": content_type, "x-ms-region": "Nowhere"})
        async for event in events:
            await self.chunk(event)
        await self.end()

    async def refuse(self, refusal: Refuses) -> None:
        error = {"code": refusal.code, "message": refusal.message}
        await self.begin(refusal.status, {"content-type": "application/json", **refusal.headers})
        await self.chunk(json.dumps({"error": error}).encode() if refusal.body is None else refusal.body)
        await self.end()


async def _read_request(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    request_line, *lines = head.split("\r\n")
    method, target, _ = request_line.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return Received(method, unquote(parts.path), query, headers, body)


async def _stall(stall: Stalls, conversation: Conversation, reader: asyncio.StreamReader, response: _Response) -> bool:
    await response.begin(200, {"content-type": "text/event-stream"})
    events = list(reply_events(Reply(text=stall.text + stall.then), conversation))
    shown = len(_unfinished(stall.text, conversation)) if stall.text else 0
    for event in events[:shown]:
        await response.chunk(event)
    stall.reached.set()
    released = asyncio.create_task(stall.released.wait())
    gone = asyncio.create_task(reader.read(1))
    try:
        done, _ = await asyncio.wait((released, gone), return_when=asyncio.FIRST_COMPLETED)
    finally:
        released.cancel()
        gone.cancel()
    if gone in done:
        stall.left.set()
        return False
    for event in events[shown:]:
        await response.chunk(event)
    await response.end()
    return False


def _unfinished(text: str, conversation: Conversation) -> list[bytes]:
    """The events of an answer without its finish, its usage and its end."""
    return list(reply_events(Reply(text=text), conversation))[:-3]


def _call(call_id: str, wish: Wish) -> Call:
    arguments = wish.arguments if isinstance(wish.arguments, str) else json.dumps(wish.arguments)
    return Call(call_id, wish.name, arguments)


async def _paced(events: Iterable[bytes], pace: float) -> AsyncIterator[bytes]:
    for event in events:
        if pace:
            await asyncio.sleep(pace)
        yield event


async def _serve(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    endpoint = AzureEndpoint(api_key=options.key, deployment=options.deployment, port=options.port, pace=options.pace)
    async with endpoint:
        sys.stdout.write(
            f"AZURE_OPENAI_ENDPOINT={endpoint.url}\nAZURE_OPENAI_API_KEY={endpoint.api_key}\n"
            f"AZURE_OPENAI_DEPLOYMENT={endpoint.deployment}\n"
        )
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Run the endpoint with the planner behind it until it is interrupted."""
    parser = argparse.ArgumentParser(description="A loopback Azure OpenAI endpoint with the offline planner behind it.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--key", default="an-azure-key")
    parser.add_argument("--deployment", default="a-deployment")
    parser.add_argument("--pace", type=float, default=0.015, help="seconds between two words")
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
