"""The bundled server as a subprocess: started on a socket that is bound here, watched, and gone when it is not needed.

No other program on the port can be mistaken for it: the socket is opened here and handed over, and every request
carries a token that only this process and the server know. The server ends by itself when its standard input closes,
so it also goes when this process is killed.
"""

import asyncio
import errno
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tui.core.errors import ServerError
from tui.hosting.link import Link
from tui.hosting.output import last_lines

HOST = "127.0.0.1"
PREFERRED_PORT = 8000
BACKLOG = 128
SERVER_COMMAND = (sys.executable, "-P", "-m", "server")
"""`-P` keeps a folder or file named `server` in the user's directory from being run instead."""

PASSED_VARIABLES = (
    *("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TMP", "TEMP", "XDG_DATA_HOME", "CALLSCOPE_FILES"),
    *("SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA"),
)
"""What the server may know of the environment, with LC_*; keys and tokens are not among it."""

STOP_SECONDS = 2.0
TERMINATE_SECONDS = 1.0
EXIT_NOTICE_SECONDS = 0.2
"""How long after a broken connection the process is given to be seen exiting."""

TAIL_LINES = 20
LOG_LIMIT = 1024 * 1024
"""Bytes after which the log is set aside (one old file is kept) when the server starts."""


@dataclass(frozen=True, slots=True)
class Launched:
    """A running server: where it listens, and the header that it wants on every request."""

    url: str
    headers: Mapping[str, str]
    pid: int


class Launcher:
    """Starts the server, as often as it is asked to. `command` is what to run, before the options of the contract."""

    def __init__(
        self,
        *,
        files_folder: Path,
        log_folder: Path,
        command: Sequence[str] = SERVER_COMMAND,
        preferred_port: int = PREFERRED_PORT,
    ) -> None:
        self.log_path = log_folder / "server.log"
        self._files_folder = files_folder
        self._command = tuple(command)
        self._port = preferred_port

    @asynccontextmanager
    async def launched(self, link: Link) -> AsyncGenerator[Launched]:
        """A server process for as long as the context lasts; its death is reported to `link`, with its last words.

        Raises:
            ServerError: it cannot be started.
        """
        token = secrets.token_urlsafe(32)
        listener = _listen_on(self._port)
        with listener:
            self._port = listener.getsockname()[1]
            log_start, process = await self._spawn(listener)
        watcher = asyncio.create_task(process.wait())

        def died(_: object) -> None:
            link.blame(self._death(process, log_start))

        watcher.add_done_callback(died)
        cancelled = False
        try:
            await _send_token(process, token)
            yield Launched(f"http://{HOST}:{self._port}/sse", {"Authorization": f"Bearer {token}"}, process.pid)
        except asyncio.CancelledError:
            cancelled = True
            raise
        finally:
            if not cancelled:
                # What ended this may be the process dying, of which the operating system tells a moment later.
                await asyncio.wait({watcher}, timeout=EXIT_NOTICE_SECONDS)
            watcher.remove_done_callback(died)
            await _stop(process)
            await watcher

    async def _spawn(self, listener: socket.socket) -> tuple[int, asyncio.subprocess.Process]:
        """Start the process; returns where in the log its words begin, and the process."""
        log = -1
        try:
            log = _open_log(self.log_path)
            with suppress(OSError):  # Without the folder the file tools say so; the others work.
                self._files_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            log_start = os.fstat(log).st_size
            process = await asyncio.create_subprocess_exec(
                *self._command,
                *_socket_options(listener),
                "--supervised",
                "--files",
                str(self._files_folder),
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=server_environment(os.environ),
                # Not the files folder, which the model can write to.
                cwd=self.log_path.parent if self.log_path.parent.is_dir() else self.log_path.anchor,
                # Ctrl+C and a closing terminal reach only this process, which then stops the server in order.
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
                pass_fds=() if sys.platform == "win32" else (listener.fileno(),),
            )
        except OSError as error:
            raise ServerError(
                f"The bundled server cannot be started: {error.strerror or error}.",
                f"Check {self.log_path.parent} and {self._files_folder}.",
            ) from error
        finally:
            if log >= 0:
                os.close(log)
        return log_start, process

    def _death(self, process: asyncio.subprocess.Process, log_start: int) -> ServerError:
        code = process.returncode or 0
        how = f"was killed (signal {-code})" if code < 0 else f"stopped by itself (exit status {code})"
        try:
            last_words = last_lines(self.log_path, TAIL_LINES, log_start)
        except OSError:
            last_words = []
        return ServerError(f"The bundled server {how}.", f"Its log is {self.log_path}.", detail="\n".join(last_words))


def server_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that the server gets."""
    passed = {
        name: value
        for name, value in environment.items()
        if name.upper() in PASSED_VARIABLES or name.upper().startswith("LC_")
    }
    return passed | {"PYTHONUTF8": "1"}


def _listen_on(port: int) -> socket.socket:
    """A listening socket on the loopback interface: on this port, or on any free one if it is taken."""
    for candidate in (port, 0):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if sys.platform == "win32":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # Connections inherit this; asyncio sets it on them only if it made their listener itself.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            listener.bind((HOST, candidate))
            listener.listen(BACKLOG)
        except OSError as error:
            listener.close()
            if candidate == 0 or error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise ServerError(
                    f"No port can be opened for the bundled server: {error.strerror}.",
                    "Check what the machine allows on its loopback interface.",
                ) from error
        else:
            return listener
    raise AssertionError("port 0 either binds or raises")


def _socket_options(listener: socket.socket) -> tuple[str, str]:
    """How the server learns of its socket. Windows cannot hand one over: there the port is freed and bound anew."""
    if sys.platform == "win32":
        port = str(listener.getsockname()[1])
        listener.close()
        return "--port", port
    return "--fd", str(listener.fileno())


def _open_log(path: Path) -> int:
    """The log, open for appending, readable by its owner only; where none can be written, nowhere."""
    try:
        for folder in (path.parent.parent, path.parent):  # The mode is not given to parents made on the way.
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".old.log"))
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)
    if hasattr(os, "fchmod"):
        os.fchmod(log, 0o600)
    return log


async def _send_token(process: asyncio.subprocess.Process, token: str) -> None:
    """Give the server its token. Its standard input stays open: the server lives until it closes."""
    assert process.stdin is not None
    try:
        process.stdin.write(f"{token}\n".encode())
        await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError) as error:
        raise ServerError("The bundled server stopped as it was started.") from error


async def _stop(process: asyncio.subprocess.Process) -> None:
    """Have the process end: asked, then told, then killed; also when this task is cancelled meanwhile."""
    assert process.stdin is not None
    try:
        process.stdin.close()
        if not await _ended(process, STOP_SECONDS):
            process.terminate()
            await _ended(process, TERMINATE_SECONDS)
    finally:
        if process.returncode is None:
            process.kill()


async def _ended(process: asyncio.subprocess.Process, seconds: float) -> bool:
    waiting = asyncio.create_task(process.wait())
    done, _ = await asyncio.wait({waiting}, timeout=seconds)
    waiting.cancel()
    return bool(done)
