"""Many clients that call a tool at once over `/mcp`, each checking that the answer is the one to its own question."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

REVISION = "2026-07-28"
JSON = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
PATIENCE_SECONDS = 30


@dataclass
class Load:
    """What became of the calls. `broken`: connections that were lost or refused before an answer came."""

    answered: int = 0
    wrong: list[str] = field(default_factory=list[str])
    broken: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list[float])

    @property
    def rate(self) -> float:
        """Calls a second."""
        return self.answered / self.seconds

    @property
    def p99(self) -> float:
        """The time in seconds that one call in a hundred takes longer than."""
        return sorted(self.latencies)[int(len(self.latencies) * 0.99)]

    def __str__(self) -> str:
        times = f"p50 {sorted(self.latencies)[len(self.latencies) // 2] * 1000:.0f} ms, p99 {self.p99 * 1000:.0f} ms"
        return f"{self.answered:,} answers, {len(self.wrong)} wrong, {self.broken} broken, {self.rate:.0f}/s, {times}"


class Caller:
    """One client with one connection that it keeps."""

    def __init__(self, url: str, token: str | None) -> None:
        parts = urlsplit(url)
        self._host, self._port = str(parts.hostname), int(parts.port or 80)
        self._authorization = f"authorization: Bearer {token}\r\n" if token else ""
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def greet(self, name: str) -> str:
        """The text of the answer, or the status line of another one. Raises OSError or EOFError, as asyncio does."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        try:
            writer.write(self._request(name))
            await writer.drain()
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
            body = await reader.readexactly(int(fields["content-length"]))
        except BaseException:
            self.close()
            raise
        if fields.get("connection") == "close":
            self.close()
        status = head.partition("\r\n")[0]
        return str(json.loads(body)["result"]["content"][0]["text"]) if " 200 " in status else status

    def close(self) -> None:
        """Let go of the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    def _request(self, name: str) -> bytes:
        body = call_of("greet", {"name": name}, name)
        fields = {
            **JSON,
            "mcp-protocol-version": REVISION,
            "mcp-method": "tools/call",
            "mcp-name": "greet",
            "content-length": str(len(body)),
        }
        lines = "".join(f"{field}: {value}\r\n" for field, value in fields.items())
        return f"POST /mcp HTTP/1.1\r\nhost: localhost\r\n{self._authorization}{lines}\r\n".encode() + body


def call_of(tool: str, arguments: Mapping[str, str], request_id: str) -> bytes:
    """The body of a call in the revision of 2026-07-28, which needs no session."""
    meta = {"protocolVersion": REVISION, "clientInfo": {"name": "load", "version": "1"}, "clientCapabilities": {}}
    params = {
        "name": tool,
        "arguments": arguments,
        "_meta": {f"io.modelcontextprotocol/{key}": value for key, value in meta.items()},
    }
    return json.dumps({"jsonrpc": "2.0", "id": request_id, "method": "tools/call", "params": params}).encode()


async def put_under_load(
    urls: Sequence[str],
    *,
    clients: int,
    calls: int,
    token: str | None = None,
    attempts: int = 1,
    halfway: asyncio.Event | None = None,
) -> Load:
    """`clients` callers make `calls` calls each, spread over the URLs; `halfway` is set when half are answered.

    `attempts` above 1: a call whose connection broke is made again, as its tool only reads.
    """
    load = Load()
    start = time.perf_counter()

    async def run(number: int) -> None:
        caller = Caller(urls[number % len(urls)], token)
        for turn in range(calls):
            await _ask(load, caller, f"caller {number} turn {turn}", attempts)
            if halfway is not None and load.answered * 2 >= clients * calls:
                halfway.set()
        caller.close()

    async with asyncio.timeout(PATIENCE_SECONDS + clients * calls / 100):
        await asyncio.gather(*(run(number) for number in range(clients)))
    load.seconds = time.perf_counter() - start
    return load


async def _ask(load: Load, caller: Caller, nonce: str, attempts: int) -> None:
    for _ in range(attempts):
        asked = time.perf_counter()
        try:
            answer = await caller.greet(nonce)
        except (OSError, EOFError):
            load.broken += 1
            continue
        load.latencies.append(time.perf_counter() - asked)
        load.answered += 1
        if not answer.startswith(f"Hello {nonce}! "):
            load.wrong.append(answer)
        return
