"""The real application in a pseudo-terminal, and what a person does with it."""

import os
import signal
import socket
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.terminal import POLL_SECONDS, WAIT_SECONDS, Terminal, callscope, on_screen
from tui.core.example import Example

READY = "bundled ready · 6 tools"
OFFLINE = "◆ offline planner"
RUNNING = "esc Stop"
QUESTION = "Allow this call?"
NEW_CONVERSATION = "Ask for something that needs a tool"
GONE_SECONDS = 2.0
"""How long child processes may outlive the application."""


class Application(Terminal):
    """Callscope in a home of its own. Once it is ready, the badge that says who answers never leaves the screen."""

    def __init__(
        self,
        home: Path,
        *options: str,
        variables: dict[str, str] | None = None,
        badge: str = OFFLINE,
        columns: int = 120,
        rows: int = 40,
        command: Sequence[str] = (),
        folder: Path | None = None,
    ) -> None:
        own_command, environment = callscope(home, *options, **(variables or {}))
        super().__init__(
            command or own_command, environment=environment, folder=folder or home, columns=columns, rows=rows
        )
        self.home = home
        self.badge = badge
        self._badge_is_due = False

    @property
    def data(self) -> Path:
        """The folder of history, logs and files."""
        return self.home / ".local" / "share" / "callscope"

    def file(self, name: str) -> str:
        """What the bundled server wrote to this file."""
        return (self.data / "files" / name).read_text(encoding="utf-8")

    def wait_for(self, wanted: str | Callable[[str], bool], seconds: float = WAIT_SECONDS) -> str:
        """As of every terminal; looks meanwhile that the badge is there at every moment."""
        holds = on_screen(wanted)

        def holds_with_badge(screen: str) -> bool:
            self._badge_is_due |= self.badge in screen
            assert self.badge in screen or not self._badge_is_due, f"{self.badge!r} is gone from\n{screen}"
            return holds(screen)

        try:
            return super().wait_for(holds_with_badge, seconds)
        except AssertionError as error:
            raise AssertionError(f"waited for {wanted!r}: {error}") from None

    def wait_until_ready(self, words: str = READY) -> None:
        """Wait for the server and its tools."""
        self.wait_for(words)

    def ask(self, message: str, *answer: str) -> str:
        """Type a message, wait until all of the answer's texts are there and the turn is over; returns the screen."""
        self.press(message, "enter")
        return self.wait_for_answer(*answer)

    def wait_for_answer(self, *answer: str | Callable[[str], bool]) -> str:
        """Wait until all of these texts are on the screen, or conditions on it hold, and no turn runs."""

        def is_answered(screen: str) -> bool:
            return RUNNING not in screen and all(part(screen) if callable(part) else part in screen for part in answer)

        return self.wait_for(is_answered)

    def allow(self, tool: str) -> None:
        """Let a call of this tool run that is asked about, once the dialog takes keys."""
        self.wait_for(lambda screen: QUESTION in screen and tool in screen and "does not count" not in screen)
        self.press("y")
        self.wait_for(lambda screen: QUESTION not in screen)

    def begin_anew(self) -> None:
        """A new conversation."""
        self.press("ctrl+n")
        self.wait_for(NEW_CONVERSATION)

    def pick(self, example: Example, examples: Sequence[Example]) -> None:
        """Send an example from the list on the empty chat."""
        self.press("down")
        self.wait_for("Edit first")
        self.press("home", *["down"] * examples.index(example), "enter")

    def server(self) -> psutil.Process:
        """The bundled server that this application launched."""
        (server,) = [child for child in self.children() if "--supervised" in child.cmdline()]
        return server

    def server_url(self) -> str:
        """Where the bundled server listens, as the kernel sees it."""
        (listener,) = [c for c in self.server().net_connections("tcp") if c.status == psutil.CONN_LISTEN]
        return f"http://{listener.laddr.ip}:{listener.laddr.port}"


@contextmanager
def paused(process: psutil.Process) -> Generator[None]:
    """Keep a process from running: the calls that it was sent stay unanswered until the context ends."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        if process.is_running():
            process.send_signal(signal.SIGCONT)


def is_free(port: int) -> bool:
    """Whether a port of the loopback interface can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def gone(processes: Sequence[psutil.Process], seconds: float = GONE_SECONDS) -> bool:
    """Whether these processes have ended after so long at most; one that is dead but not collected has."""
    deadline = time.monotonic() + seconds
    while alive := [process for process in processes if _is_alive(process)]:
        if time.monotonic() > deadline:
            return False
        psutil.wait_procs(alive, timeout=POLL_SECONDS)
    return True


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def contents(folder: Path) -> bytes:
    """Every byte of every file under a folder."""
    return b"\n".join(Path(parent, name).read_bytes() for parent, _, names in os.walk(folder) for name in names)
