"""What a statement of the model may do to the database: asked by SQLite for each action while it is compiled."""

import sqlite3
from collections.abc import Callable

_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
_WRITING = frozenset(
    {
        sqlite3.SQLITE_INSERT,
        sqlite3.SQLITE_UPDATE,
        sqlite3.SQLITE_DELETE,
        sqlite3.SQLITE_CREATE_TABLE,
        sqlite3.SQLITE_CREATE_INDEX,
        sqlite3.SQLITE_CREATE_VIEW,
        sqlite3.SQLITE_DROP_TABLE,
        sqlite3.SQLITE_DROP_INDEX,
        sqlite3.SQLITE_DROP_VIEW,
        sqlite3.SQLITE_ALTER_TABLE,
        sqlite3.SQLITE_REINDEX,
    }
)
# They describe tables; without an effect, and without telling where the file is.
_PRAGMAS = frozenset(
    {
        *("table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list"),
        # The full-text index asks for it by itself.
        "data_version",
    }
)
# How SQLite announces that it looks at a virtual table. It never lets a statement do it, as writable_schema is off.
_DECLARING = (sqlite3.SQLITE_UPDATE, "sqlite_master")
_FUNCTIONS_REFUSED = frozenset({"load_extension", "fts3_tokenizer"})

Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]


def authorizer(*, writable: bool) -> Authorizer:
    """The callback for `sqlite3.Connection.set_authorizer`: whatever is not allowed is denied.

    ATTACH, VACUUM INTO (which attaches), transactions, temporary and virtual tables, triggers, and pragmas with an
    effect are never allowed. Source of the actions and their arguments: sqlite.org/c3ref/c_alter_table.html
    """
    allowed = _READING | _WRITING if writable else _READING

    def decide(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
        if action == sqlite3.SQLITE_FUNCTION:
            is_allowed = (second or "").lower() not in _FUNCTIONS_REFUSED
        elif action == sqlite3.SQLITE_PRAGMA:
            is_allowed = (first or "").lower() in _PRAGMAS
        elif (action, first) == _DECLARING:
            is_allowed = True
        else:
            is_allowed = action in allowed
        return sqlite3.SQLITE_OK if is_allowed else sqlite3.SQLITE_DENY

    return decide
