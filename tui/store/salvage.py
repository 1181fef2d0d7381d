"""What can still be read of a damaged history, taken into a new one."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tui.store.reasons import DATABASE_ERRORS
from tui.store.rows import COLUMNS, UNREADABLE, decode_text
from tui.store.transaction import writing

_SECONDS = 10.0
"""So long at most a damaged file is read: its pages may point in circles."""

_STEPS_BETWEEN_LOOKS = 10_000
_CONVERSATION = ("key", *COLUMNS.split(", "), "deleted_at")


def salvage(damaged: Path, connection: sqlite3.Connection) -> int:
    """Take over the conversations of a damaged file, whose tables stand empty; returns how many have events.

    Nothing is taken over where the file is not readable as a database at all.
    """
    deadline = time.monotonic() + _SECONDS
    try:
        # Immutable: neither a journal beside it is played back into it, nor a lock taken.
        uri = f"{damaged.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as source, writing(connection):
            source.text_factory = decode_text
            source.execute("PRAGMA writable_schema=ON")  # else a file that was cut short is not read at all
            source.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS_BETWEEN_LOOKS)
            _take_conversations(source, connection)
            _take_events(source, connection)
            connection.execute(
                "UPDATE conversation SET damaged = 1 WHERE key IN"
                " (SELECT conversation FROM event GROUP BY conversation HAVING count(*) <= max(seq))"
            )
            connection.execute("DELETE FROM conversation WHERE key NOT IN (SELECT conversation FROM event)")
            connection.execute("UPDATE digest SET undigested = (SELECT coalesce(max(rowid), 0) FROM event)")
            (count,) = connection.execute("SELECT count(*) FROM conversation WHERE deleted_at IS NULL").fetchone()
    except DATABASE_ERRORS:
        return 0
    return count


def _take_conversations(source: sqlite3.Connection, connection: sqlite3.Connection) -> None:
    there = {name for _, name, *_ in source.execute("PRAGMA table_info(conversation)")}
    columns = [name for name in _CONVERSATION if name in there]
    connection.executemany(
        f"INSERT OR IGNORE INTO conversation ({', '.join(columns)}) VALUES ({', '.join('?' for _ in columns)})",
        _rows(source, "conversation", ", ".join(columns)),
    )


def _take_events(source: sqlite3.Connection, connection: sqlite3.Connection) -> None:
    known = {key for (key,) in connection.execute("SELECT key FROM conversation")}
    for key, seq, at, kind, line in _rows(source, "event", "conversation, seq, at, type, json"):
        if not (isinstance(key, int) and isinstance(seq, int) and isinstance(at, float) and isinstance(line, str)):
            continue
        if key not in known:
            known.add(key)
            connection.execute(
                "INSERT OR IGNORE INTO conversation (key, id, title, started_at, updated_at, turns, tools, calls,"
                " failed_calls, damaged) VALUES (?, ?, ?, ?, ?, 0, '[]', 0, 0, 1)",
                (key, f"recovered-{key}", UNREADABLE, at, at),
            )
        connection.execute("INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?)", (key, seq, at, str(kind), line))


def _rows(source: sqlite3.Connection, table: str, columns: str) -> Iterator[tuple[object, ...]]:
    """The rows of a table, from its beginning and then from its end, each up to what cannot be read."""
    first_unread: int | None = None
    for order, goes_on in (("ASC", int.__gt__), ("DESC", int.__lt__)):
        last: int | None = None
        try:
            for rowid, *row in source.execute(f"SELECT rowid, {columns} FROM {table} ORDER BY rowid {order}"):
                if last is not None and not goes_on(rowid, last):
                    break  # in circles
                if order == "DESC" and first_unread is not None and rowid < first_unread:
                    return
                last = rowid
                yield tuple(row)
            else:
                return
        except DATABASE_ERRORS:  # the rest is tried from the other end
            pass
        first_unread = first_unread if last is None else last + 1
