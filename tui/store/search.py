"""Searching the history: which conversations a query finds, in the list's order, and where its words are."""

import sqlite3
from collections.abc import Callable, Sequence

from tui.core.errors import StoreError
from tui.core.ports import ConversationSummary, SearchHit, SearchQuery, Snippet
from tui.store import text_index
from tui.store.codec import decode
from tui.store.rows import COLUMNS, to_summary
from tui.store.words import has_word, query_words, searched_text, snippet

NEWEST_FIRST = "pinned DESC, updated_at DESC, key DESC"
_STEPS_BETWEEN_LOOKS = 2_000
"""SQLite's steps after which it is asked whether the search goes on: well under a millisecond."""


def find(
    connection: sqlite3.Connection, query: SearchQuery, limit: int, stopped: Callable[[], bool], *, has_index: bool
) -> list[SearchHit]:
    """The conversations that match, at most `limit`; nothing once `stopped` says so.

    Raises:
        sqlite3.Error: the history, or its index, cannot be read.
    """
    if stopped():
        return []
    connection.set_progress_handler(stopped, _STEPS_BETWEEN_LOOKS)
    try:
        return _Search(connection, has_index).hits(query, limit)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return []
    finally:
        connection.set_progress_handler(None, 0)


class _Search:
    def __init__(self, connection: sqlite3.Connection, has_index: bool) -> None:
        self._connection = connection
        self._has_index = has_index

    def hits(self, query: SearchQuery, limit: int) -> list[SearchHit]:
        words = query_words(query.text)
        keys = self._filtered(query)
        if query.text.strip():
            matching = self._matching(words) if words else self._titled(query.text.strip())
            keys = [key for key in keys if key in matching]
        keys = keys[:limit]
        summaries = self._summaries(keys)
        snippets = self._snippets(keys, words) if words and keys else {}
        return [SearchHit(summaries[key], snippets.get(key)) for key in keys if key in summaries]

    def _filtered(self, query: SearchQuery) -> list[int]:
        """The keys of the conversations that pass everything but the text, in order."""
        conditions, values = ["deleted_at IS NULL"], list[object]()
        for column, name in (("tools", query.tool), ("models", query.model)):
            if name:
                valid = f"CASE WHEN json_valid({column}) THEN {column} ELSE '[]' END"
                conditions.append(f"EXISTS (SELECT 1 FROM json_each({valid}) WHERE value = ? COLLATE NOCASE)")
                values.append(name)
        if query.failed_only:
            conditions.append("failed_calls > 0")
        for condition, time in (("updated_at >= ?", query.since), ("started_at <= ?", query.until)):
            if time is not None:
                conditions.append(condition)
                values.append(time)
        rows = self._connection.execute(
            f"SELECT key FROM conversation WHERE {' AND '.join(conditions)} ORDER BY {NEWEST_FIRST}", values
        )
        return [key for (key,) in rows]

    def _matching(self, words: Sequence[str]) -> set[int]:
        """The keys of the conversations that have all the words, be it in different events, or in a given title."""
        titles = self._given_titles()
        found: set[int] | None = None
        for word in words:
            having = self._having(word) | {key for key, title in titles if has_word(title, word)}
            found = having if found is None else found & having
        return found or set()

    def _having(self, word: str) -> set[int]:
        if self._has_index:
            return text_index.conversations(self._connection, word)
        return {key for key, _ in self._scan([word])}

    def _given_titles(self) -> list[tuple[int, str]]:
        return self._connection.execute(
            "SELECT key, CAST(given_title AS TEXT) FROM conversation WHERE given_title != ''"
        ).fetchall()

    def _titled(self, text: str) -> set[int]:
        """Text without any word, such as an emoji, is looked for in titles alone."""
        rows = self._connection.execute("SELECT key, CAST(title AS TEXT), CAST(given_title AS TEXT) FROM conversation")
        return {key for key, said, given in rows if text in (given or said)}

    def _summaries(self, keys: Sequence[int]) -> dict[int, ConversationSummary]:
        rows = self._connection.execute(
            f"SELECT key, {COLUMNS} FROM conversation WHERE key IN ({', '.join('?' * len(keys))})", keys
        )
        return {key: to_summary(tuple(row)) for key, *row in rows}

    def _snippets(self, keys: Sequence[int], words: Sequence[str]) -> dict[int, Snippet]:
        if self._has_index:
            first = text_index.first_hits(self._connection, words, keys)
        else:
            first = dict(reversed(self._scan(words, keys)))
        found = {key: self._snippet(key, first[key], words) for key in keys if key in first}
        return {key: made for key, made in found.items() if made}

    def _snippet(self, key: int, seq: int, words: Sequence[str]) -> Snippet | None:
        row = self._connection.execute(
            "SELECT json FROM event WHERE conversation = ? AND seq = ?", (key, seq)
        ).fetchone()
        try:
            event = decode(row[0]) if row else None
        except StoreError:
            return None
        source, text = searched_text(event) if event else ("", "")
        return snippet(getattr(event, "turn", 0), source, text, words) if source else None

    def _scan(self, words: Sequence[str], keys: Sequence[int] = ()) -> list[tuple[int, int]]:
        """Without an index: the conversation and the number of every event that has any of the words, in order.

        The lines' JSON is gone through; only what has the letters in it is looked at word by word.
        """
        within = f"conversation IN ({', '.join(map(str, keys))}) AND" if keys else ""
        rows = self._connection.execute(
            f"SELECT conversation, seq, json FROM event WHERE {within} ({' OR '.join(['json LIKE ?'] * len(words))})"
            " AND type IN ('UserSaid', 'ModelAnswered', 'ToolStarted', 'ToolFinished') ORDER BY conversation, seq",
            [f"%{word}%" if word.isascii() else "%" for word in words],
        )
        return [(key, seq) for key, seq, line in rows if self._has_any(line, words)]

    def _has_any(self, line: str, words: Sequence[str]) -> bool:
        try:
            _, text = searched_text(decode(line))
        except StoreError:
            return False
        return any(has_word(text, word) for word in words)
