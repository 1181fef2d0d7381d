"""The SQLite tables of the history, used by one thread: what is written and read, in plain calls that block.

Conversations carry the columns that the list shows, kept up to date on append, so that a list reads no events. A
rollback journal with synchronous=FULL: SQLite before 3.51.3 can corrupt a WAL database that two processes write.
"""

import sqlite3
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

from tui.core.errors import StoreError
from tui.core.events import Event
from tui.core.ports import ConversationSummary
from tui.store.codec import decode
from tui.store.summary import COLUMNS, begin, fold, to_row, to_summary

SCHEMA_VERSION = 1
_CHECK_SECONDS = 0.3
"""A large history is checked for damage only so long; the rest of it shows when it is read."""

_DELETED_LONG_AGO = 24 * 3600.0
"""Seconds after which a deletion that another run made, and did not live to finish, is final."""

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS conversation (
        key INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        started_at REAL NOT NULL,
        updated_at REAL NOT NULL,
        turns INTEGER NOT NULL,
        tools TEXT NOT NULL,
        calls INTEGER NOT NULL,
        failed_calls INTEGER NOT NULL,
        deleted_at REAL
    )""",
    """CREATE TABLE IF NOT EXISTS event (
        conversation INTEGER NOT NULL REFERENCES conversation (key) ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        at REAL NOT NULL,
        type TEXT NOT NULL,
        json TEXT NOT NULL,
        PRIMARY KEY (conversation, seq)
    )""",
    """CREATE INDEX IF NOT EXISTS conversation_newest
        ON conversation (updated_at) WHERE deleted_at IS NULL""",
)


class DamagedFileError(Exception):
    """The file is no history: garbage, cut short, or another program's."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event on its way to the disk, with its JSON line."""

    conversation_id: str
    event: Event
    line: str


class Database:
    """The tables over one connection, which it owns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.text_factory = _decode_text

    def check(self) -> None:
        """Set the connection up, and look whether this is a history that can be used; an empty file is.

        Raises:
            DamagedFileError: it has inner faults.
            StoreError: a newer Callscope wrote it.
            sqlite3.Error: it cannot be read, or is no history; `is_damage` tells which.
        """
        for pragma in ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        tables = {name for (name,) in self._connection.execute("SELECT name FROM sqlite_master")}
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            raise StoreError("the history was written by a newer Callscope.", "Update Callscope.")
        if not tables and version == 0:
            return
        self._connection.execute(f"SELECT {COLUMNS}, deleted_at FROM conversation LIMIT 1")
        self._connection.execute("SELECT conversation, seq, at, type, json FROM event LIMIT 1")
        if (verdict := self._integrity()) != "ok":
            raise DamagedFileError(verdict)

    def _integrity(self) -> str:
        deadline = time.monotonic() + _CHECK_SECONDS
        self._connection.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
        try:
            (verdict,) = self._connection.execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            return "ok"
        finally:
            self._connection.set_progress_handler(None, 0)
        return verdict

    def prepare(self) -> None:
        """Make the tables, drop what was deleted long ago; writes in any case, so that it shows whether that works."""
        with self._writing() as connection:
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
            connection.execute("DELETE FROM conversation WHERE deleted_at < ?", (time.time() - _DELETED_LONG_AGO,))

    def is_prepared(self) -> bool:
        """Whether the tables are there to be read."""
        (count,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return count > 0

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection]:
        """One transaction, whole or not at all. It takes the lock at once: an upgraded lock could fail half-way."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def append(self, entries: Iterable[Entry]) -> None:
        """Store the events, in order, in one transaction."""
        with self._writing() as connection:
            for conversation_id, group in groupby(entries, key=lambda entry: entry.conversation_id):
                self._append_to(connection, conversation_id, list(group))

    def _append_to(self, connection: sqlite3.Connection, conversation_id: str, entries: Sequence[Entry]) -> None:
        summary = self.summary(conversation_id) or begin(conversation_id, entries[0].event)
        for entry in entries:
            summary = fold(summary, entry.event)
        connection.execute(
            f"INSERT INTO conversation ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " title = excluded.title, updated_at = excluded.updated_at, turns = excluded.turns,"
            " tools = excluded.tools, calls = excluded.calls, failed_calls = excluded.failed_calls",
            to_row(summary),
        )
        key, first = connection.execute(
            "SELECT key, (SELECT coalesce(max(seq) + 1, 0) FROM event WHERE conversation = key)"
            " FROM conversation WHERE id = ?",
            (conversation_id,),
        ).fetchone()
        connection.executemany(
            "INSERT INTO event (conversation, seq, at, type, json) VALUES (?, ?, ?, ?, ?)",
            (
                (key, seq, entry.event.at, type(entry.event).__name__, entry.line)
                for seq, entry in enumerate(entries, start=first)
            ),
        )

    def summary(self, conversation_id: str) -> ConversationSummary | None:
        """The summary of one conversation, deleted or not; None when there is none."""
        row = self._connection.execute(
            f"SELECT {COLUMNS} FROM conversation WHERE id = ?", (conversation_id,)
        ).fetchone()
        return to_summary(row) if row else None

    def summaries(self) -> list[ConversationSummary]:
        """All conversations that are not deleted, newest first."""
        rows = self._connection.execute(
            f"SELECT {COLUMNS} FROM conversation WHERE deleted_at IS NULL ORDER BY updated_at DESC, key DESC"
        )
        return [to_summary(row) for row in rows]

    def load(self, conversation_id: str) -> list[Event]:
        """The events of a conversation that is not deleted, in order; empty when there is none.

        Raises:
            StoreError: an event cannot be understood.
        """
        rows = self._connection.execute(
            "SELECT json FROM event JOIN conversation ON conversation = key"
            " WHERE id = ? AND deleted_at IS NULL ORDER BY seq",
            (conversation_id,),
        )
        return [decode(line) for (line,) in rows]

    def delete(self, conversation_ids: Sequence[str], at: float) -> None:
        """Hide conversations; `restore` shows them again until `purge`."""
        with self._writing() as connection:
            connection.executemany(
                "UPDATE conversation SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL",
                ((at, conversation_id) for conversation_id in conversation_ids),
            )

    def restore(self, conversation_ids: Sequence[str]) -> None:
        """Show hidden conversations again."""
        with self._writing() as connection:
            connection.executemany(
                "UPDATE conversation SET deleted_at = NULL WHERE id = ?", ((id,) for id in conversation_ids)
            )

    def purge(self, conversation_ids: Iterable[str]) -> None:
        """Drop those of the conversations that are hidden, for good."""
        with self._writing() as connection:
            connection.executemany(
                "DELETE FROM conversation WHERE id = ? AND deleted_at IS NOT NULL",
                ((id,) for id in conversation_ids),
            )

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _decode_text(stored: bytes) -> str:
    return stored.decode(errors="replace")
