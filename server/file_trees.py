"""Two ways to open and replace files below a root folder without being led out of it by a link."""

import os
import secrets
import stat
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

# Windows lacks these three; a FIFO or a device must not make an open wait, or become the controlling terminal.
_NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_DIRECTORY = getattr(os, "O_DIRECTORY", 0)
# Windows alone has these; os.open is otherwise in text mode there.
_BINARY = getattr(os, "O_BINARY", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY

FOLDER_MODE = 0o700
FILE_MODE = 0o600


class RefusedError(Exception):
    """The name or what it leads to is not a plain file of the folder."""


class RootError(Exception):
    """The root folder is missing, cannot be made, or is not a folder."""


def descriptors_supported() -> bool:
    """Whether this platform can walk folders by descriptor without following links."""
    needed = {os.open, os.mkdir, os.stat, os.unlink, os.rename}
    return bool(_NO_FOLLOW and _DIRECTORY) and needed <= os.supports_dir_fd


class DescriptorTree:
    """Walks from folder descriptor to folder descriptor, so nothing on the way can be exchanged for a link."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def open_file(self, parts: Sequence[str]) -> int:
        """Open for reading; raises OSError or RootError. The caller checks what kind of file it got."""
        with self._folder(parts[:-1], create=False) as folder:
            return os.open(parts[-1], os.O_RDONLY | _NO_FOLLOW | _NO_WAIT, dir_fd=folder)

    def replace_file(self, parts: Sequence[str], data: bytes) -> None:
        """Write beside the file, then rename over it; raises OSError, RefusedError or RootError."""
        name = parts[-1]
        with self._folder(parts[:-1], create=True) as folder:
            with suppress(FileNotFoundError):
                _require_plain(os.stat(name, dir_fd=folder, follow_symlinks=False))
            beside = _temporary_name()
            descriptor = os.open(beside, _CREATE, FILE_MODE, dir_fd=folder)
            try:
                _write_through(descriptor, data)
                os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with suppress(FileNotFoundError):
                    os.unlink(beside, dir_fd=folder)
                raise
            os.fsync(folder)

    @contextmanager
    def _folder(self, names: Sequence[str], *, create: bool) -> Generator[int, None, None]:
        descriptor = self._open_root(create=create)
        try:
            for name in names:
                if create:
                    with suppress(FileExistsError):
                        os.mkdir(name, FOLDER_MODE, dir_fd=descriptor)
                inner = os.open(name, os.O_RDONLY | _DIRECTORY | _NO_FOLLOW, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = inner
            yield descriptor
        finally:
            os.close(descriptor)

    def _open_root(self, *, create: bool) -> int:
        _prepare_root(self._root, create=create)
        try:
            return os.open(self._root, os.O_RDONLY | _DIRECTORY)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise RootError from error


class ResolvedTree:
    """Resolves the whole path and refuses it when a link was on the way; for platforms without folder descriptors."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def open_file(self, parts: Sequence[str]) -> int:
        """Open for reading; raises OSError, RefusedError or RootError."""
        path = self._resolved(parts, create=False)
        before = os.lstat(path)
        _require_plain(before)
        descriptor = os.open(path, os.O_RDONLY | _NO_WAIT | _NO_FOLLOW | _BINARY)
        if not os.path.samestat(before, os.fstat(descriptor)):
            os.close(descriptor)
            raise RefusedError
        return descriptor

    def replace_file(self, parts: Sequence[str], data: bytes) -> None:
        """Write beside the file, then rename over it; raises OSError, RefusedError or RootError."""
        path = self._resolved(parts, create=True)
        with suppress(FileNotFoundError):
            _require_plain(os.lstat(path))
        beside = path.with_name(_temporary_name())
        descriptor = os.open(beside, _CREATE, FILE_MODE)
        try:
            _write_through(descriptor, data)
            os.replace(beside, path)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(beside)
            raise

    def _resolved(self, parts: Sequence[str], *, create: bool) -> Path:
        _prepare_root(self._root, create=create)
        folder = Path(os.path.realpath(self._root))
        if folder.exists() and not folder.is_dir():
            raise RootError
        for name in parts[:-1]:
            folder = folder / name
            _refuse_detour(folder)
            if create:
                with suppress(FileExistsError):
                    os.mkdir(folder, FOLDER_MODE)
        path = folder / parts[-1]
        _refuse_detour(path)
        return path


def _refuse_detour(path: Path) -> None:
    # Also true of junctions, which are no symbolic links to Windows.
    if os.path.normcase(os.path.realpath(path)) != os.path.normcase(path):
        raise RefusedError


def _prepare_root(root: Path, *, create: bool) -> None:
    if create:
        try:
            os.makedirs(root, FOLDER_MODE, exist_ok=True)
        except OSError as error:
            raise RootError from error


def _require_plain(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        raise RefusedError


def _temporary_name() -> str:
    # Hidden, so no tool can name it.
    return f".{secrets.token_hex(8)}.tmp"


def _write_through(descriptor: int, data: bytes) -> None:
    # A full disk makes a write short before it makes one fail.
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
