"""The real server as a real process, started the way the application starts it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TOKEN = "canary-token-of-the-tests"
PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class ServerProcess:
    """A running server; `folder` has its files and its log."""

    process: subprocess.Popen[bytes]
    url: str
    folder: Path
    token: str | None

    @property
    def output(self) -> str:
        """All that it wrote to standard output so far."""
        return (self.folder / "stdout").read_text()

    @property
    def log(self) -> str:
        """All that it wrote to standard error so far."""
        return (self.folder / "stderr").read_text()

    def close_input(self) -> None:
        """Let go of the lifeline."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    def wait(self) -> int:
        """The exit status, within a bounded time."""
        return self.process.wait(PATIENCE_SECONDS)


@contextmanager
def serving(
    folder: Path,
    *,
    supervised: bool = True,
    options: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Generator[ServerProcess, None, None]:
    """Run a server on a free loopback port; supervised means with a token and a lifeline.

    `options` and `environment` are added to the usual ones.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        usual = ["--fd", str(listener.fileno()), "--files", str(folder / "files")]
        usual += ["--supervised"] if supervised else []
        process = start(folder, [*usual, *options], descriptors=[listener.fileno()], environment=environment)
    if supervised:
        assert process.stdin is not None
        process.stdin.write(f"{TOKEN}\n".encode())
        process.stdin.flush()
    try:
        yield ServerProcess(process, f"http://127.0.0.1:{port}", folder, TOKEN if supervised else None)
    finally:
        end(process)


def start(
    folder: Path,
    options: Sequence[str],
    *,
    descriptors: Sequence[int] = (),
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `python -m server` with its output in files of the folder."""
    command = [sys.executable, "-P", "-m", "server", *options]
    with (folder / "stdout").open("wb") as output, (folder / "stderr").open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=log,
            pass_fds=descriptors,
            env=_environment() | dict(environment or {}),
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """Make sure that the process is gone."""
    if process.poll() is None:
        process.kill()
    process.wait(PATIENCE_SECONDS)
    if process.stdin is not None:
        process.stdin.close()


def _environment() -> dict[str, str]:
    ours = ("MCP_SSE_", "CALLSCOPE_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
