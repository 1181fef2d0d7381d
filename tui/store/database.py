"""The SQLite tables of the history, used by one thread: what is written and read, in plain calls that block.

Conversations carry the columns that the list shows, kept up to date on append, so that a list reads no events. A
rollback journal with synchronous=FULL: SQLite before 3.51.3 can corrupt a WAL database that two processes write.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from tui.core.errors import StoreError
from tui.core.events import Event
from tui.core.ports import ConversationSummary, SearchHit, SearchQuery, UsageStatistics
from tui.store import reading, schema, soundness, usage
from tui.store.digest import Digest
from tui.store.reasons import DATABASE_ERRORS
from tui.store.rows import COLUMNS, QUICK_COLUMNS, UPSERT, decode_text, names, quick_summary, to_summary
from tui.store.salvage import salvage
from tui.store.search import NEWEST_FIRST, find
from tui.store.summary import ConversationRow, to_conversation_row
from tui.store.text_index import LARGEST_NUMBER, is_index_damage
from tui.store.transaction import writing

T = TypeVar("T")

_DELETED_LONG_AGO = 24 * 3600.0
"""Seconds after which a deletion that another run made, and did not live to finish, is final."""

_PRAGMAS = ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "temp_store=MEMORY")


@dataclass(frozen=True, slots=True)
class Entry:
    """An event on its way to the disk, as it will be read again, with its JSON line."""

    conversation_id: str
    event: Event
    line: str


class Database:
    """The tables over one connection, which it owns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._digest = Digest(connection)
        self.version = schema.SCHEMA_VERSION
        connection.text_factory = decode_text

    def check(self) -> None:
        """Set the connection up, and look whether this is a history that can be used; an empty file is.

        `version` is then the version of its tables.

        Raises:
            DamagedFileError: it has inner faults.
            StoreError: a newer Callscope wrote it.
            sqlite3.Error: it cannot be read, or is no history; `is_damage` tells which.
        """
        for pragma in _PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self.version = soundness.check(self._connection)
        self._digest.look()

    def prepare(self) -> None:
        """Make the tables, drop what was deleted long ago; writes in any case, so that it shows whether that works."""
        with writing(self._connection) as connection:
            schema.create(connection)
            self._digest.prepare()
            long_ago = time.time() - _DELETED_LONG_AGO
            self._drop(connection.execute("SELECT key FROM conversation WHERE deleted_at < ?", (long_ago,)))

    def upgrade(self) -> None:
        """Make the tables of version 1 those of this version."""
        with writing(self._connection) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version < schema.SCHEMA_VERSION:  # another process may have been faster
                schema.upgrade(connection)
        self.version = schema.SCHEMA_VERSION

    def salvage(self, damaged: Path) -> int:
        """Take over what can be read of a damaged file, into tables that are empty; returns how many conversations."""
        return salvage(damaged, self._connection)

    def is_prepared(self) -> bool:
        """Whether the tables are there to be read."""
        (count,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return count > 0

    @property
    def has_work(self) -> bool:
        """Whether there is something to do for `work`: to digest events, or to tidy the index."""
        return self._digest.has_work

    @property
    def is_digesting(self) -> bool:
        """Whether the index of texts and the usage lack events."""
        return self._digest.is_behind

    def work(self, seconds: float) -> None:
        """Do some of it, for about so long."""
        self._digest.work(seconds)

    def _with_index(self, job: Callable[[], T]) -> T:
        """Do it; where the index of texts turns out to be damaged, empty it, have it made anew, and do it again."""
        try:
            return job()
        except sqlite3.DatabaseError as error:
            if not is_index_damage(error):
                raise
            self._digest.rebuild()
            return job()

    def append(self, entries: Sequence[Entry]) -> None:
        """Store the events, in order, in one transaction."""
        self._with_index(lambda: self._append(entries))

    def _append(self, entries: Sequence[Entry]) -> None:
        with writing(self._connection):
            for conversation_id, group in groupby(entries, key=lambda entry: entry.conversation_id):
                self._append_to(conversation_id, list(group))

    def _append_to(self, conversation_id: str, entries: Sequence[Entry]) -> None:
        conversation = self.conversation(conversation_id) or ConversationRow.begin(conversation_id, entries[0].event)
        for entry in entries:
            conversation.fold(entry.event)
        self._connection.execute(UPSERT, conversation.to_row())
        key, first = self._connection.execute(
            "SELECT key, (SELECT coalesce(max(seq) + 1, 0) FROM event WHERE conversation = key AND seq <= ?)"
            " FROM conversation WHERE id = ?",
            (LARGEST_NUMBER, conversation_id),  # where a damaged number is a text, which compares as larger
        ).fetchone()
        self._connection.executemany(
            "INSERT INTO event (conversation, seq, at, type, json) VALUES (?, ?, ?, ?, ?)",
            (
                (key, seq, entry.event.at, type(entry.event).__name__, entry.line)
                for seq, entry in enumerate(entries, start=first)
            ),
        )
        numbered = ((seq, entry.event) for seq, entry in enumerate(entries, start=first))
        self._digest.add(key, numbered, origin=conversation.origin, started_at=conversation.started_at)

    def delete(self, conversation_ids: Sequence[str], at: float) -> None:
        """Hide conversations; `restore` shows them again until `purge`."""
        with writing(self._connection) as connection:
            connection.executemany(
                "UPDATE conversation SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL",
                ((at, conversation_id) for conversation_id in conversation_ids),
            )

    def restore(self, conversation_ids: Sequence[str]) -> None:
        """Show hidden conversations again."""
        with writing(self._connection) as connection:
            connection.executemany(
                "UPDATE conversation SET deleted_at = NULL WHERE id = ?", ((id,) for id in conversation_ids)
            )

    def purge(self, conversation_ids: Iterable[str]) -> None:
        """Drop those of the conversations that are hidden, for good."""
        ids = list(conversation_ids)
        if ids:
            self._with_index(lambda: self._purge(ids))

    def _purge(self, ids: Sequence[str]) -> None:
        with writing(self._connection) as connection:
            found = "SELECT key FROM conversation WHERE deleted_at IS NOT NULL AND id = ?"
            self._drop(row for id in ids for row in connection.execute(found, (id,)))

    def _drop(self, keys: Iterable[tuple[int]]) -> None:
        dropped = list(keys)
        for (key,) in dropped:
            self._digest.remove(key)
        if dropped:
            self._connection.executemany("DELETE FROM conversation WHERE key = ?", dropped)
            self._digest.removed()

    def conversation(self, conversation_id: str) -> ConversationRow | None:
        """One conversation, deleted or not; None when there is none."""
        row = self._connection.execute(
            f"SELECT {COLUMNS} FROM conversation WHERE id = ?", (conversation_id,)
        ).fetchone()
        return to_conversation_row(row) if row else None

    def summaries(self) -> list[ConversationSummary]:
        """All conversations that are not deleted: the pinned first, then newest first."""
        rows = self._connection.execute(
            f"SELECT {QUICK_COLUMNS} FROM conversation WHERE deleted_at IS NULL ORDER BY {NEWEST_FIRST}"
        ).fetchall()
        remembered = cache(names)  # most have the same few tools
        listed = (quick_summary(row, remembered) or self._summary(row[-1]) for row in rows)
        return [summary for summary in listed if summary]

    def _summary(self, key: int) -> ConversationSummary | None:
        row = self._connection.execute(f"SELECT {COLUMNS} FROM conversation WHERE key = ?", (key,)).fetchone()
        return to_summary(row) if row else None  # another process may have dropped it since

    def search(self, query: SearchQuery, limit: int, stopped: Callable[[], bool]) -> list[SearchHit]:
        """The conversations that match, in the order of `summaries`; nothing once `stopped` says so."""
        has_index = self._digest.has_index
        return self._with_index(lambda: find(self._connection, query, limit, stopped, has_index=has_index))

    def statistics(self, since: float | None) -> UsageStatistics:
        """What was done since this time."""
        return usage.statistics(self._connection, since)

    def load(self, conversation_id: str) -> list[Event]:
        """The events of a conversation that is not deleted, in order; empty when there is none.

        Those that cannot be read are left out, and the conversation is marked as damaged.

        Raises:
            StoreError: not one event can be read.
        """
        events, refused = reading.events_of(self._connection, conversation_id)
        if refused:
            self._mark_damaged(conversation_id)
        if refused and not events:
            raise StoreError("Nothing of this conversation can be read: it is damaged.", detail=str(refused))
        return events

    def last_turn(self, conversation_id: str) -> int:
        """The number of a conversation's last turn; 0 where there is none that can be read."""
        return reading.last_turn(self._connection, conversation_id)

    def _mark_damaged(self, conversation_id: str) -> None:
        # What cannot be marked now is marked when it is read again.
        with suppress(*DATABASE_ERRORS), writing(self._connection) as connection:
            connection.execute("UPDATE conversation SET damaged = 1 WHERE id = ?", (conversation_id,))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
