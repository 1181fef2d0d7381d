"""Events on their way to the disk: taken in the event loop, written in order by the history's one thread."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue

from tui.core.errors import StoreError
from tui.core.events import Event
from tui.store.codec import Redact, decode, encode
from tui.store.database import Database, Entry
from tui.store.notices import Notices
from tui.store.reasons import DATABASE_ERRORS, NOT_SAVED, explain


class Outbox:
    """What is not stored yet. `take` belongs to the event loop, `write` and `unsaved` to the history's thread.

    What cannot be stored stays, in order, and is stored as soon as a later `write` works; one is made every
    `retry_seconds`. `submit` has a job done in the thread.
    """

    def __init__(
        self,
        database: Database,
        notices: Notices,
        submit: Callable[[Callable[[], None]], object],
        *,
        redact: Redact | None,
        retry_seconds: float,
    ) -> None:
        self._database = database
        self._submit = submit
        self._retry_seconds = retry_seconds
        self._retry: asyncio.TimerHandle | None = None
        self._closed = False
        self._notices = notices
        self._redact = redact
        self._loop = asyncio.get_running_loop()
        self._inbox: SimpleQueue[tuple[str, Event]] = SimpleQueue()
        self._taken = 0
        self._unanswered: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._write_is_due = False
        self.unsaved: list[Entry] = []

    def take(self, conversation_id: str, event: Event) -> asyncio.Future[None]:
        """Take an event, and have it written; the future is done when it was, or that has failed."""
        stored: asyncio.Future[None] = self._loop.create_future()
        if self._closed:
            stored.set_result(None)
            return stored
        self._inbox.put((conversation_id, event))
        self._taken += 1
        self._unanswered.append((self._taken, stored))
        self._write_soon()
        return stored

    def close(self) -> None:
        """Take nothing more."""
        self._closed = True
        if self._retry:
            self._retry.cancel()

    def _write_soon(self) -> None:
        if not self._write_is_due:
            self._write_is_due = True
            self._submit(self._write_and_answer)

    def _write_and_answer(self) -> None:
        self._write_is_due = False  # before it is counted: what is taken later asks for a write of its own
        taken = self._taken
        try:
            self.write()
        finally:
            self._loop.call_soon_threadsafe(self._answer, taken, bool(self.unsaved))

    def _answer(self, taken: int, failed: bool) -> None:
        while self._unanswered and self._unanswered[0][0] <= taken:
            _, stored = self._unanswered.popleft()
            if not stored.done():
                stored.set_result(None)
        if failed and not self._retry and not self._closed:
            self._retry = self._loop.call_later(self._retry_seconds, self._try_again)

    def _try_again(self) -> None:
        self._retry = None
        self._write_soon()

    def write(self) -> None:
        """Store everything taken so far; where that fails, the problem is reported."""
        refused = ""
        for conversation_id, event in self._arrived():
            try:
                line = encode(event, self._redact)
                # As it will be read again, so that the title, the counts and the index tell the same.
                self.unsaved.append(Entry(conversation_id, decode(line), line))
            except StoreError as error:
                refused = NOT_SAVED + error.message
        if not self.unsaved:
            if refused:
                self._notices.report(refused)
            return
        try:
            self._database.append(self.unsaved)
        except DATABASE_ERRORS as error:
            self._notices.report(NOT_SAVED + explain(error))
        else:
            self.unsaved = []
            self._notices.report(refused)

    def _arrived(self) -> Iterator[tuple[str, Event]]:
        while True:
            try:
                yield self._inbox.get_nowait()
            except Empty:
                return
