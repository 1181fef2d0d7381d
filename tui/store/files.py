"""Private files that are written whole or not at all."""

import os
import sys
import tempfile
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
