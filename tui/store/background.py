"""Digests older events in short slices between everything else that the history's thread does."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from tui.store.database import Database
from tui.store.reasons import DATABASE_ERRORS

SLICE_SECONDS = 0.03
"""So long events are digested at a time, while appending has to wait."""

_PAUSE_SECONDS = 0.03
"""Between two slices: for what is appended, and for the event loop, which shares the interpreter."""


class Background:
    """Sees to it that the database's work is done; its methods belong to the event loop."""

    def __init__(self, database: Database, thread: ThreadPoolExecutor) -> None:
        self._database = database
        self._thread = thread
        self._loop = asyncio.get_running_loop()
        self._is_due = False
        self._stopped = False
        self._done = asyncio.Event()

    def look(self) -> None:
        """Go on, if there is something to do."""
        if self._stopped or not self._database.has_work:
            self._done.set()
        elif not self._is_due:
            self._done.clear()
            self._is_due = True
            self._loop.call_later(_PAUSE_SECONDS, self._submit)

    def stop(self) -> None:
        """Do nothing more."""
        self._stopped = True
        self._done.set()

    async def done(self) -> None:
        """Wait until all is done."""
        await self._done.wait()

    def _submit(self) -> None:
        if not self._stopped:
            self._thread.submit(self._work)

    def _work(self) -> None:
        if self._stopped:
            return
        try:
            self._database.work(SLICE_SECONDS)
        except DATABASE_ERRORS:
            return  # the next start tries again; whoever saves says that it does not work
        self._loop.call_soon_threadsafe(self._worked)

    def _worked(self) -> None:
        self._is_due = False
        self.look()
