"""The archive of conversations in SQLite, behind one worker thread that takes everything in order.

Appending never waits for the disk. What cannot be stored stays in memory, in order, is part of what is listed and
opened, and is stored as soon as a later attempt works; search and statistics know what is stored.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event as Flag
from typing import TypeVar

from tui.core.errors import StoreError
from tui.core.events import Event
from tui.core.ports import ConversationSummary, SearchHit, SearchQuery, UsageStatistics
from tui.core.text import sanitize
from tui.store import opening
from tui.store.background import SLICE_SECONDS, Background
from tui.store.codec import Redact
from tui.store.notices import Notices
from tui.store.outbox import Outbox
from tui.store.reasons import DATABASE_ERRORS, NOT_SAVED, explain
from tui.store.summary import ConversationRow

T = TypeVar("T")

RETRY_SECONDS = 5.0
"""What could not be stored is tried again so often."""

_TIDY_AT_THE_END_SECONDS = 0.5
"""So long the end may wait for deleted words to leave the file; the next start goes on with it."""


class History:
    """Every conversation, in `history.db` of one folder; the `Archive` of a running application.

    Several processes may use the same folder. Made by `open`, in the event loop that it then belongs to.
    """

    def __init__(
        self, opened: opening.Opened, thread: ThreadPoolExecutor, redact: Redact | None, retry_seconds: float
    ) -> None:
        self._database = opened.database
        self._notices = Notices(notice=opened.notice, problem=opened.problem)
        self._outbox = Outbox(opened.database, self._notices, thread.submit, redact=redact, retry_seconds=retry_seconds)
        self._thread = thread
        self._background = Background(opened.database, thread)
        self._closed = False
        self._deleted: set[str] = set()  # the worker thread's, like the database
        self._search_stopped = Flag()
        self._background.look()

    @classmethod
    async def open(
        cls,
        folder: Path,
        *,
        redact: Redact | None = None,
        connect: opening.Connect = opening.connect,
        retry_seconds: float = RETRY_SECONDS,
    ) -> "History":
        """The history in this folder, which is made when it is missing; whatever is stored passes `redact` before.

        Always succeeds: a damaged file is set aside, and where nothing can be stored memory has to do; `problem`
        says so.
        """
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history")
        future = thread.submit(opening.open_database, folder, connect)
        return cls(await asyncio.wrap_future(future), thread, redact, retry_seconds)

    @classmethod
    async def in_memory(cls, *, redact: Redact | None = None) -> "History":
        """An empty history of which nothing is kept."""
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history")
        return cls(await asyncio.wrap_future(thread.submit(opening.open_in_memory)), thread, redact, RETRY_SECONDS)

    async def aclose(self) -> None:
        """Store what is left, make this run's deletions final, and end the thread. Later events are not taken."""
        if self._closed:
            return
        self._search_stopped.set()
        await self.flush()
        self._closed = True
        self._background.stop()
        self._outbox.close()
        await self._run(self._close)
        self._thread.shutdown()

    def _close(self) -> None:
        try:
            self._purge()
        except DATABASE_ERRORS as error:  # they stay hidden; a later run drops them
            self._notices.report(NOT_SAVED + explain(error))
        finally:
            self._database.close()

    def _purge(self) -> None:
        self._database.purge(self._deleted)
        deadline = time.monotonic() + _TIDY_AT_THE_END_SECONDS
        while self._deleted and self._database.has_work and time.monotonic() < deadline:
            self._database.work(SLICE_SECONDS)

    # --- what is known about storing ---

    @property
    def problem(self) -> str:
        """Why history is not being saved, or what happened to its file; empty when all is well."""
        return self._notices.text

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` in the event loop whenever `problem` changes; returns how to stop that."""
        return self._notices.subscribe(changed)

    @property
    def is_digesting(self) -> bool:
        """Whether search and statistics do not know all older conversations yet."""
        return self._database.is_digesting

    async def digested(self) -> None:
        """Wait until search and statistics know every event; until then they know the newest ones."""
        await self._background.done()

    # --- writing ---

    def append(self, conversation_id: str, event: Event) -> asyncio.Future[None]:
        """Take a durable event to be stored, in order; returns at once. Failures show in `problem`.

        The future is done when the event is on the disk, or when storing has failed.
        """
        return self._outbox.take(conversation_id, event)

    async def flush(self) -> None:
        """Wait until everything taken so far is stored, or has failed to be; tries again what failed before."""
        await self._run(self._outbox.write)

    async def delete(self, conversation_ids: Sequence[str]) -> None:
        """Delete conversations; `restore` takes it back until `aclose`.

        Raises:
            StoreError: the history cannot be written.
        """
        await self._run(lambda: self._delete(conversation_ids))

    def _delete(self, conversation_ids: Sequence[str]) -> None:
        self._outbox.write()
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
        """All conversations, the pinned first, then newest first.

        Raises:
            StoreError: the history cannot be read.
        """
        return await self._run(self._summaries)

    def _summaries(self) -> list[ConversationSummary]:
        summaries = self._database.summaries()
        if not self._outbox.unsaved:
            return summaries
        rows: dict[str, ConversationRow] = {}
        for entry in self._outbox.unsaved:
            name = entry.conversation_id
            if name not in rows:
                rows[name] = self._database.conversation(name) or ConversationRow.begin(name, entry.event)
            rows[name].fold(entry.event)
        changed = [row.to_summary() for row in rows.values() if row.id not in self._deleted]
        listed = [*changed, *(summary for summary in summaries if summary.id not in rows)]
        return sorted(listed, key=lambda summary: (summary.pinned, summary.updated_at), reverse=True)

    async def search(self, query: SearchQuery, limit: int = 200) -> list[SearchHit]:
        """The conversations that match, in the order of `summaries`; at most `limit`.

        An earlier search that still runs is stopped, and finds nothing; so is one whose task is cancelled.

        Raises:
            StoreError: the history cannot be read.
        """
        self._search_stopped.set()
        stopped = self._search_stopped = Flag()
        try:
            return await self._run(lambda: self._database.search(query, limit, stopped.is_set))
        except asyncio.CancelledError:
            stopped.set()
            raise

    async def statistics(self, since: float | None = None) -> UsageStatistics:
        """What was done since this time, in seconds since the epoch, to the quarter of an hour; None: ever.

        Deleted conversations do not count, nor calls made by hand, nor in a branch what was copied into it.

        Raises:
            StoreError: the history cannot be read.
        """
        return await self._run(lambda: self._database.statistics(since))

    async def load(self, conversation_id: str) -> list[Event]:
        """The conversation's events, in order; those that cannot be read are left out.

        Raises:
            StoreError: there is no such conversation, or nothing of it can be read.
        """
        return await self._run(lambda: self._load(conversation_id))

    def _load(self, conversation_id: str) -> list[Event]:
        unsaved = [entry.event for entry in self._outbox.unsaved if entry.conversation_id == conversation_id]
        events = self._database.load(conversation_id) + unsaved
        if not events:
            raise StoreError("There is no such conversation in the history.", "It may have been deleted.")
        return events

    async def last_turn(self, conversation_id: str) -> int:
        """The number of the last turn that is stored of a conversation, by whichever process; 0 where there is none.

        Raises:
            StoreError: the history cannot be read.
        """
        return await self._run(lambda: self._database.last_turn(conversation_id))

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
        finally:
            self._background.look()
