"""A command's end: it runs until it is done, a signal stops it, or nobody reads its output."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine

from tui.commands.headless.output import Output
from tui.commands.streams import flush_output
from tui.core.unattended import ExitStatus

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


def run_to_its_end(work: Callable[[Output], Coroutine[None, None, int]]) -> int:
    """Begin the work on the standard streams, and run it in an event loop of its own; returns the exit status.

    It is 128+n where signal n stopped it. What stops it cancels it, so that it closes what it has opened. Ctrl+C is no
    traceback, not even before the loop.

    Raises:
        AppError: the work cannot be done.
    """
    output = Output.standard()
    try:
        return asyncio.run(_until_stopped(output, work(output)))
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    finally:
        flush_output()


async def _until_stopped(output: Output, work: Coroutine[None, None, int]) -> int:
    task = asyncio.ensure_future(work)
    statuses: list[int] = []

    def stop(status: int) -> None:
        statuses.append(status)
        task.cancel()

    output.when_closed = stop
    loop = asyncio.get_running_loop()
    for name in _SIGNALS if sys.platform != "win32" else ():  # There Ctrl+C cancels the loop's main task.
        number = int(getattr(signal, name))
        loop.add_signal_handler(number, stop, 128 + number)
    try:
        status = await task
    except asyncio.CancelledError:
        if not statuses:
            raise
        return statuses[0]
    return statuses[0] if output.is_closed else status
