"""A small HTTP API on loopback that keeps what it was sent and answers as a test wants it."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Received:
    """One request; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: str


@dataclass
class HttpApi:
    """`answers` are the raw bytes for each target; None keeps the connection open and says nothing."""

    port: int = 0
    answers: dict[str, bytes | None] = field(default_factory=dict[str, bytes | None])
    received: list[Received] = field(default_factory=list[Received])
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            method, target, _ = head[0].split(" ")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.received.append(Received(method, target, headers, body.decode()))
            answer = self.answers[target]
            if answer is None:
                await reader.read()
            else:
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # The client went away, or was refused: what the test is about.
        finally:
            writer.close()


def answer(body: bytes | str = b"", status: str = "200 OK", **headers: str) -> bytes:
    """The bytes of an answer; `_` in the name of a header stands for `-`."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "connection: close", "", ""]).encode() + data


@asynccontextmanager
async def http_api(tls: ssl.SSLContext | None = None) -> AsyncGenerator[HttpApi]:
    """The API, from entering to leaving."""
    api = HttpApi()
    server = await asyncio.start_server(api.serve, "127.0.0.1", 0, ssl=tls)
    api.port = server.sockets[0].getsockname()[1]
    try:
        yield api
    finally:
        server.close()
