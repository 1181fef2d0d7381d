"""What is derived from the events: the index of texts, the usage, the models of conversations of version 1.

New events are taken in with their own transaction. What an older version wrote, or a Python whose SQLite has no FTS5,
is digested afterwards in short slices, the newest events first, so that a large history opens at once.
"""

import json
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from tui.core.errors import StoreError
from tui.core.events import Event, ModelAsked
from tui.store import text_index, usage
from tui.store.codec import decode
from tui.store.rows import names
from tui.store.summary import is_copied
from tui.store.transaction import writing

_EVENTS_AT_ONCE = 50
_TIDY_BEGINS, _TIDY_GOES_ON = 2, 1

Numbered: TypeAlias = tuple[int, Event]
"""An event and its number in its conversation."""


class Digest:
    """What is derived, over the database's connection; only `work` and `rebuild` begin transactions of their own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.has_index = False
        self.has_work = False
        self.is_behind = False
        """Whether older events are not taken in yet; what else there may be to do is to tidy."""

    def look(self) -> None:
        """See whether there is an index, and whether this SQLite can use it."""
        tables = self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (text_index.TABLE,))
        self.has_index = tables.fetchone() is not None and text_index.is_available(self._connection)

    def prepare(self) -> None:
        """Make the index where this SQLite can; anew where something was written without it."""
        if text_index.is_available(self._connection):
            text_index.create(self._connection)
        self.look()
        (stale,) = self._connection.execute("SELECT CAST(stale AS INTEGER) FROM digest").fetchone()
        if stale and self.has_index:
            self._recreate()
        undigested, untidy = self._connection.execute("SELECT undigested > 0, untidy > 0 FROM digest").fetchone()
        self.is_behind = bool(undigested)
        self.has_work = bool(undigested or untidy)

    def rebuild(self) -> None:
        """Begin again, because the index is damaged."""
        with writing(self._connection):
            self._recreate()

    def _recreate(self) -> None:
        text_index.recreate(self._connection)
        for table in ("usage", "tool_usage"):
            self._connection.execute(f"DELETE FROM {table}")
        self._connection.execute(
            "UPDATE digest SET undigested = (SELECT coalesce(max(rowid), 0) FROM event), stale = 0, untidy = 0"
        )
        self.has_work = self.is_behind = True

    def add(self, key: int, numbered: Iterable[Numbered], *, origin: str, started_at: float) -> None:
        """Take in events of the conversation with this key, which was forked from `origin` or begun."""
        numbered = list(numbered)
        usage.add(self._connection, key, [event for _, event in numbered if not is_copied(event, origin, started_at)])
        if self.has_index:
            text_index.add(self._connection, key, numbered)
        else:
            self._connection.execute("UPDATE digest SET stale = 1 WHERE stale = 0")

    def remove(self, key: int) -> None:
        """Take the events of a conversation out of the index, before they are deleted."""
        rows = self._connection.execute(
            "SELECT CAST(seq AS INTEGER), json FROM event"
            " WHERE conversation = ? AND rowid > (SELECT undigested FROM digest)",
            (key,),
        ).fetchall()
        numbered = [(seq, event) for seq, line in rows if (event := _decoded(line))]
        if self.has_index:
            text_index.remove(self._connection, key, numbered)
        if not self.has_index or len(numbered) < len(rows):
            self._connection.execute("UPDATE digest SET stale = 1")

    def removed(self) -> None:
        """Events were deleted: their numbers may come again, and their words are still in the index's old segments."""
        self._connection.execute(
            "UPDATE digest SET undigested = min(undigested, (SELECT coalesce(max(rowid), 0) FROM event)), untidy = ?",
            (_TIDY_BEGINS,),
        )
        self.has_work = True

    def work(self, seconds: float) -> None:
        """Digest, or tidy the index, for about so long in one transaction; `has_work` tells whether there is more."""
        deadline = time.monotonic() + seconds
        with writing(self._connection):
            undigested, untidy = self._connection.execute(
                "SELECT CAST(undigested AS INTEGER), CAST(untidy AS INTEGER) FROM digest"
            ).fetchone()
            if undigested:
                while undigested and time.monotonic() < deadline:
                    undigested = self._digest_before(undigested)
                self._connection.execute("UPDATE digest SET undigested = ?", (undigested,))
            elif untidy and self.has_index:
                while untidy and time.monotonic() < deadline:
                    goes_on = text_index.tidy(self._connection, begin=untidy == _TIDY_BEGINS)
                    untidy = _TIDY_GOES_ON if goes_on else 0
                self._connection.execute("UPDATE digest SET untidy = ?", (untidy,))
            self.is_behind = undigested > 0
            self.has_work = self.is_behind or (untidy > 0 and self.has_index)

    def _digest_before(self, rowid: int) -> int:
        """Take in the events before, and with, this rowid, a few; returns the rowid to go on with, 0 at the end."""
        rows = self._connection.execute(
            "SELECT event.rowid, key, CAST(seq AS INTEGER), json, CAST(origin AS TEXT), CAST(started_at AS REAL)"
            " FROM event CROSS JOIN conversation"
            " ON key = conversation WHERE event.rowid <= ? ORDER BY event.rowid DESC LIMIT ?",
            (rowid, _EVENTS_AT_ONCE),
        ).fetchall()
        by_conversation: defaultdict[tuple[int, str, float], list[Numbered]] = defaultdict(list)
        for _, key, seq, line, origin, started_at in reversed(rows):
            if event := _decoded(line):
                by_conversation[key, origin, started_at].append((seq, event))
            else:
                self._connection.execute("UPDATE conversation SET damaged = 1 WHERE key = ?", (key,))
        for (key, origin, started_at), numbered in by_conversation.items():
            self.add(key, numbered, origin=origin, started_at=started_at)
            self._add_models(key, [event.model for _, event in numbered if isinstance(event, ModelAsked)])
        return rows[-1][0] - 1 if len(rows) == _EVENTS_AT_ONCE else 0

    def _add_models(self, key: int, asked: list[str]) -> None:
        """These models were asked before those that the conversation names so far."""
        if not asked:
            return
        (known,) = self._connection.execute("SELECT models FROM conversation WHERE key = ?", (key,)).fetchone()
        try:
            later = names(known)
        except (TypeError, ValueError, RecursionError):
            later = ()
        models = list(dict.fromkeys([*asked, *later]))
        self._connection.execute("UPDATE conversation SET models = ? WHERE key = ?", (json.dumps(models), key))


def _decoded(line: str | bytes) -> Event | None:
    try:
        return decode(line)
    except StoreError:
        return None
