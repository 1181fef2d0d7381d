"""Bodies of HTTP responses kept to a size: a server that sends without end must not fill the memory.

Event streams are limited by the event, where they are read; all other bodies here. A compressed body is not taken, as
a few bytes of it can stand for gigabytes; the client asks for none.
"""

from collections.abc import AsyncIterator

import anyio
import httpx2

from tui.core.errors import ServerError
from tui.hosting.failures import MAX_MESSAGE_BYTES, too_large
from tui.hosting.link import Link

DRAIN_BYTES = 64 * 1024
DRAIN_SECONDS = 1.0


def limit_body(response: httpx2.Response, link: Link, url: str) -> None:
    """Have the body of this response end the connection when it grows too large.

    Raises:
        ServerError: the body is compressed.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise ServerError(
            f"The server at {url} compresses its answers, which was not asked for.",
            "Turn compression off in the server, or in the proxy in front of it.",
        )
    is_stream = response.is_success and response.headers.get("content-type", "").startswith("text/event-stream")
    if not is_stream and isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _LimitedBody(response.stream, link)


async def drain(response: httpx2.Response) -> None:
    """Read a body that nobody wants, so that the connection can be used again; one that goes on is given up."""
    size = 0
    with anyio.move_on_after(DRAIN_SECONDS):
        async for chunk in response.aiter_raw():
            size += len(chunk)
            if size > DRAIN_BYTES:
                return


class _LimitedBody(httpx2.AsyncByteStream):
    """A body that ends the connection when it grows too large."""

    def __init__(self, body: httpx2.AsyncByteStream, link: Link) -> None:
        self._body = body
        self._link = link

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._body:
            size += len(chunk)
            if size > MAX_MESSAGE_BYTES:
                self._link.lose(too_large())
                raise httpx2.ReadError("the body is too large")
            yield chunk

    async def aclose(self) -> None:
        """Close the body."""
        await self._body.aclose()
