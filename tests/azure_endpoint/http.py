"""HTTP/1.1 by hand: a request read, a response written piece by piece."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.azure_endpoint.answers import Refuses

_TLS_HANDSHAKE = b"\x16"


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


async def read_request(reader: asyncio.StreamReader) -> Received:
    """The next request on a connection.

    Raises:
        ConnectionError: the client speaks TLS.
    """
    first = await reader.readexactly(1)
    if first == _TLS_HANDSHAKE:
        raise ConnectionError
    head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    request_line, *lines = head.split("\r\n")
    method, target, _ = request_line.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return Received(method, unquote(parts.path), query, headers, body)


class Response:
    """One response on a connection, with these headers whatever its status."""

    def __init__(self, writer: asyncio.StreamWriter, headers: Mapping[str, str]) -> None:
        self._writer = writer
        self._headers = headers

    async def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """The status and the headers."""
        all_headers = {"transfer-encoding": "chunked", **self._headers, **headers}
        lines = [f"HTTP/1.1 {status} -", *(f"{name}: {value}" for name, value in all_headers.items())]
        self._writer.write("\r\n".join([*lines, "", ""]).encode())
        await self._writer.drain()

    async def begin_stream(self, content_type: str = "text/event-stream; charset=utf-8") -> None:
        """The head of a streamed answer."""
        await self.begin(200, {"content-type": content_type})

    async def chunk(self, data: bytes) -> None:
        """One piece of the body."""
        self._writer.write(b"%x\r\n%s\r\n" % (len(data), data))
        await self._writer.drain()

    async def end(self) -> None:
        """The end of the body."""
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()

    async def stream(self, events: AsyncIterator[bytes], content_type: str = "") -> None:
        """A whole streamed answer."""
        await (self.begin_stream(content_type) if content_type else self.begin_stream())
        async for event in events:
            await self.chunk(event)
        await self.end()

    async def refuse(self, refusal: Refuses) -> None:
        """An error."""
        error = {"code": refusal.code, "message": refusal.message}
        if refusal.param:
            error["param"] = refusal.param
        await self.begin(refusal.status, {"content-type": "application/json", **refusal.headers})
        await self.chunk(json.dumps({"error": error}).encode() if refusal.body is None else refusal.body)
        await self.end()
