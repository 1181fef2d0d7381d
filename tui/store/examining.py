"""The history looked over without being opened for use: it is only read, also while applications write to it."""

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tui.store.reasons import DATABASE_ERRORS, explain
from tui.store.schema import SCHEMA_VERSION

_CHECK_SECONDS = 10.0
SMALLEST_FILE = 512
"""Bytes of SQLite's smallest page; it takes some shorter files for empty."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What is known of a history; `problem` is empty where it is sound. `is_whole`: nothing was left unread."""

    conversations: int = 0
    is_whole: bool = True
    problem: str = ""
    hint: str = ""


def examine_history(path: Path) -> Examined:
    """Read through the file, for ten seconds at most."""
    hint = "It is mended, or set aside and kept, when the application starts."
    try:
        if 0 < path.stat().st_size < SMALLEST_FILE:
            return Examined(problem="its file is too short.", hint=hint)
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=2.0)
        try:
            return _examine(connection, hint)
        finally:
            connection.close()
    except (OSError, *DATABASE_ERRORS) as error:
        return Examined(problem=explain(error), hint=hint)


def _examine(connection: sqlite3.Connection, hint: str) -> Examined:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        return Examined(problem="a newer Callscope wrote it.", hint="Update Callscope.")
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'conversation'").fetchone():
        return Examined()
    query = f"SELECT count(*) FROM conversation{' WHERE deleted_at IS NULL' if version else ''}"
    (conversations,) = connection.execute(query).fetchone()
    deadline = time.monotonic() + _CHECK_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
    try:
        (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return Examined(conversations, is_whole=False)
    return Examined(conversations, problem="" if verdict == "ok" else f"{verdict}.", hint=hint)
