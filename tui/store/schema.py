"""The tables of the history, how they are made, and how those of an older version become these."""

import sqlite3

SCHEMA_VERSION = 2

_CONVERSATION_SINCE_2 = (
    "given_title TEXT NOT NULL DEFAULT ''",
    "models TEXT NOT NULL DEFAULT '[]'",
    "pinned INTEGER NOT NULL DEFAULT 0",
    "origin TEXT NOT NULL DEFAULT ''",
    "forked_turn INTEGER NOT NULL DEFAULT 0",
    "damaged INTEGER NOT NULL DEFAULT 0",
)

_TABLES = (
    f"""CREATE TABLE IF NOT EXISTS conversation (
        key INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        started_at REAL NOT NULL,
        updated_at REAL NOT NULL,
        turns INTEGER NOT NULL,
        tools TEXT NOT NULL,
        calls INTEGER NOT NULL,
        failed_calls INTEGER NOT NULL,
        deleted_at REAL,
        {", ".join(_CONVERSATION_SINCE_2)}
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
        ON conversation (pinned, updated_at) WHERE deleted_at IS NULL""",
    # What was done in each conversation, by quarters of an hour since the epoch: every time zone's days consist of
    # whole ones.
    """CREATE TABLE IF NOT EXISTS usage (
        conversation INTEGER NOT NULL REFERENCES conversation (key) ON DELETE CASCADE,
        quarter INTEGER NOT NULL,
        turns INTEGER NOT NULL,
        failed_turns INTEGER NOT NULL,
        requests INTEGER NOT NULL,
        input_tokens INTEGER NOT NULL,
        cached_tokens INTEGER NOT NULL,
        output_tokens INTEGER NOT NULL,
        reasoning_tokens INTEGER NOT NULL,
        calls INTEGER NOT NULL,
        failed_calls INTEGER NOT NULL,
        PRIMARY KEY (conversation, quarter)
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS tool_usage (
        conversation INTEGER NOT NULL REFERENCES conversation (key) ON DELETE CASCADE,
        quarter INTEGER NOT NULL,
        tool TEXT NOT NULL,
        calls INTEGER NOT NULL,
        failed_calls INTEGER NOT NULL,
        seconds REAL NOT NULL,
        PRIMARY KEY (conversation, quarter, tool)
    ) WITHOUT ROWID""",
    # One row. Events up to the rowid `undigested` are not in `usage` and the index of texts yet; `stale`: something was
    # written without the index; `untidy`: deleted words may still be found in the index's old segments.
    """CREATE TABLE IF NOT EXISTS digest (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        undigested INTEGER NOT NULL,
        stale INTEGER NOT NULL,
        untidy INTEGER NOT NULL
    )""",
)

_NOTHING_DIGESTED = "INSERT OR IGNORE INTO digest SELECT 1, coalesce(max(rowid), 0), 0, 0 FROM event"


def create(connection: sqlite3.Connection) -> None:
    """Make the tables that are missing, of this version."""
    for statement in (*_TABLES, _NOTHING_DIGESTED):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def upgrade(connection: sqlite3.Connection) -> None:
    """Make tables of version 1 those of this version; what is derived from the events is left to be digested."""
    for column in _CONVERSATION_SINCE_2:
        connection.execute(f"ALTER TABLE conversation ADD COLUMN {column}")
    connection.execute("DROP INDEX IF EXISTS conversation_newest")
    create(connection)


def probes(version: int) -> tuple[str, ...]:
    """Statements that fail where the tables are not those of this version."""
    probed = [
        "SELECT key, id, title, started_at, updated_at, turns, tools, calls, failed_calls, deleted_at"
        " FROM conversation LIMIT 1",
        "SELECT conversation, seq, at, type, json FROM event LIMIT 1",
    ]
    if version >= 2:
        added = ", ".join(column.split()[0] for column in _CONVERSATION_SINCE_2)
        probed += [
            f"SELECT {added} FROM conversation LIMIT 1",
            "SELECT undigested, stale, untidy FROM digest LIMIT 1",
            "SELECT conversation, quarter FROM usage LIMIT 1",
            "SELECT conversation, quarter, tool FROM tool_usage LIMIT 1",
        ]
    return tuple(probed)
