"""The HTTP + SSE wire of MCP, from the client's side: `GET` an event stream, `POST` messages beside it.

The SDK has a client for this wire too. This one exists for what that one cannot do: an answer of up to 5 MB, a failed
POST that fails its own request at once and leaves the connection usable, refusals in words, and a signal when the
stream ends. Wire shape: MCP specification 2024-11-05, "HTTP with SSE".
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urljoin

import anyio
import httpx2
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage
from mcp_types import CONNECTION_CLOSED, INTERNAL_ERROR, ErrorData, JSONRPCError, JSONRPCMessage, JSONRPCRequest
from mcp_types import jsonrpc_message_adapter as message_adapter
from pydantic import ValidationError

from tui.core.errors import ServerError
from tui.hosting.bodies import drain
from tui.hosting.failures import (
    MAX_MESSAGE_BYTES,
    explain,
    refused_with_content,
    refused_with_status,
    shown_url,
    too_large,
)
from tui.hosting.link import Link

LARGE_CHARACTERS = 256 * 1024
"""Messages above this size are decoded in a thread: it would hold up the screen."""

MAX_REDIRECTS = 3
POST_SECONDS = 30.0
POST_TIMEOUT = httpx2.Timeout(10.0, read=POST_SECONDS, pool=None)
STREAM_TIMEOUT = httpx2.Timeout(10.0, read=None, pool=None)

Inbox = MemoryObjectSendStream[SessionMessage | Exception]
Outbox = MemoryObjectReceiveStream[SessionMessage]
Streams = tuple[MemoryObjectReceiveStream[SessionMessage | Exception], MemoryObjectSendStream[SessionMessage]]


@asynccontextmanager
async def sse_transport(
    http: httpx2.AsyncClient, url: str, link: Link, *, headers: Mapping[str, str] | None = None
) -> AsyncGenerator[Streams]:
    """The streams of a connection to `url`; what happens to it is reported to `link`.

    Raises:
        ServerError: the server refused, or what answers is no MCP server.
        httpx2.HTTPError: there is no connection.
    """
    async with AsyncExitStack() as stack:
        response = await _open_stream(http, url, headers or {})
        stack.push_async_callback(response.aclose)
        _check(response, shown_url(url))
        events = aiter(httpx2.EventSource(response, max_event_size=MAX_MESSAGE_BYTES))
        endpoint = await _endpoint(events, str(response.url))
        inbox, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        outgoing, outbox = anyio.create_memory_object_stream[SessionMessage](0)
        for stream in (inbox, incoming, outgoing, outbox):
            stack.push_async_callback(stream.aclose)
        poster = _Poster(http, endpoint, dict(headers or {}), inbox, link)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_read, events, inbox, link, shown_url(url))
            tasks.start_soon(poster.run, outbox)
            yield incoming, outgoing
            tasks.cancel_scope.cancel()


async def _open_stream(http: httpx2.AsyncClient, url: str, headers: Mapping[str, str]) -> httpx2.Response:
    """Open the event stream, following redirects within the server's origin only."""
    wanted = {"Accept": "text/event-stream", "Cache-Control": "no-store", **headers}
    request = http.build_request("GET", url, headers=wanted, timeout=STREAM_TIMEOUT)
    for _ in range(MAX_REDIRECTS):
        response = await http.send(request, stream=True)
        following = response.next_request
        if following is None or _origin(following.url) != _origin(request.url):
            return response
        await response.aclose()
        request = following
    return await http.send(request, stream=True)


def _check(response: httpx2.Response, url: str) -> None:
    if not response.is_success:
        raise refused_with_status(url, response.status_code)
    content_type = response.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != "text/event-stream":
        raise refused_with_content(url, content_type)


async def _endpoint(events: AsyncIterator[httpx2.ServerSentEvent], url: str) -> str:
    """Where to post messages, which the server says in its first event."""
    async for event in events:
        if event.event != "endpoint":
            continue
        endpoint = urljoin(url, event.data)
        if _origin(httpx2.URL(endpoint)) != _origin(httpx2.URL(url)):
            raise ServerError(
                f"The server at {shown_url(url)} wants messages to be sent to another host, which is not safe.",
                "Use a server that keeps to its own address.",
            )
        return endpoint
    raise ServerError(f"The server at {shown_url(url)} closed the connection before it was ready.")


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


