"""Every server's tools under one roof: `Toolbox` is the `core.ports.Host` of the application."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from tui.core.errors import ServerError
from tui.core.events import Json
from tui.core.ports import FileChange, PromptSpec, ResourceSpec, ServerStatus, ToolOutcome, ToolSpec
from tui.hosting.arguments import check_sendable
from tui.hosting.catalog import ListedTool
from tui.hosting.connection import Connection
from tui.hosting.convert import prompt_text, resource_text, tool_outcome
from tui.hosting.failures import ConnectionLostError, NoAnswerError
from tui.hosting.names import unique_names

SAVE_TOOL, READ_TOOL = "save_text_file", "read_text_file"
"""The file tools of the bundled server, by the names that it gives them."""

NOT_THERE = "There is no file called "
"""How the bundled server begins to say that a file does not exist."""

NAMED_TOOLS = 50
"""How many tools an answer to an unknown name lists."""


@dataclass(frozen=True, slots=True)
class _Route:
    """Where a tool's name leads."""

    connection: Connection
    tool: ListedTool
    spec: ToolSpec


class Toolbox:
    """The MCP host over several connections. Use it inside `async with toolbox.running()`."""

    def __init__(
        self, connections: Sequence[Connection], *, call_timeout: float = 30.0, settle_timeout: float = 12.0
    ) -> None:
        self._connections = {connection.name: connection for connection in connections}
        self._call_timeout = call_timeout
        self._settle_timeout = settle_timeout
        self._routes: dict[str, _Route] = {}
        self._listeners: list[Callable[[], None]] = []
        for connection in connections:
            connection.subscribe(self._changed)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Toolbox"]:
        """Keep the servers connected; at the end close every connection and stop what was launched."""
        owners = [
            asyncio.create_task(connection.run(), name=f"server {connection.name}")
            for connection in self._connections.values()
        ]
        try:
            yield self
        finally:
            for connection, owner in zip(self._connections.values(), owners, strict=True):
                connection.stop()
                owner.cancel()
            ends = await asyncio.gather(*owners, return_exceptions=True)
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
            return ToolOutcome("refused", self._unknown(name))
        if fault := route.tool.check(arguments):
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
        """What a call of the bundled server's file tool would do to its file; None for all other tools.

        A file that cannot be read is not taken for one that is not there: what is not known must not pass as harmless.
        """
        route = self._routes.get(name)
        path, after = arguments.get("filename"), arguments.get("content")
        ours = route is not None and route.connection.status.bundled and route.tool.wire_name == SAVE_TOOL
        if route is None or not ours or not isinstance(path, str) or not isinstance(after, str):
            return None
        connection = route.connection
        try:
            result = await connection.request(
                lambda client: client.call_tool(READ_TOOL, {"filename": path}),
                connection.deadlines.read,
                f"The tool {READ_TOOL}",
            )
        except ServerError:
            return None
        read = tool_outcome(result)
        if read.status != "ok":
            return FileChange(path, None, after) if NOT_THERE in read.text else None
        return FileChange(path, read.text.partition("\n")[2], after)

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
        result = await connection.request(
            lambda client: client.read_resource(uri), connection.deadlines.read, f"The resource {uri}"
        )
        return resource_text(result)

    async def get_prompt(self, server: str, name: str, arguments: Mapping[str, str]) -> str:
        """The prompt's text, filled in.

        Raises:
            ServerError: it cannot be had.
        """
        if fault := check_sendable(arguments):
            raise ServerError(f"The prompt {name} cannot be filled in: {fault}.")
        connection = self._connection(server)
        result = await connection.request(
            lambda client: client.get_prompt(name, dict(arguments)), connection.deadlines.read, f"The prompt {name}"
        )
        return prompt_text(result)

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

    def _ready(self) -> list[Connection]:
        return [connection for connection in self._connections.values() if connection.status.state == "ready"]

    def _connection(self, server: str) -> Connection:
        if server not in self._connections:
            raise ServerError(f"There is no server called {server}.")
        return self._connections[server]

    def _unknown(self, name: str) -> str:
        names = list(self._routes)
        more = f" and {len(names) - NAMED_TOOLS} more" if len(names) > NAMED_TOOLS else ""
        offer = f"The tools are: {', '.join(names[:NAMED_TOOLS])}{more}." if names else "No server offers any tool now."
        return f"There is no tool called {name}. {offer}"

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
