"""Whether a database is a history that can be used, and of which version."""

import sqlite3
import time

from tui.core.errors import StoreError
from tui.store import schema

_CHECK_SECONDS = 0.3
"""A large history is checked for damage only so long; the rest of it shows when it is read."""


class DamagedFileError(Exception):
    """The file is no history: garbage, cut short, or another program's."""


def check(connection: sqlite3.Connection) -> int:
    """The version of the history's tables; that of this program where there are none yet.

    Raises:
        DamagedFileError: it has inner faults.
        StoreError: a newer Callscope wrote it.
        sqlite3.Error: it cannot be read, or is no history; `is_damage` tells which.
    """
    tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > schema.SCHEMA_VERSION:
        raise StoreError("the history was written by a newer Callscope.", "Update Callscope.")
    if not tables and version == 0:
        return schema.SCHEMA_VERSION
    for statement in schema.probes(version):
        connection.execute(statement)
    if (verdict := _integrity(connection)) != "ok":
        raise DamagedFileError(verdict)
    return version


def _integrity(connection: sqlite3.Connection) -> str:
    deadline = time.monotonic() + _CHECK_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
    try:
        (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return "ok"
    finally:
        connection.set_progress_handler(None, 0)
    return verdict
