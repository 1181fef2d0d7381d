"""Ways to make a history's disk fail, and to look at what is left."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tui.core.events import UserSaid
from tui.store.history import History

NOBODY = 65534


class FailingConnection(sqlite3.Connection):
    """A connection whose writes fail with this result code of SQLite while it is set."""

    failure: int | None = None

    def execute(self, sql: str, *parameters: object) -> sqlite3.Cursor:
        if self.failure is not None and sql.startswith("COMMIT"):
            # SQLite's words can quote what is in a file.
            error = sqlite3.OperationalError("in\x1b]0;owned\x07jected")
            error.sqlite_errorcode = self.failure
            raise error
        return super().execute(sql, *parameters)  # pyright: ignore[reportArgumentType]  # as it was called


class Disk:
    """Makes connections, and decides how they fail."""

    def __init__(self) -> None:
        self.connections: list[FailingConnection] = []

    def connect(self, path: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            path, timeout=5.0, isolation_level=None, check_same_thread=False, factory=FailingConnection
        )
        self.connections.append(connection)
        return connection

    def fail(self, code: int | None) -> None:
        for connection in self.connections:
            connection.failure = code

    def limit(self, pages: int) -> None:
        """SQLite reports a full disk beyond this size."""
        for connection in self.connections:
            connection.execute(f"PRAGMA max_page_count={pages}")


@contextmanager
def as_nobody() -> Generator[None]:
    """Without root's right to write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def folder_of_nobody(mode: int) -> Generator[Path]:
    """A folder that `as_nobody` owns, outside of pytest's private one."""
    folder = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    folder.chmod(mode)
    try:
        yield folder
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


async def texts(history: History, conversation: str = "a") -> list[str]:
    return [event.text for event in await history.load(conversation) if isinstance(event, UserSaid)]


def damaged_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("history.damaged-*.db"))
