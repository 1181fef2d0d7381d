"""The archive of conversations in SQLite, behind one worker thread that takes everything in order.

Appending never waits for the disk. What cannot be stored stays in memory, in order, is part of what is read, and is
stored as soon as a later attempt works.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TypeVar

from tui.core.errors import StoreError
from tui.core.events import Event
from tui.core.ports import ConversationSummary, SearchHit, SearchQuery, UsageStatistics
from tui.core.text import sanitize
from tui.store import opening
from tui.store.codec import encode
from tui.store.database import Entry
from tui.store.reasons import DATABASE_ERRORS, NOT_SAVED, explain
from tui.store.summary import begin, fold

T = TypeVar("T")


class History:
    """Every conversation, in `history.db` of one folder; the `Archive` of a running application.

    Several processes may use the same folder. Made by `open`, in the event loop that it then belongs to.
    """

    def __init__(self, opened: opening.Opened, thread: ThreadPoolExecutor) -> None:
        self._database = opened.database
        self._notice = opened.notice
        self._thread = thread
        self._loop = asyncio.get_running_loop()
        self._listeners: list[Callable[[], None]] = []
        self._problem = opened.problem
        self._closed = False
        self._write_is_due = False
        self._inbox: SimpleQueue[tuple[str, Event]] = SimpleQueue()
        self._taken = 0
        self._unanswered: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._unsaved: list[Entry] = []  # the worker thread's, like the database
        self._deleted: set[str] = set()

    @classmethod
    async def open(cls, folder: Path, *, connect: opening.Connect = opening.connect) -> "History":
        """The history in this folder, which is made when it is missing.

        Always succeeds: a damaged file is set aside, and where nothing can be stored memory has to do; `problem`
        says so.
        """
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history")
        future = thread.submit(opening.open_database, folder, connect)
        return cls(await asyncio.wrap_future(future), thread)

    async def aclose(self) -> None:
        """Store what is left, make this run's deletions final, and end the thread. Later events are not taken."""
        if self._closed:
            return
        await self.flush()
        self._closed = True
        await self._run(self._close)
        self._thread.shutdown()

    def _close(self) -> None:
        try:
            self._database.purge(self._deleted)
        except DATABASE_ERRORS as error:  # they stay hidden; a later run drops them
            self._report(NOT_SAVED + explain(error))
        finally:
            self._database.close()

    # --- what is known about storing ---

    @property
    def problem(self) -> str:
        """Why history is not being saved, or what happened to its file; empty when all is well."""
        return self._problem or self._notice

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` in the event loop whenever `problem` changes; returns how to stop that."""
        self._listeners.append(changed)

        def stop() -> None:
            if changed in self._listeners:
                self._listeners.remove(changed)

        return stop

    def _report(self, problem: str) -> None:
        """From the worker thread: this is the problem now."""
        self._loop.call_soon_threadsafe(self._set_problem, problem)

    def _set_problem(self, problem: str) -> None:
        if problem == self._problem:
            return
        self._problem = problem
        for changed in list(self._listeners):
            changed()

    # --- writing ---

    def append(self, conversation_id: str, event: Event) -> asyncio.Future[None]:
        """Take a durable event to be stored, in order; returns at once. Failures show in `problem`.

        The future is done when the event is on the disk, or when storing has failed.
        """
        stored: asyncio.Future[None] = self._loop.create_future()
        if self._closed:
            stored.set_result(None)
            return stored
        self._inbox.put((conversation_id, event))
        self._taken += 1
        self._unanswered.append((self._taken, stored))
        if not self._write_is_due:
            self._write_is_due = True
            self._thread.submit(self._write_and_answer)
        return stored

    def _write_and_answer(self) -> None:
        """From the worker thread: write, and tell whoever waits for what was taken before."""
        self._write_is_due = False  # before it is counted: what is taken later asks for a write of its own
        taken = self._taken
        self._write()
        self._loop.call_soon_threadsafe(self._answer, taken)

    def _answer(self, taken: int) -> None:
        while self._unanswered and self._unanswered[0][0] <= taken:
            _, stored = self._unanswered.popleft()
            if not stored.done():
                stored.set_result(None)

    async def flush(self) -> None:
        """Wait until everything taken so far is stored, or has failed to be; tries again what failed before."""
        await self._run(self._write)

    def _write(self) -> None:
        try:
            self._take_inbox()
            if not self._unsaved:
                return
            self._database.append(self._unsaved)
        except DATABASE_ERRORS as error:
            self._report(NOT_SAVED + explain(error))
        except StoreError as error:
            self._report(NOT_SAVED + error.message)
        else:
            self._unsaved = []
            self._report("")

    def _take_inbox(self) -> None:
        while True:
            try:
                conversation_id, event = self._inbox.get_nowait()
            except Empty:
                return
            self._unsaved.append(Entry(conversation_id, event, encode(event)))

    async def delete(self, conversation_ids: Sequence[str]) -> None:
        """Delete conversations; `restore` takes it back until `aclose`.

        Raises:
            StoreError: the history cannot be written.
        """
        await self._run(lambda: self._delete(conversation_ids))

    def _delete(self, conversation_ids: Sequence[str]) -> None:
        self._write()
        self._database.delete(conversation_ids, time.time())
        self._deleted.update(conversation_ids)

    async def restore(self, conversation_ids: Sequence[str]) -> None:
        """Take a deletion back.

        Raises:
            StoreError: the history cannot be written.
        """
        await self._run(lambda: self._restore(conversation_ids))

    def _restore(self, conversation_ids: Sequence[str]) -> None:
        self._database.restore(conversation_ids)
        self._deleted.difference_update(conversation_ids)

    # --- reading ---

    async def summaries(self) -> list[ConversationSummary]:
        """All conversations, newest first.

        Raises:
            StoreError: the history cannot be read.
        """
        return await self._run(self._summaries)

    def _summaries(self) -> list[ConversationSummary]:
        summaries = self._database.summaries()
        if not self._unsaved:
            return summaries
        by_id = {summary.id: summary for summary in summaries}
        for conversation_id, entries in groupby(self._unsaved, key=lambda entry: entry.conversation_id):
            for entry in entries:
                before = by_id.get(conversation_id) or begin(conversation_id, entry.event)
                by_id[conversation_id] = fold(before, entry.event)
        return sorted(by_id.values(), key=lambda summary: summary.updated_at, reverse=True)

    async def search(self, query: SearchQuery, limit: int = 200) -> list[SearchHit]:
        """The conversations that match, in the order of `summaries`; at most `limit`.

        Raises:
            StoreError: the history cannot be read.
        """
        text = query.text.lower()
        return [SearchHit(found) for found in await self.summaries() if text in found.title.lower()][:limit]

    async def statistics(self, since: float | None = None) -> UsageStatistics:
        """What was done since this time, in seconds since the epoch; None: ever.

        Raises:
            StoreError: the history cannot be read.
        """
        found = [s for s in await self.summaries() if since is None or s.updated_at >= since]
        return UsageStatistics(conversations=len(found))

    async def load(self, conversation_id: str) -> list[Event]:
        """The conversation's events, in order.

        Raises:
            StoreError: there is no such conversation, or it cannot be read.
        """
        return await self._run(lambda: self._load(conversation_id))

    def _load(self, conversation_id: str) -> list[Event]:
        unsaved = [entry.event for entry in self._unsaved if entry.conversation_id == conversation_id]
        events = self._database.load(conversation_id) + unsaved
        if not events:
            raise StoreError("There is no such conversation in the history.", "It may have been deleted.")
        return events

    async def _run(self, job: Callable[[], T]) -> T:
        """Run in the worker thread, after everything before it; SQLite's errors come out in words."""
        try:
            return await asyncio.wrap_future(self._thread.submit(job))
        except DATABASE_ERRORS as error:
            raise StoreError(
                f"The history cannot be used: {explain(error)}",
                "Try again; the conversation that is open is not affected.",
                detail=sanitize(str(error)),
            ) from error
