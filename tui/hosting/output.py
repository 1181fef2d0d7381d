"""What a launched server wrote to its log: the end of the file, harmless."""

import asyncio
import os
from pathlib import Path

from tui.core.errors import ServerError
from tui.core.text import sanitize

OUTPUT_LINES = 1000
"""Lines of a launched server's log that a person is shown."""

TAIL_BYTES = 512 * 1024
"""No more of the file is looked at, however few lines that is."""


def last_lines(path: Path, count: int, start: int = 0) -> list[str]:
    """The last lines of a file, of what stands after byte `start`.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as log:
        end = log.seek(0, os.SEEK_END)
        first = max(start, end - TAIL_BYTES)
        log.seek(first)
        lines = sanitize(log.read().decode("utf-8", "replace")).splitlines()
    if first > start and lines:
        lines[0] = f"…{lines[0]}"
    return lines[-count:]


async def server_output(log_path: str) -> list[str]:
    """The last lines of a server's log; none where there is no log.

    Raises:
        ServerError: it cannot be read.
    """
    if not log_path:
        return []
    try:
        return await asyncio.to_thread(last_lines, Path(log_path), OUTPUT_LINES)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ServerError(f"{log_path} cannot be read: {error.strerror or error}.") from error
