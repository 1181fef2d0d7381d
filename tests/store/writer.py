"""Processes that write to a history: python -m tests.store.writer FOLDER CONVERSATION TURNS, or `fork` alone.

Each turn has four events. A turn's number is printed once its events are on the disk. With `fork`, each line of the
standard input, "FOLDER CONVERSATION TURNS", is carried out in a new process of its own, event by event; its id is
printed first, and “ended” at its end.
"""

import asyncio
import os
import sys
from pathlib import Path

from tests.store.events import called, said
from tui.core.events import TurnEnded
from tui.store.history import History
from tui.store.reasons import NOT_SAVED


async def write(folder: Path, conversation: str, turns: int, *, one_by_one: bool = False) -> None:
    history = await History.open(folder)
    for number in range(turns):
        at, turn = 100.0 + number, number + 1
        ended = TurnEnded(at=at, turn=turn, reason="done", seconds=1.0)
        events = [said(f"message {number}", at=at, turn=turn), *called("calculate", at=at, turn=turn), ended]
        stored: list[asyncio.Future[None]] = []
        for event in events:
            stored.append(history.append(conversation, event))
            if one_by_one:
                await stored[-1]
        await asyncio.wait(stored)
        while history.problem.startswith(NOT_SAVED):  # another process had the lock for too long
            await history.flush()
            await asyncio.sleep(0)
        _say(str(number))
    await history.aclose()


def serve() -> None:
    """Fork a process for each line: it need not import everything again."""
    for line in sys.stdin:
        folder, conversation, turns = line.split()
        child = os.fork()
        if child == 0:
            _say(f"pid {os.getpid()}")
            asyncio.run(write(Path(folder), conversation, int(turns), one_by_one=True))
            os._exit(0)
        os.waitpid(child, 0)
        _say("ended")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:] == ["fork"]:
        serve()
    else:
        asyncio.run(write(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
