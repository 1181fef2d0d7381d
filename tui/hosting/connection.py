"""One server: a task that connects to it, notices the end, and connects again; and the server's status."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from mcp import Client
from mcp_types import CallToolResult

from tui.core.errors import ServerError
from tui.core.ports import ServerState, ServerStatus
from tui.hosting.catalog import Catalog, check_alive, read_catalog
from tui.hosting.convert import short_name
from tui.hosting.failures import UNSET_HINT, NoAnswerError, RequestFailedError, explain, no_answer_to
from tui.hosting.link import Link
from tui.hosting.protocol_log import ProtocolLog, Redact
from tui.hosting.timing import Deadlines, RetryPolicy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end of an open connection: the client to talk to it, and the URL that was used."""

    client: Client
    url: str


Open = Callable[[Link], AbstractAsyncContextManager[Peer]]
"""Opens a connection that reports to the link."""


async def _take_unchecked(name: str, result: CallToolResult) -> None:
    """In place of the SDK's check of results, which runs the server's regular expressions: one could freeze everything.

    It also turns the result of a call that was made into an error, and nothing here relies on the shape of a result.
    """


class Connection:
    """Owns one server's connection. `run` is its task; requests come from any task through `request`."""

    def __init__(
        self,
        status: ServerStatus,
        open_peer: Open,
        *,
        retry: RetryPolicy,
        deadlines: Deadlines | None = None,
        redact: Redact = str,
    ) -> None:
        self.status = status
        self.log = ProtocolLog(redact)
        self.catalog = Catalog()
        self.deadlines = deadlines or Deadlines()
        self._open = open_peer
        self._retry = retry
        self._listeners: list[Callable[[], None]] = []
        self._link: Link | None = None
        self._peer: Peer | None = None
        self._ready_since: float | None = None
        self._restart = asyncio.Event()
        self._stopping = False

    @property
    def name(self) -> str:
        """The server's name among the servers of this host."""
        return self.status.name

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever the status or the catalog changes."""
        self._listeners.append(changed)

    def restart(self) -> None:
        """Have the owner connect anew, with a new count of tries; returns at once."""
        self._restart.set()
        if self._link is not None:
            self._link.lose(ServerError(f"The server {self.name} was restarted."))
        if self.status.state != "stopped":
            self._peer = None
            self._publish("starting")

    async def request(self, send: Callable[[Client], Coroutine[Any, Any, T]], seconds: float, what: str) -> T:
        """Send one request; it is never repeated. `what` is who did not answer, for the message when nobody does.

        Raises:
            ServerError: the server is not ready, refused, or went away.
        """
        if self._peer is None or self._link is None:
            raise ServerError(f"The server {self.name} is not ready: it is {self.status.state}.", self.status.hint)
        link, client = self._link, self._peer.client
        link.used = True
        try:
            return await link.race(send(client), seconds, what)
        except NoAnswerError:
            link.doubt()
            raise

    def stop(self) -> None:
        """Have the owner end for good; its task is to be cancelled after this.

        A cancellation alone would not do: what unwinds inside the SDK can take it for its own and undo it.
        """
        self._stopping = True

    async def run(self) -> None:
        """Keep the server connected until `stop` and the cancellation of this task."""
        failures = 0
        failure: ServerError | None = None
        try:
            while not self._stopping:
                self._restart.clear()
                link = Link(after_silence=isinstance(failure, NoAnswerError), log=self.log)
                failure = await self._live(link)
                failures = 0 if self._was_steady(link) else failures + 1
                if not self._restart.is_set():
                    await self._pause(failures, failure)
                if self._restart.is_set():
                    failures = 0
        finally:
            self._publish("stopped")

    async def _live(self, link: Link) -> ServerError:
        """Connect, and stay connected until that ends; returns why it ended."""
        where = self.status.url or self.name
        self._ready_since = None
        failure = ServerError(f"The connection to {where} ended.")
        try:
            async with AsyncExitStack() as stack:
                peer = await self._connect(stack, link, where)
                self._link, self._peer = link, peer
                self._ready_since = asyncio.get_running_loop().time()
                self._restart.clear()
                self._publish("ready", peer=peer)
                await self._tend(link, peer)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if self._stopping or (task is not None and task.cancelling()):
                raise
            failure = explain(error, where)  # The SDK's way to say over HTTP that its own tasks failed.
        except Exception as error:  # noqa: BLE001 - whatever the SDK raises, the server is what failed, not the host
            failure = explain(error, where)
        finally:
            self._peer = None
            await link.settle()
        return link.failure or failure

    async def _connect(self, stack: AsyncExitStack, link: Link, where: str) -> Peer:
        """Open the connection, read the lists and have the server show that it lives, within one deadline."""
        try:
            async with asyncio.timeout(self.deadlines.connect):
                peer = await stack.enter_async_context(self._open(link))
                peer.client.session.validate_tool_result = _take_unchecked
                self.catalog = await read_catalog(peer.client, self.name)
                await check_alive(peer.client)
        except TimeoutError:
            raise no_answer_to(f"The server at {where}", self.deadlines.connect, UNSET_HINT) from None
        return peer

    async def _tend(self, link: Link, peer: Peer) -> None:
        """Look after an open connection until it is lost."""
        while True:
            await link.stirred()
            if link.failure is not None:
                self._peer = None
                if not self._restart.is_set():
                    self._publish("reconnecting", link.failure)
                return
            if link.take_doubt():
                await self._check(link, peer)
            if link.take_staleness():
                await self._read_again(link, peer)

    async def _check(self, link: Link, peer: Peer) -> None:
        try:
            await link.race(check_alive(peer.client), self.deadlines.alive, f"The server {self.name}")
        except RequestFailedError:
            return  # An error is an answer.
        except ServerError as error:
            link.lose(ServerError(f"The server {self.name} stopped answering.", detail=error.message))

    async def _read_again(self, link: Link, peer: Peer) -> None:
        reading = read_catalog(peer.client, self.name)
        try:
            catalog = await link.race(reading, self.deadlines.connect, f"The server {self.name}")
        except ServerError:
            link.doubt()
            return
        if catalog != self.catalog:  # A server that tells of changes without end has nothing drawn anew.
            self.catalog = catalog
            self._publish("ready", peer=peer)

    def _was_steady(self, link: Link) -> bool:
        if self._ready_since is None:
            return False
        return link.used or asyncio.get_running_loop().time() - self._ready_since >= self._retry.steady_after

    async def _pause(self, failures: int, failure: ServerError) -> None:
        """Say what is the matter and wait before the next try, which `restart` brings forward."""
        if failures <= len(self._retry.delays):
            seconds: float | None = self._retry.delays[failures - 1] if failures else self._retry.at_first
            self._publish("reconnecting" if self.status.version else "starting", failure)
        else:
            seconds = self._retry.slow_retry
            self._publish("down", failure)
        try:
            async with asyncio.timeout(seconds):
                await self._restart.wait()
        except TimeoutError:
            return

    def _publish(self, state: ServerState, failure: ServerError | None = None, *, peer: Peer | None = None) -> None:
        """Set the status and tell everyone."""
        status = replace(self.status, state=state, detail="", hint="")
        if peer is not None:
            identity = peer.client.server_info
            told = f"{identity.title or identity.name} {identity.version}" if identity else self.name
            status = replace(status, url=peer.url, version=short_name(told), detail=self.catalog.notice)
        elif failure is not None:
            lines = [failure.message, failure.detail] if state == "down" else [failure.message]
            status = replace(status, detail="\n".join(filter(None, lines)), hint=self._hint(state, failure))
        self.status = status
        for changed in self._listeners:
            changed()

    def _hint(self, state: ServerState, failure: ServerError) -> str:
        """What a person can do: the failure's own hint, or for the bundled server where to look."""
        if self.status.bundled:
            return f"Its log is {self.status.log_path}." + (" Restart it to try again." if state == "down" else "")
        if state == "down" and self._retry.slow_retry is not None:
            return f"{failure.hint} Callscope tries again every {self._retry.slow_retry:g} s.".lstrip()
        return failure.hint
