"""The one folder that the file tools may use: names are checked, files are opened without ever following a link."""

import errno
import os
import re
import stat
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from server.file_trees import DescriptorTree, RefusedError, ResolvedTree, RootError, descriptors_supported

SIZE_LIMIT = 1_048_576
# The longest name of one file on common systems, in bytes; here it limits the whole name with its sub-folders.
NAME_LIMIT = 255

REFUSED = (
    "This file name is not allowed. Give a plain name such as notes.txt, or one in a sub-folder such as "
    "notes/today.txt: no '..', no full path, no hidden file, no link and no special file."
)
# Names that Windows gives to devices, with any extension.
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
# What a person can put right; any other failure of the system is answered with REFUSED, which tells nothing.
_EXPLAINED = (
    errno.EACCES,
    errno.EPERM,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EIO,
    errno.EMFILE,
    errno.ENFILE,
)


class FileProblem(Exception):
    """Why a file cannot be read or saved: sentences for the model that disclose no path of this machine."""


class FileTree(Protocol):
    """Opens and replaces files below a root folder. Both raise OSError, RefusedError or RootError."""

    def open_file(self, parts: Sequence[str]) -> int:
        """Open for reading without waiting and without following a link; the caller closes the descriptor."""
        ...

    def replace_file(self, parts: Sequence[str], data: bytes) -> None:
        """Put the whole data in place at once, so that at any moment the file is the old or the new one."""
        ...


class FileFolder:
    """Text files below one root folder, in UTF-8 and at most `size_limit` bytes each.

    The root itself may be a link. Where the platform has no directory descriptors (Windows), paths are resolved and
    compared instead: the same checks, but a link that is put in place in the instant between check and use is only
    found out after the file was opened, or not at all when saving.
    """

    def __init__(self, root: Path, *, size_limit: int = SIZE_LIMIT, tree: FileTree | None = None) -> None:
        self._size_limit = size_limit
        self._tree = tree or (DescriptorTree(root) if descriptors_supported() else ResolvedTree(root))

    def read(self, name: str) -> str:
        """The text of a file. Raises FileProblem."""
        try:
            descriptor = self._tree.open_file(_safe_parts(name))
            try:
                data = self._content(descriptor)
            finally:
                os.close(descriptor)
            return data.decode()
        except FileNotFoundError as error:
            raise FileProblem(f"There is no file called {name!r}. Save it first, or check the name.") from error
        except UnicodeDecodeError as error:
            raise FileProblem("The file is not a text file: it is not valid UTF-8.") from error
        except (OSError, RefusedError, RootError) as error:
            raise _problem("read", error) from error

    def save(self, name: str, text: str) -> None:
        """Create or replace a file, and the folders that its name contains. Raises FileProblem."""
        try:
            parts = _safe_parts(name)
            data = text.encode()
            if len(data) > self._size_limit:
                raise FileProblem(
                    f"The content is too large: {len(data):,} bytes, and {self._size_limit:,} is the limit."
                )
            self._tree.replace_file(parts, data)
        except UnicodeEncodeError as error:
            raise FileProblem("The content has characters that cannot be saved as UTF-8.") from error
        except (OSError, RefusedError, RootError) as error:
            raise _problem("saved", error) from error

    def _content(self, descriptor: int) -> bytes:
        status = os.fstat(descriptor)
        # A file that is replaced while it is open has no name left, so its link count may also be 0.
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            raise RefusedError
        # The size can be wrong (a growing file), so no more than the limit is ever read.
        data = b"" if status.st_size > self._size_limit else _read_at_most(descriptor, self._size_limit + 1)
        if max(status.st_size, len(data)) > self._size_limit:
            raise FileProblem(f"The file is too large to read: {self._size_limit:,} bytes is the limit.")
        return data


def _read_at_most(descriptor: int, limit: int) -> bytes:
    data = bytearray()
    while len(data) < limit and (chunk := os.read(descriptor, limit - len(data))):
        data += chunk
    return bytes(data)


def _safe_parts(name: str) -> Sequence[str]:
    # One spelling for letters with accents, so that two names that look the same are the same file.
    name = unicodedata.normalize("NFC", name)
    if not name.isprintable() or name.startswith("~") or any(character in name for character in "\\:"):
        raise RefusedError
    if len(name.encode()) > NAME_LIMIT:
        raise RefusedError
    parts = name.split("/")
    if not all(_is_safe_part(part) for part in parts):
        raise RefusedError
    return parts


def _is_safe_part(part: str) -> bool:
    # Windows drops spaces and dots at the end, which would make two names one file.
    plain = part != "" and part[0] not in ". " and part[-1] not in ". "
    return plain and _DEVICE.fullmatch(part) is None


def _problem(deed: str, error: OSError | RefusedError | RootError) -> FileProblem:
    if isinstance(error, RootError):
        return FileProblem("The folder for files cannot be used; whoever runs the server can choose another (--files).")
    if isinstance(error, OSError) and error.errno in _EXPLAINED:
        return FileProblem(f"The file cannot be {deed}: {os.strerror(error.errno).lower()}.")
    return FileProblem(REFUSED)
