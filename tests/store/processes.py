"""Real processes that write to a history at once, and are killed."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

READ_LIMIT = 30.0


async def start_writer(folder: Path, conversation: str, turns: int) -> asyncio.subprocess.Process:
    """A process that writes so many turns of a conversation."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.store.writer", str(folder), conversation, str(turns)),
        stdout=asyncio.subprocess.PIPE,
    )


async def finished(*writers: asyncio.subprocess.Process) -> list[int | None]:
    """The exit statuses, once all have ended."""
    async with asyncio.timeout(10 * READ_LIMIT):
        for writer in writers:
            await writer.communicate()
    return [writer.returncode for writer in writers]


class KilledWriters:
    """Starts writers, and kills each after a random time."""

    def __init__(self, server: asyncio.subprocess.Process, chance: random.Random) -> None:
        self._server = server
        self._chance = chance

    async def run(self, folder: Path, conversation: str, longest: float) -> int:
        """Write turns until the kill, at most so many seconds later; returns how many were acknowledged."""
        assert self._server.stdin
        self._server.stdin.write(f"{folder} {conversation} 100000\n".encode())
        pid = int((await self._line()).removeprefix("pid "))
        acknowledged = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(self._chance.uniform(0, longest)):
                while True:
                    acknowledged = int(await self._read()) + 1
        os.kill(pid, signal.SIGKILL)
        while (line := await self._line()) != "ended":
            acknowledged = int(line) + 1
        return acknowledged

    async def _line(self) -> str:
        async with asyncio.timeout(READ_LIMIT):
            return await self._read()

    async def _read(self) -> str:
        assert self._server.stdout
        return (await self._server.stdout.readline()).decode().strip()


@asynccontextmanager
async def killed_writers(chance: random.Random) -> AsyncGenerator[KilledWriters]:
    """Writers that are killed."""
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.store.writer", "fork"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield KilledWriters(server, chance)
    finally:
        server.terminate()
        await server.wait()
