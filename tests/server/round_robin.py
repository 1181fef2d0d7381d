"""A tiny proxy that gives each connection to the next server, and goes on to another when one refuses it."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class RoundRobin:
    """Passes bytes on, without a look at them; `served` counts the connections that each port got."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._ports = [int(urlsplit(url).port or 80) for url in urls]
        self._turn = 0
        self.served: Counter[int] = Counter()
        self.url = ""
        self.open = 0
        self.all_closed = asyncio.Event()

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.open += 1
        self.all_closed.clear()
        try:
            upstream = await self._connect()
            async with asyncio.TaskGroup() as both:
                both.create_task(_copy(reader, upstream[1]))
                both.create_task(_copy(upstream[0], writer))
        except* ConnectionError:
            pass  # Both sides are closed by then; the client sees that its connection broke.
        finally:
            writer.close()
            self.open -= 1
            if self.open == 0:
                self.all_closed.set()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        for _ in self._ports:
            port = self._ports[self._turn % len(self._ports)]
            self._turn += 1
            try:
                streams = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                continue
            self.served[port] += 1
            return streams
        raise ConnectionRefusedError


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


@asynccontextmanager
async def round_robin(urls: Sequence[str]) -> AsyncGenerator[RoundRobin]:
    """The proxy, from entering to leaving."""
    proxy = RoundRobin(urls)
    server = await asyncio.start_server(proxy.pass_on, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()
        async with asyncio.timeout(10):
            await proxy.all_closed.wait()
