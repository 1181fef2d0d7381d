"""Opening the history in a folder: private files, damaged ones set aside, memory when there is no other way."""

import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tui.core.errors import StoreError
from tui.store.copying import keep_copy
from tui.store.database import Database
from tui.store.files import locked, set_aside
from tui.store.reasons import DATABASE_ERRORS, NOT_SAVED, explain, is_damage
from tui.store.schema import SCHEMA_VERSION
from tui.store.soundness import DamagedFileError

FILE_NAME = "history.db"
_BUSY_SECONDS = 5.0
_SMALLEST_FILE = 512
"""Bytes of SQLite's smallest page; it takes some shorter files for empty, and would overwrite them."""

Connect: TypeAlias = Callable[[str], sqlite3.Connection]


@dataclass(frozen=True, slots=True)
class Opened:
    """A database to work with.

    `notice` is what a person should know about how it was opened; `problem` why it cannot be written now.
    """

    database: Database
    notice: str = ""
    problem: str = ""


def connect(path: str) -> sqlite3.Connection:
    """A connection without transactions of its own, which waits a while for other programs' writes."""
    return sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)


def open_database(folder: Path, connect: Connect) -> Opened:
    """The history in this folder; when it cannot be used, an empty one in memory and a notice that says why."""
    path = folder / FILE_NAME
    try:
        _make_private(path)
        opened = _open_sound(path, connect)
        if opened.database.version < SCHEMA_VERSION:
            with locked(folder):
                keep_copy(path, connect)
                opened.database.upgrade()
        opened.database.prepare()
    except StoreError as error:
        return open_in_memory(NOT_SAVED + error.message)
    except (OSError, *DATABASE_ERRORS) as error:
        problem = f"{NOT_SAVED}{explain(error)} Check {folder}, or choose another folder with --data."
        return _readable(path, connect, problem) or open_in_memory(problem)
    return opened


def open_in_memory(notice: str = "") -> Opened:
    """An empty history that ends with the run."""
    database = Database(sqlite3.connect(":memory:", isolation_level=None))
    database.check()
    database.prepare()
    return Opened(database, notice)


def _readable(path: Path, connect: Connect, problem: str) -> Opened | None:
    """The existing history, for reading at least; writes are tried again and again."""
    if not os.path.isfile(path):
        return None
    try:
        connection = connect(str(path))
        database = Database(connection)
        database.check()
        if database.version < SCHEMA_VERSION:
            return Opened(_upgraded_in_memory(connection), notice=problem)
        return Opened(database, problem=problem) if database.is_prepared() else None
    except (DamagedFileError, StoreError, *DATABASE_ERRORS):
        return None


def _upgraded_in_memory(connection: sqlite3.Connection) -> Database:
    memory = sqlite3.connect(":memory:", isolation_level=None)
    connection.backup(memory)
    connection.close()
    database = Database(memory)
    database.check()
    database.upgrade()
    database.prepare()
    return database


def _make_private(path: Path) -> None:
    """The folder 0700 if it is new, the file 0600; SQLite gives its journal the file's permissions."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)


def _open_sound(path: Path, connect: Connect) -> Opened:
    try:
        return Opened(_open_checked(path, connect))
    except DamagedFileError:
        pass
    with locked(path.parent):
        try:  # Another process may just have set it aside, and begun a new one that must stay.
            return Opened(_open_checked(path, connect))
        except DamagedFileError:
            kept = set_aside(path)
        _make_private(path)
        database = _open_checked(path, connect)
        database.prepare()
        taken = database.salvage(kept)
        notice = f"The history file was damaged. It is kept as {kept.name}, and a new one was begun."
        if taken:
            notice += f" What could be read was taken over: {taken:,} conversation{'' if taken == 1 else 's'}."
        return Opened(database, notice)


def _open_checked(path: Path, connect: Connect) -> Database:
    if 0 < path.stat().st_size < _SMALLEST_FILE:
        raise DamagedFileError("it is too short")
    database = Database(connect(str(path)))
    try:
        database.check()
    except DATABASE_ERRORS as error:
        database.close()
        if is_damage(error):
            raise DamagedFileError(str(error)) from error
        raise
    except (DamagedFileError, StoreError):
        database.close()
        raise
    return database
