"""The stand-in itself: connections, the way of a request through the checks, and the answers."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import suppress

from tests.azure_endpoint.answers import (
    Answer,
    AskedCall,
    Asks,
    Breaks,
    EndsEarly,
    Fails,
    Refuses,
    Says,
    Sends,
    Stalls,
    Wish,
    Written,
)
from tests.azure_endpoint.checks import Asked, Checks
from tests.azure_endpoint.http import Received, Response, read_request
from tests.azure_endpoint.models import Model
from tests.azure_endpoint.pieces import words
from tests.azure_endpoint.refusals import RefusedError
from tui.azure.planner.plan import reply_to
from tui.azure.planner.refusal import RequestRefused
from tui.azure.planner.request import Conversation

REQUEST_ID = "4f1c9a52-0000-4000-8000-2b9d3c7e1a60"
WAIT_SECONDS = 10.0


class AzureEndpoint:
    """The stand-in. Without `answers` the offline planner answers, `pace` seconds between two words.

    `deployments` are its models by name; with none of them there is one, called `deployment`, of an ordinary model.
    `quota` is how many requests and tokens remain in the window, as the headers tell it.
    """

    def __init__(
        self,
        answers: Iterable[Answer] | None = None,
        *,
        api_key: str = "an-azure-key",
        deployment: str = "a-deployment",
        deployments: Mapping[str, Model] | None = None,
        port: int = 0,
        pace: float = 0,
        quota: tuple[int, int] = (1_000, 250_000),
    ) -> None:
        self.api_key = api_key
        self.deployments = dict(deployments or {deployment: Model()})
        self.requests: list[Received] = []
        self.answer_with(answers)
        self._port = port
        self._pace = pace
        self._quota = quota
        self._checks = Checks(api_key, self.deployments)
        self._arrived = asyncio.Condition()
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def deployment(self) -> str:
        """The name of the first deployment."""
        return next(iter(self.deployments))

    @property
    def url(self) -> str:
        """What to set as AZURE_OPENAI_ENDPOINT: `/openai/v1` makes it the v1 API, `/v1` a compatible service."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> "AzureEndpoint":
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port, limit=2**20)
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
        received = await read_request(reader)
        async with self._arrived:
            self.requests.append(received)
            self._arrived.notify_all()
        response = Response(writer, self._headers(received))
        try:
            asked = self._checks.check(received)
        except RefusedError as refusal:
            await response.refuse(refusal.answer)
            return True
        except RequestRefused as refusal:
            await response.refuse(Refuses(400, body=json.dumps(refusal.body).encode()))
            return True
        return await self._answer(asked, reader, response)

    def _headers(self, request: Received) -> Mapping[str, str]:
        """What Azure tells in the headers of every answer; other services do not."""
        if not request.path.startswith("/openai"):
            return {"x-request-id": REQUEST_ID}
        sent = len(self.requests)
        return {
            "apim-request-id": REQUEST_ID,
            "x-ms-region": "Nowhere",
            "x-ratelimit-remaining-requests": str(max(0, self._quota[0] - sent)),
            "x-ratelimit-remaining-tokens": str(max(0, self._quota[1] - 100 * sent)),
        }

    async def _answer(self, asked: Asked, reader: asyncio.StreamReader, response: Response) -> bool:
        match self._next_answer(asked.conversation):
            case Written() as written:
                await response.stream(_paced(asked.events(written).all, self._pace))
            case Refuses() as refusal:
                await response.refuse(refusal)
            case Sends(pieces, content_type):
                await response.stream(_paced(pieces, 0), content_type)
            case EndsEarly(text):
                await response.stream(_paced(asked.events(Written(text)).unfinished, 0))
            case Fails(text, code, message):
                await response.stream(_paced(asked.failing(text, code, message), 0))
            case Breaks(text):
                await response.begin_stream()
                for event in asked.events(Written(text)).unfinished:
                    await response.chunk(event)
                return False
            case Stalls() as stall:
                return await _stall(stall, asked, reader, response)
        return True

    def _next_answer(
        self, conversation: Conversation
    ) -> Written | Refuses | Breaks | EndsEarly | Fails | Stalls | Sends:
        if self._answers is None:
            reply = reply_to(conversation)
            return Written(reply.text, tuple(AskedCall(c.call_id, c.tool, c.arguments) for c in reply.calls))
        if not self._answers:
            return Refuses(400, "ScriptOver", "The script has no further answer.")
        match self._answers.pop(0):
            case Says(text, finish, thoughts):
                return Written(text, finish=finish, thoughts=thoughts)
            case Asks(wishes=wishes, text=text, thoughts=thoughts):
                number = len(self.requests)
                calls = tuple(_call(f"call_{number}_{i}", wish) for i, wish in enumerate(wishes))
                return Written(text, calls, thoughts=thoughts)
            case other:
                return other


async def _stall(stall: Stalls, asked: Asked, reader: asyncio.StreamReader, response: Response) -> bool:
    call = (_call("call_stalled", stall.wish),) if stall.wish else ()
    events = asked.events(Written(stall.text + stall.then, call))
    shown = len(events.opening) + (len(events.body) // 2 if call else len(words(stall.text)))
    if not call and not stall.text:
        shown = 0
    if not stall.in_headers:
        await response.begin_stream()
    for event in events.all[:shown]:
        await response.chunk(event)
    stall.reached.set()
    if not await _released(stall, reader):
        stall.left.set()
        return False
    if stall.in_headers:
        await response.begin_stream()
    for event in events.all[shown:]:
        await response.chunk(event)
    await response.end()
    return False


async def _released(stall: Stalls, reader: asyncio.StreamReader) -> bool:
    """Wait until a test lets the answer go on; False where the client left before."""
    released = asyncio.create_task(stall.released.wait())
    gone = asyncio.create_task(reader.read(1))
    try:
        done, _ = await asyncio.wait((released, gone), return_when=asyncio.FIRST_COMPLETED)
    finally:
        released.cancel()
        gone.cancel()
    return gone not in done


def _call(call_id: str, wish: Wish) -> AskedCall:
    arguments = wish.arguments if isinstance(wish.arguments, str) else json.dumps(wish.arguments)
    return AskedCall(call_id, wish.name, arguments)


async def _paced(events: Iterable[bytes], pace: float) -> AsyncIterator[bytes]:
    for event in events:
        if pace:
            await asyncio.sleep(pace)
        yield event