async def _read(events: AsyncIterator[httpx2.ServerSentEvent], inbox: Inbox, link: Link, url: str) -> None:
    """Hand every message on until the stream ends, however it ends."""
    end = ServerError(f"The server at {url} closed the connection.")
    try:
        async for event in events:
            if event.event != "message" or not event.data:
                continue
            message = await _decoded(event.data)
            if message is None:
                link.log.add_garbage(event.data)
            else:
                await inbox.send(SessionMessage(message))
    except httpx2.SSEError:
        end = too_large()
    except httpx2.HTTPError as error:
        end = explain(error, url)
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        return
    link.lose(end)
    await inbox.aclose()


async def _decoded(data: str) -> JSONRPCMessage | None:
    return await anyio.to_thread.run_sync(_decode, data) if len(data) > LARGE_CHARACTERS else _decode(data)


def _decode(data: str) -> JSONRPCMessage | None:
    """The message, or None for what is none; lone surrogates in it are replaced, which strict JSON readers refuse."""
    try:
        return message_adapter.validate_json(data, by_name=False)
    except ValidationError:
        pass
    try:
        lenient = json.dumps(json.loads(data), ensure_ascii=False).encode("utf-8", "replace")
        return message_adapter.validate_json(lenient, by_name=False)
    except (ValueError, RecursionError):
        return None


@dataclass(frozen=True, slots=True)
class _Poster:
    """Sends messages to the server; a request that cannot be sent is answered with an error in its place."""

    http: httpx2.AsyncClient
    endpoint: str
    headers: dict[str, str]
    inbox: Inbox
    link: Link

    async def run(self, outbox: Outbox) -> None:
        """Send until the session ends: requests at once, notifications in their order."""
        async with anyio.create_task_group() as requests:
            async for outgoing in outbox:
                if isinstance(outgoing.message, JSONRPCRequest):
                    requests.start_soon(self._post, outgoing.message)
                else:
                    with anyio.move_on_after(POST_SECONDS):  # Those behind it do not wait for ever.
                        await self._post(outgoing.message)

    async def _post(self, message: JSONRPCMessage) -> None:
        body = message.model_dump_json(by_alias=True, exclude_unset=True)
        headers = {"Content-Type": "application/json", **self.headers}
        request = self.http.build_request(
            "POST", self.endpoint, content=body.encode(), headers=headers, timeout=POST_TIMEOUT
        )
        try:
            response = await self.http.send(request, stream=True)
        except (httpx2.HTTPError, ServerError) as error:
            failure = ErrorData(code=CONNECTION_CLOSED, message=explain(error, shown_url(self.endpoint)).message)
            await self._fail(message, failure)
            return
        try:
            if not response.is_success:
                await self._fail(message, _refusal(response.status_code))
            await drain(response)
        except httpx2.HTTPError:
            return  # The status was the answer; what breaks in the body behind it changes nothing.
        finally:
            await response.aclose()

    async def _fail(self, message: JSONRPCMessage, failure: ErrorData) -> None:
        """Nobody knows whether the server is well, and a request is answered in its place."""
        self.link.doubt()
        if isinstance(message, JSONRPCRequest):
            await self._answer(message, failure)

    async def _answer(self, request: JSONRPCRequest, failure: ErrorData) -> None:
        answer = JSONRPCError(jsonrpc="2.0", id=request.id, error=failure)
        try:
            await self.inbox.send(SessionMessage(answer))
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            return  # The session is over, and with it everyone who waited.


def _refusal(status: int) -> ErrorData:
    """What an HTTP status says about a message: 4xx was not taken; after anything else nobody knows."""
    if status == 413:
        return ErrorData(code=INTERNAL_ERROR, message="The request is too large for the server (HTTP 413).")
    if 400 <= status < 500:
        return ErrorData(code=INTERNAL_ERROR, message=f"The server did not take the request (HTTP {status}).")
    return ErrorData(code=CONNECTION_CLOSED, message=f"The server failed on the request (HTTP {status}).")
