"""A history as the first version of Callscope wrote it."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from tui.core.events import Event, ToolFinished, ToolStarted, UserSaid
from tui.store.codec import encode

_SCHEMA = """
CREATE TABLE conversation (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, started_at REAL NOT NULL,
    updated_at REAL NOT NULL, turns INTEGER NOT NULL, tools TEXT NOT NULL, calls INTEGER NOT NULL,
    failed_calls INTEGER NOT NULL, deleted_at REAL
);
CREATE TABLE event (
    conversation INTEGER NOT NULL REFERENCES conversation (key) ON DELETE CASCADE, seq INTEGER NOT NULL,
    at REAL NOT NULL, type TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (conversation, seq)
);
CREATE INDEX conversation_newest ON conversation (updated_at) WHERE deleted_at IS NULL;
PRAGMA user_version = 1;
"""


def write(folder: Path, conversations: Mapping[str, Sequence[Event]]) -> Path:
    """Write `history.db` with these conversations; returns the file."""
    path = folder / "history.db"
    database = sqlite3.connect(path)
    database.executescript(_SCHEMA)
    for key, (name, events) in enumerate(conversations.items(), start=1):
        title = next((event.text for event in events if isinstance(event, UserSaid)), "Tools tried by hand")
        started = [event for event in events if isinstance(event, ToolStarted)]
        finished = [event for event in events if isinstance(event, ToolFinished)]
        turns = sum(isinstance(event, UserSaid) for event in events)
        tools = "[" + ", ".join(f'"{event.name}"' for event in started) + "]"
        failed = sum(event.status != "ok" for event in finished)
        row = (key, name, title, events[0].at, events[-1].at, turns, tools, len(finished), failed)
        database.execute("INSERT INTO conversation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", row)
        database.executemany(
            "INSERT INTO event VALUES (?, ?, ?, ?, ?)",
            ((key, seq, event.at, type(event).__name__, encode(event)) for seq, event in enumerate(events)),
        )
    database.commit()
    database.close()
    return path
