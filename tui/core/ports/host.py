"""What the conversation needs of MCP servers, and what a person may know about them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from tui.core.events import Image, Json, ToolStatus


@dataclass(frozen=True, slots=True)
class ToolAnnotations:
    """A server's hints about a tool; None where it gave none. Hints of a foreign server are not to be trusted."""

    read_only: bool | None = None
    destructive: bool | None = None
    idempotent: bool | None = None
    open_world: bool | None = None


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as the host offers it. `name` is unique over all servers; `parameters` is a JSON Schema of an object.

    `definition` is all that the server says of the tool, as canonical JSON exactly as it came, cut where it is very
    long; `fingerprint` is the SHA-256 of the whole of it, in hexadecimal digits. `wire_name` is the server's own name.
    """

    name: str
    server: str
    description: str
    parameters: Mapping[str, Json]
    title: str = ""
    annotations: ToolAnnotations = ToolAnnotations()
    wire_name: str = ""
    definition: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """How a call ended. `text` is what the model reads, for every status; it names the images where they stood."""

    status: ToolStatus
    text: str
    structured: Json = None
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class FileChange:
    """What a call would do to a file: its text now, None where there is none, and after."""

    path: str
    before: str | None
    after: str


class Tools(Protocol):
    """The tools of all connected servers under one roof."""

    def specs(self) -> Sequence[ToolSpec]:
        """The tools that can be called now."""
        ...

    async def settle(self) -> None:
        """Wait while a server is starting or reconnecting, for some seconds at most; a turn begins with this."""
        ...

    async def call(self, name: str, arguments: Mapping[str, Json]) -> ToolOutcome:
        """Run one tool; failures of every kind come back as an outcome. Cancelling the task cancels the call.

        The call is never repeated by itself.
        """
        ...


ServerState: TypeAlias = Literal["starting", "ready", "reconnecting", "down", "stopped"]


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """One server's state; `detail` says why it is not ready and `hint` what to do.

    `bundled`: launched by this application. `log_path`: the file with its stderr, empty for servers elsewhere.
    `version` is the server's own name and version as it reported them.
    """

    name: str
    state: ServerState
    url: str = ""
    detail: str = ""
    hint: str = ""
    transport: str = "sse"
    bundled: bool = False
    version: str = ""
    log_path: str = ""


@dataclass(frozen=True, slots=True)
class ResourceSpec:
    """Something a server lets one read. `wire_uri` is the server's own form of `uri`, to ask for it with."""

    server: str
    uri: str
    name: str
    description: str = ""
    mime_type: str = ""
    wire_uri: str = ""


@dataclass(frozen=True, slots=True)
class PromptArgument:
    """A blank in a server's prompt. `wire_name` is the server's own name of it."""

    name: str
    description: str = ""
    required: bool = False
    wire_name: str = ""


@dataclass(frozen=True, slots=True)
class PromptSpec:
    """A message template that a server offers. `wire_name` is the server's own name of it, to ask for it with."""

    server: str
    name: str
    description: str = ""
    title: str = ""
    arguments: tuple[PromptArgument, ...] = ()
    wire_name: str = ""


LogDirection: TypeAlias = Literal["sent", "received"]
LogKind: TypeAlias = Literal["request", "answer", "error", "notification", "garbage"]
"""What a message is in JSON-RPC; garbage is what is none."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One message between this host and a server. `number` counts from 1 and never repeats for a server.

    `at` is seconds since the epoch; `method` of an answer is that of its request; `size` is in bytes; `text` is the
    message's JSON, harmless, without secrets, and cut where it is long. `seconds` is the time from a request to this
    answer; `remark` is what is odd about it, in words.
    """

    number: int
    at: float
    direction: LogDirection
    kind: LogKind
    method: str
    id: str
    size: int
    text: str
    seconds: float | None = None
    remark: str = ""


class Host(Tools, Protocol):
    """The MCP host: the tools, and everything about the servers that a person may look at."""

    def servers(self) -> Sequence[ServerStatus]:
        """Every configured server and its state."""
        ...

    def resources(self) -> Sequence[ResourceSpec]:
        """The resources of all ready servers."""
        ...

    def prompts(self) -> Sequence[PromptSpec]:
        """The prompts of all ready servers."""
        ...

    @property
    def call_limit(self) -> float:
        """Seconds that a call may take."""
        ...

    def log(self, server: str) -> Sequence[LogEntry]:
        """The last messages between this host and a server, oldest first.

        Raises:
            ServerError: there is no such server.
        """
        ...

    async def output(self, server: str) -> Sequence[str]:
        """The last lines that a server wrote which this application launched; none for servers elsewhere.

        Raises:
            ServerError: there is no such server, or its file cannot be read.
        """
        ...

    async def read_resource(self, server: str, uri: str) -> str:
        """The resource's text. `uri` is the server's own form of it, or the shown one.

        Raises:
            ServerError: it cannot be read.
        """
        ...

    async def get_prompt(self, server: str, name: str, arguments: Mapping[str, str]) -> str:
        """The prompt's text, filled in. `name` is the server's own, or the shown one; blanks have their shown names.

        Raises:
            ServerError: it cannot be had.
        """
        ...

    async def file_change(self, name: str, arguments: Mapping[str, Json]) -> FileChange | None:
        """What this call would do to a file; None where that is not known, as for all tools of foreign servers."""
        ...

    async def restart(self, server: str) -> None:
        """Connect anew; a server that this application launched is launched again."""
        ...

    async def start_bundled(self) -> None:
        """Launch the bundled server for this run; servers that are down make room for it.

        Raises:
            ServerError: it is among the servers already, or there is none to launch.
        """
        ...

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` in the event loop whenever a state or a list changes; returns how to stop that."""
        ...
