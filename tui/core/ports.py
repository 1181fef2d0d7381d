"""What the conversation needs of the world, as protocols, and the plain data that crosses them."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from tui.core.events import Event, FinishReason, Json, ToolRequest, ToolStatus, Usage

# --- the model ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SystemMessage:
    """What the model is told about its role."""

    text: str


@dataclass(frozen=True, slots=True)
class UserMessage:
    """What the person said."""

    text: str


@dataclass(frozen=True, slots=True)
class AssistantMessage:
    """What the model said, and the calls it asked for; each call is answered by one ToolMessage right after."""

    text: str
    calls: tuple[ToolRequest, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolMessage:
    """The result of one call, for the model to read."""

    call_id: str
    name: str
    text: str
    is_error: bool = False


Message: TypeAlias = SystemMessage | UserMessage | AssistantMessage | ToolMessage


@dataclass(frozen=True, slots=True)
class ToolAnnotations:
    """A server's hints about a tool; None where it gave none. Hints of a foreign server are not to be trusted."""

    read_only: bool | None = None
    destructive: bool | None = None
    idempotent: bool | None = None
    open_world: bool | None = None


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as the host offers it. `name` is unique over all servers; `parameters` is a JSON Schema of an object."""

    name: str
    server: str
    description: str
    parameters: Mapping[str, Json]
    title: str = ""
    annotations: ToolAnnotations = ToolAnnotations()


@dataclass(frozen=True, slots=True)
class TextPart:
    """A piece of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class CallPart:
    """The answer has begun to ask for a call; sent once per call, as soon as its name is known."""

    call_id: str
    name: str


@dataclass(frozen=True, slots=True)
class AnswerEnd:
    """The last part of every stream that ends by itself: the calls, complete, and what the endpoint reported."""

    calls: tuple[ToolRequest, ...]
    finish_reason: FinishReason
    model: str
    usage: Usage | None


AnswerPart: TypeAlias = TextPart | CallPart | AnswerEnd


class ChatModel(Protocol):
    """A deployment that answers messages and may ask for tools."""

    @property
    def label(self) -> str:
        """The deployment's name, or the planner's."""
        ...

    @property
    def offline(self) -> bool:
        """Whether this is the offline planner, not a language model."""
        ...

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSpec], *, may_call: bool = True
    ) -> AsyncGenerator[AnswerPart]:
        """Ask once and stream the answer; the last part is an `AnswerEnd`. Close it early with `aclosing`.

        `may_call=False` asks for an answer in words only.

        Raises:
            ModelError: the endpoint refused, failed or fell silent. Parts that came before stand.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections to the endpoint."""
        ...


# --- tools and their servers ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """How a call ended. `text` is what the model reads, for every status."""

    status: ToolStatus
    text: str
    structured: Json = None


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
    """Something a server lets one read."""

    server: str
    uri: str
    name: str
    description: str = ""
    mime_type: str = ""


@dataclass(frozen=True, slots=True)
class PromptArgument:
    """A blank in a server's prompt."""

    name: str
    description: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class PromptSpec:
    """A message template that a server offers."""

    server: str
    name: str
    description: str = ""
    title: str = ""
    arguments: tuple[PromptArgument, ...] = ()


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

    async def read_resource(self, server: str, uri: str) -> str:
        """The resource's text.

        Raises:
            ServerError: it cannot be read.
        """
        ...

    async def get_prompt(self, server: str, name: str, arguments: Mapping[str, str]) -> str:
        """The prompt's text, filled in.

        Raises:
            ServerError: it cannot be had.
        """
        ...

    async def restart(self, server: str) -> None:
        """Connect anew; a server that this application launched is launched again."""
        ...

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` in the event loop whenever a state or a list changes; returns how to stop that."""
        ...


# --- the history ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A conversation as a list shows it. Times are seconds since the epoch; `tools` are distinct, first use first."""

    id: str
    title: str
    started_at: float
    updated_at: float
    turns: int
    tools: tuple[str, ...]
    calls: int
    failed_calls: int


class Archive(Protocol):
    """Where conversations are kept."""

    @property
    def problem(self) -> str:
        """Why history is not being saved, in words; empty while it is."""
        ...

    def append(self, conversation_id: str, event: Event) -> None:
        """Take a durable event to be stored, in order; returns at once. Failures show in `problem`."""
        ...

    async def flush(self) -> None:
        """Wait until everything taken so far is stored, or has failed to be."""
        ...

    async def summaries(self) -> list[ConversationSummary]:
        """All conversations, newest first.

        Raises:
            StoreError: the history cannot be read.
        """
        ...

    async def load(self, conversation_id: str) -> list[Event]:
        """The conversation's events, in order.

        Raises:
            StoreError: there is no such conversation, or it cannot be read.
        """
        ...

    async def delete(self, conversation_ids: Sequence[str]) -> None:
        """Delete conversations; `restore` takes it back while the application runs.

        Raises:
            StoreError: the history cannot be written.
        """
        ...

    async def restore(self, conversation_ids: Sequence[str]) -> None:
        """Take a deletion back.

        Raises:
            StoreError: the history cannot be written.
        """
        ...

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` in the event loop whenever `problem` changes; returns how to stop that."""
        ...


# --- the person -----------------------------------------------------------------------------------------------------

LimitChoice: TypeAlias = Literal["continue", "wrap_up", "stop"]
"""At the round limit: go on for as many rounds again, have the model answer with what it has, or end the turn."""

AskLimit: TypeAlias = Callable[[int], Awaitable[LimitChoice]]
"""Asks the person what to do after this many rounds."""
