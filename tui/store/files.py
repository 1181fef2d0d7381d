"""Private files: written whole or not at all, by one process at a time, and set aside where they are damaged."""

import os
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path


def write_new(path: Path, content: bytes, *, replace: bool) -> None:
    """Write the file, for its owner alone, and have it on the disk; nothing is left where that fails.

    Raises:
        FileExistsError: there is such a file, and it is not to be replaced.
        OSError: it cannot be written.
    """
    descriptor, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        if replace:
            os.replace(temporary, path)
        else:
            _take_name(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def _take_name(temporary: Path, path: Path) -> None:
    """Give the file this name; unlike a rename, that never takes the place of another file."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        os.replace(temporary, path)


def sync_folder(folder: Path) -> None:
    """Have the folder's names on the disk, where the system can."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def set_aside(path: Path) -> Path:
    """Rename a damaged file; returns its new name.

    A database's journal that stays behind does no harm: SQLite drops it when the new file is empty.
    """
    date = datetime.now().strftime("%Y-%m-%d")
    names = (f"{path.stem}.damaged-{date}{'' if n == 1 else f'-{n}'}{path.suffix}" for n in count(1))
    kept = next(path.with_name(name) for name in names if not path.with_name(name).exists())
    path.rename(kept)
    return kept


@contextmanager
def locked(folder: Path) -> Generator[None]:
    """One process at a time in this folder; on Windows, which lets nobody rename an open file, without a lock."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
