"""The full-text index over what was said and done: FTS5 without a copy of the texts, sqlite.org/fts5.html.

A text's rowid is its conversation's key and the event's number in it. The index holds words, not their places
(detail=none), which keeps it to a fraction of the texts and lets 100,000 hits be gone through while one types. To take
a text out, FTS5 must be told the text again; where that cannot be, the index is made anew.
"""

import sqlite3
from collections.abc import Iterable, Sequence

from tui.core.events import Event
from tui.store.words import indexed_text

TABLE = "event_text"
_SEQ_BITS = 24
LARGEST_NUMBER = (1 << _SEQ_BITS) - 1
"""Of an event in its conversation."""

_CREATE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5(text, content='', columnsize=0, detail=none,"
    " prefix='1 2 3', tokenize='unicode61 remove_diacritics 2')"
)
_MERGED_PAGES = 200
"""So many pages one `tidy` writes about: some 10 ms."""


def is_available(connection: sqlite3.Connection) -> bool:
    """Whether this SQLite was built with FTS5."""
    try:
        connection.execute("CREATE VIRTUAL TABLE temp.fts5_probe USING fts5(text)")
        connection.execute("DROP TABLE temp.fts5_probe")
    except sqlite3.OperationalError:
        return False
    return True


def is_index_damage(error: Exception) -> bool:
    """Whether the index alone is at fault, which can be made anew from the events."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_CORRUPT_VTAB


def create(connection: sqlite3.Connection) -> None:
    """Make the index where it is missing."""
    connection.execute(_CREATE)


def recreate(connection: sqlite3.Connection) -> None:
    """Make the index anew, empty."""
    connection.execute(f"DROP TABLE IF EXISTS {TABLE}")
    connection.execute(_CREATE)


def add(connection: sqlite3.Connection, key: int, numbered: Iterable[tuple[int, Event]]) -> None:
    """Take in events of the conversation with this key, each with its number."""
    connection.executemany(f"INSERT INTO {TABLE} (rowid, text) VALUES (?, ?)", _texts(key, numbered))


def remove(connection: sqlite3.Connection, key: int, numbered: Iterable[tuple[int, Event]]) -> None:
    """Take events out again, which must be as they were when they were added."""
    connection.executemany(f"INSERT INTO {TABLE} ({TABLE}, rowid, text) VALUES ('delete', ?, ?)", _texts(key, numbered))


def tidy(connection: sqlite3.Connection, *, begin: bool) -> bool:
    """Merge some of the index, so that removed words leave the file; whether there is more to do.

    FTS5 wants a negative number of pages to begin with, and positive ones to go on.
    """
    before = connection.total_changes
    pages = -_MERGED_PAGES if begin else _MERGED_PAGES
    connection.execute(f"INSERT INTO {TABLE} ({TABLE}, rank) VALUES ('merge', ?)", (pages,))
    return connection.total_changes - before >= 2


def conversations(connection: sqlite3.Connection, word: str) -> set[int]:
    """The keys of the conversations in which a word begins with this one."""
    rows = connection.execute(
        f"SELECT DISTINCT rowid >> {_SEQ_BITS} FROM {TABLE} WHERE {TABLE} MATCH ?", (_beginning(word),)
    )
    return {key for (key,) in rows}


def first_hits(connection: sqlite3.Connection, words: Sequence[str], keys: Sequence[int]) -> dict[int, int]:
    """For these conversations, the number of the first event that has all words; else the first that has any."""
    found = _first_of(connection, " AND ".join(map(_beginning, words)), keys)
    if missing := [key for key in keys if key not in found]:
        found |= _first_of(connection, " OR ".join(map(_beginning, words)), missing)
    return found


def _first_of(connection: sqlite3.Connection, expression: str, keys: Sequence[int]) -> dict[int, int]:
    rows = connection.execute(
        f"SELECT rowid >> {_SEQ_BITS}, min(rowid) & {LARGEST_NUMBER} FROM {TABLE}"
        f" WHERE {TABLE} MATCH ? AND rowid BETWEEN ? AND ? GROUP BY 1",
        (expression, min(keys) << _SEQ_BITS, max(keys) << _SEQ_BITS | LARGEST_NUMBER),
    )
    wanted = set(keys)
    return {key: seq for key, seq in rows if key in wanted}


def _texts(key: int, numbered: Iterable[tuple[int, Event]]) -> Iterable[tuple[int, str]]:
    for seq, event in numbered:
        if text := indexed_text(event):
            yield key << _SEQ_BITS | seq, text


def _beginning(word: str) -> str:
    # Letters and digits alone: there is nothing in it that FTS5 could take for an operator.
    return f'"{word}" *'
