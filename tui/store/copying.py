"""The copy that is kept of a history of an older version before anything in it changes."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

from tui.store.files import sync_folder
from tui.store.schema import SCHEMA_VERSION


def keep_copy(path: Path, connect: Callable[[str], sqlite3.Connection]) -> Path | None:
    """Copy the history whole to `history.v1.db`, on the disk when this returns; None where it is new by now.

    SQLite copies it, page by page: a file that is opened and closed beside it would lose it its locks
    (sqlite.org/howtocorrupt.html, 2.2).

    Raises:
        OSError, sqlite3.Error: it cannot be copied; nothing is left of the copy.
    """
    with closing(connect(str(path))) as source:
        (version,) = source.execute("PRAGMA user_version").fetchone()
        if version >= SCHEMA_VERSION:
            return None
        names = (f"{path.stem}.v{version}{'' if n == 1 else f'-{n}'}{path.suffix}" for n in count(1))
        copy = next(path.with_name(name) for name in names if not path.with_name(name).exists())
        partial = path.with_name(f"{copy.name}.part")
        try:
            partial.unlink(missing_ok=True)
            os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with closing(sqlite3.connect(partial, isolation_level=None)) as target:
                target.execute("PRAGMA synchronous=FULL")
                source.backup(target)
            os.rename(partial, copy)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)
    return copy
