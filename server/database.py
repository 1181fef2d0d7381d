"""One SQLite file and the one statement at a time that may be run on it, within limits of time, rows and size."""

import math
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import NoReturn

from pydantic_core import to_json

from server.database_rules import authorizer
from server.optional_settings import DatabaseSettings

ROW_LIMIT = 200
SECONDS_LIMIT = 5.0
LOCK_SECONDS = 2.0
"""How long a statement waits for another program that writes."""
CELL_CHARACTERS = 2_000
ROWS_BYTES = 192 * 1024
"""The size of the rows as JSON; they travel twice, as a table and as data, and must fit into what clients accept."""

_STEPS_BETWEEN_LOOKS = 20
_GRACE_SECONDS = 1.0
_VALUE_BYTES = 1_048_576
_STATEMENT_BYTES = 65_536
_PATTERN_BYTES = 1_000
_HEAP_BYTES = 268_435_456
_PRIMARY_CODE = 0xFF
_SCHEMA = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY rowid"

Cell = str | int | float | None


class DatabaseProblem(Exception):
    """Why a statement was not run to its end: a sentence for the model."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a statement answered. `cut`: there was more; `changed`: rows that it wrote, None if it only read."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    cut: bool
    changed: int | None


class Database:
    """Runs single statements, each on a connection of its own, so that none sees what another left behind."""

    def __init__(
        self,
        settings: DatabaseSettings,
        *,
        row_limit: int = ROW_LIMIT,
        seconds: float = SECONDS_LIMIT,
        lock_seconds: float = LOCK_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.writable = settings.writable
        self.patience = seconds + lock_seconds + _GRACE_SECONDS
        """Seconds after which nobody should wait for `run`: a single long step of SQLite cannot be stopped."""
        self._uri = f"{settings.file.as_uri()}?mode={'rw' if settings.writable else 'ro'}"
        self._row_limit = row_limit
        self._seconds = seconds
        self._lock_seconds = lock_seconds
        self._now = now

    def run(self, statement: str, parameters: Sequence[Cell] = ()) -> Rows:
        """Run one statement with values for its question marks. Raises DatabaseProblem."""
        try:
            with closing(self._connect()) as connection:
                cursor = connection.execute(statement, tuple(parameters))
                rows, cut = self._fetch(cursor)
                columns = [str(column[0]) for column in cursor.description or ()]
                return Rows(columns, rows, cut, None if cursor.rowcount < 0 else cursor.rowcount)
        except (sqlite3.Error, sqlite3.Warning, MemoryError, OverflowError, ValueError) as error:
            self._explain(error)

    def schema(self) -> str:
        """The statements that made the tables, views and indexes. Raises DatabaseProblem."""
        try:
            with closing(self._connect()) as connection:
                return "".join(f"{sql};\n" for (sql,) in connection.execute(_SCHEMA))
        except (sqlite3.Error, MemoryError) as error:
            self._explain(error)

    def _connect(self) -> sqlite3.Connection:
        # Autocommit: a statement that is stopped leaves nothing behind.
        connection = sqlite3.connect(self._uri, uri=True, isolation_level=None, timeout=self._lock_seconds)
        try:
            connection.text_factory = _text
            if not self.writable:
                connection.execute("PRAGMA query_only = ON")
            # A hostile file must not run functions from its views and triggers, nor a statement take all memory.
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute(f"PRAGMA hard_heap_limit = {_HEAP_BYTES}")
            # What happens inside of one step is not seen by the clock, so no single value may be large.
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _VALUE_BYTES)
            connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, _STATEMENT_BYTES)
            connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, _PATTERN_BYTES)
            connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            connection.set_authorizer(authorizer(writable=self.writable))
            deadline = self._now() + self._seconds
            connection.set_progress_handler(lambda: self._now() > deadline, _STEPS_BETWEEN_LOOKS)
        except BaseException:
            connection.close()
            raise
        return connection

    def _fetch(self, cursor: sqlite3.Cursor) -> tuple[list[list[Cell]], bool]:
        rows: list[list[Cell]] = []
        size = 0
        for row in cursor:
            if len(rows) == self._row_limit:
                return rows, True
            cells = [_shown(value) for value in row]
            size += len(to_json(cells))
            if size > ROWS_BYTES:
                return rows, True
            rows.append(cells)
        return rows, False

    def _explain(self, error: Exception) -> NoReturn:
        text = str(error)
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & _PRIMARY_CODE
        if code == sqlite3.SQLITE_INTERRUPT:
            words = f"The statement was stopped after {self._seconds:g} seconds: ask for less, or use an index."
        elif code in (sqlite3.SQLITE_AUTH, sqlite3.SQLITE_READONLY):
            allowed = "read and change rows and tables" if self.writable else "only read it"
            words = f"This is not allowed on the database: statements may {allowed}, and nothing else."
        elif "one statement at a time" in text:
            words = "Only one statement can be run at a time: make one call for each."
        elif isinstance(error, MemoryError):
            words = "The statement needs too much memory: ask for less."
        elif isinstance(error, OverflowError):
            words = "A parameter is a number that SQLite cannot hold: at most 64 bits."
        else:
            words = f"SQLite says: {text[:500]}. The resource database://schema has the tables."
        raise DatabaseProblem(words) from error


def _text(data: bytes) -> str:
    return data.decode(errors="replace")


def _shown(value: str | int | float | bytes | None) -> Cell:
    """A value as JSON can carry it: bytes as SQL writes them, what is too long with a sign that it was cut."""
    if isinstance(value, bytes):
        value = f"x'{value[: CELL_CHARACTERS // 2].hex()}'" + (" …" if len(value) > CELL_CHARACTERS // 2 else "")
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str) and len(value) > CELL_CHARACTERS:
        return f"{value[:CELL_CHARACTERS]} …"
    return value
