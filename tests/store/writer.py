"""A process that writes to a history until it is killed: python -m tests.store.writer FOLDER CONVERSATION COUNT.

It prints each message's number once that message is stored.
"""

import asyncio
import sys
from pathlib import Path

from tests.store.events import called, said
from tui.store.history import History


async def write(folder: Path, conversation: str, count: int) -> None:
    history = await History.open(folder)
    for number in range(count):
        history.append(conversation, said(f"message {number}", at=100.0 + number, turn=number + 1))
        for event in called("calculate", at=100.0 + number):
            history.append(conversation, event)
        await history.flush()
        if history.problem:
            sys.exit(history.problem)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
    await history.aclose()


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
