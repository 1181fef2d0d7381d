"""Every server's tools under one roof: `Toolbox` is the `core.ports.Host` of the application."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from tui.core.errors import ServerError
from tui.core.events import Json
from tui.core.ports import FileChange, LogEntry, PromptSpec, ResourceSpec, ServerStatus, ToolOutcome, ToolSpec
from tui.core.text import sanitize
from tui.hosting.arguments import check_sendable
from tui.hosting.catalog import ListedTool
from tui.hosting.connection import Connection
from tui.hosting.convert import prompt_text, resource_text, tool_outcome
from tui.hosting.failures import ConnectionLostError, NoAnswerError
from tui.hosting.file_changes import file_change
from tui.hosting.names import unique_names, unknown_tool
from tui.hosting.output import server_output
from tui.hosting.protocol_log import Redact


@dataclass(frozen=True, slots=True)
class _Route:
    """Where a tool's name leads."""

    connection: Connection
    tool: ListedTool
    spec: ToolSpec


class Toolbox:
    """The MCP host over several connections. Use it inside `async with toolbox.running()`."""

    def __init__(
        self,
        connections: Sequence[Connection],
        *,
        call_timeout: float = 30.0,
        settle_timeout: float = 12.0,
        make_bundled: Callable[[], Connection] | None = None,
        redact: Redact = str,
    ) -> None:
        self._connections = {connection.name: connection for connection in connections}
        self._call_timeout = call_timeout
        self._settle_timeout = settle_timeout
        self._make_bundled = make_bundled
        self._redact = redact
        self._owners: dict[Connection, asyncio.Task[None]] = {}
        self._routes: dict[str, _Route] = {}
        self._listeners: list[Callable[[], None]] = []
        for connection in connections:
            connection.subscribe(self._changed)

    @property
    def call_limit(self) -> float:
        """Seconds that a call may take."""
        return self._call_timeout

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Toolbox"]:
        """Keep the servers connected; at the end close every connection and stop what was launched."""
        for connection in self._connections.values():
            self._own(connection)
        try:
            yield self
        finally:
            for connection in self._owners:
                self._stop(connection)
            ends = await asyncio.gather(*self._owners.values(), return_exceptions=True)
        for end in ends:
            if end is not None and not isinstance(end, asyncio.CancelledError):
                raise end

    def specs(self) -> Sequence[ToolSpec]:
        """The tools that can be called now."""
        return [route.spec for route in self._routes.values() if route.connection.status.state == "ready"]

    async def settle(self) -> None:
        """Wait while a server is starting or reconnecting, for `settle_timeout` seconds at most."""
        changed = asyncio.Event()
        unsubscribe = self.subscribe(changed.set)
        try:
            async with asyncio.timeout(self._settle_timeout):
                while any(c.status.state in ("starting", "reconnecting") for c in self._connections.values()):
                    changed.clear()
                    await changed.wait()
        except TimeoutError:
            return
        finally:
            unsubscribe()

    async def call(self, name: str, arguments: Mapping[str, Json]) -> ToolOutcome:
        """Run one tool, once; failures of every kind come back as an outcome."""
        route = self._routes.get(name)
        if route is None:
            return ToolOutcome("refused", unknown_tool(name, list(self._routes)))
        if fault := await route.tool.faults(arguments):
            return ToolOutcome("refused", f"The arguments for {name} were refused: {fault}.")
        wire_name = route.tool.wire_name
        try:
            result = await route.connection.request(
                lambda client: client.call_tool(wire_name, dict(arguments)),
                self._call_timeout,
                f"The tool {name}",
            )
        except NoAnswerError as error:
            return ToolOutcome("timeout", f"{error.message} It may still be running on the server.")
        except ConnectionLostError as error:
            return ToolOutcome("lost", f"{error.message} Whether {name} had an effect is unknown.")
        except ServerError as error:
            return ToolOutcome("error", error.message)
        return tool_outcome(result)

    async def file_change(self, name: str, arguments: Mapping[str, Json]) -> FileChange | None:
        """What a call of the bundled server's file tool would do to its file; None for all other tools."""
        route = self._routes.get(name)
        if route is None:
            return None
        return await file_change(route.connection, route.tool.wire_name, arguments)

    def servers(self) -> Sequence[ServerStatus]:
        """Every configured server and its state."""
        return [connection.status for connection in self._connections.values()]

    def resources(self) -> Sequence[ResourceSpec]:
        """The resources of all ready servers."""
        return [resource for connection in self._ready() for resource in connection.catalog.resources]

    def prompts(self) -> Sequence[PromptSpec]:
        """The prompts of all ready servers."""
        return [prompt for connection in self._ready() for prompt in connection.catalog.prompts]

    async def read_resource(self, server: str, uri: str) -> str:
        """The resource's text.

        Raises:
            ServerError: it cannot be read.
        """
        connection = self._connection(server)
        wire_uri = connection.catalog.wire_uri(uri)
        result = await connection.request(
            lambda client: client.read_resource(wire_uri), connection.deadlines.read, f"The resource {sanitize(uri)}"
        )
        return resource_text(result)

    async def get_prompt(self, server: str, name: str, arguments: Mapping[str, str]) -> str:
        """The prompt's text, filled in.

        Raises:
            ServerError: it cannot be had.
        """
        what = f"The prompt {sanitize(name)}"
        if fault := check_sendable(arguments):
            raise ServerError(f"{what} cannot be filled in: {fault}.")
        connection = self._connection(server)
        wire_name, blanks = connection.catalog.wire_prompt(name)
        filled_in = {blanks.get(blank, blank): text for blank, text in arguments.items()}
        result = await connection.request(
            lambda client: client.get_prompt(wire_name, filled_in), connection.deadlines.read, what
        )
        return prompt_text(result)

    def log(self, server: str) -> Sequence[LogEntry]:
        """The last messages between this host and a server, oldest first.

        Raises:
            ServerError: there is no such server.
        """
        return self._connection(server).log.entries()

    async def output(self, server: str) -> Sequence[str]:
        """The last lines that a server wrote which this application launched; none for servers elsewhere.

        Raises:
            ServerError: there is no such server, or its file cannot be read.
        """
        return [self._redact(line) for line in await server_output(self._connection(server).status.log_path)]

    async def start_bundled(self) -> None:
        """Launch the bundled server for this run; servers that are down make room for it.

        Raises:
            ServerError: it is among the servers already, or there is none to launch.
        """
        if any(connection.status.bundled for connection in self._connections.values()):
            raise ServerError("The bundled server is among the servers already.", "/server restart starts it anew.")
        if self._make_bundled is None:
            raise ServerError("There is no bundled server to launch here.")
        for connection in list(self._connections.values()):
            if connection.status.state == "down":
                del self._connections[connection.name]
                self._stop(connection)
        bundled = self._make_bundled()
        bundled.subscribe(self._changed)
        self._connections[bundled.name] = bundled
        self._own(bundled)
        self._changed()

    async def restart(self, server: str) -> None:
        """Begin to connect anew, a launched server in a new process; the status tells how it goes.

        Raises:
            ServerError: there is no such server.
        """
        self._connection(server).restart()

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` in the event loop whenever a state or a list changes; returns how to stop that."""
        self._listeners.append(changed)
        return lambda: self._listeners.remove(changed)

    def _own(self, connection: Connection) -> None:
        self._owners[connection] = asyncio.create_task(connection.run(), name=f"server {connection.name}")

    def _stop(self, connection: Connection) -> None:
        connection.stop()
        self._owners[connection].cancel()

    def _ready(self) -> list[Connection]:
        return [connection for connection in self._connections.values() if connection.status.state == "ready"]

    def _connection(self, server: str) -> Connection:
        if server not in self._connections:
            raise ServerError(f"There is no server called {server}.")
        return self._connections[server]

    def _changed(self) -> None:
        """Lay the routes anew; names cover the tools of servers that are away, so that they do not change meanwhile."""
        listed = [(c, tool) for c in self._connections.values() for tool in c.catalog.tools]
        names = unique_names((c.name, tool.wire_name) for c, tool in listed)
        self._routes = {
            name: _Route(connection, tool, replace(tool.spec, name=name))
            for connection, tool in listed
            for name in (names[connection.name, tool.wire_name],)
        }
        for changed in list(self._listeners):
            changed()
