"""Why the disk or SQLite refused, in words. Result codes: sqlite.org/rescode.html."""

import sqlite3
from collections.abc import Mapping

from tui.core.text import sanitize

DATABASE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What a call of SQLite raises; the second when its words quote a damaged file and cannot be decoded."""

NOT_SAVED = "History is not being saved: "

_PRIMARY_CODE = 0xFF

_REASONS: Mapping[int, str] = {
    sqlite3.SQLITE_FULL: "the disk is full.",
    sqlite3.SQLITE_IOERR: "the disk reports an error.",
    sqlite3.SQLITE_READONLY: "its file cannot be written.",
    sqlite3.SQLITE_CANTOPEN: "its file cannot be opened.",
    sqlite3.SQLITE_PERM: "its file cannot be opened.",
    sqlite3.SQLITE_BUSY: "another program keeps its file locked.",
    sqlite3.SQLITE_LOCKED: "another program keeps its file locked.",
    sqlite3.SQLITE_CORRUPT: "its file is damaged; it will be set aside at the next start.",
    sqlite3.SQLITE_NOTADB: "its file is damaged; it will be set aside at the next start.",
}


def result_code(error: BaseException) -> int:
    """SQLite's primary result code; SQLITE_ERROR for errors that carry none."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & _PRIMARY_CODE if isinstance(code, int) else sqlite3.SQLITE_ERROR


def is_damage(error: Exception) -> bool:
    """Whether the file itself is at fault, not the disk or the moment, when this error came while it was opened.

    The plain SQLITE_ERROR then says that its format or its tables are not a history's.
    """
    return result_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


def explain(error: Exception) -> str:
    """The reason as the end of a sentence: “... the disk is full.”"""
    if isinstance(error, OSError):
        return f"{(error.strerror or type(error).__name__).lower()}."
    if isinstance(error, UnicodeDecodeError):
        return _REASONS[sqlite3.SQLITE_CORRUPT]
    return _REASONS.get(result_code(error)) or f"SQLite says “{sanitize(str(error))}”."
