"""What the conversation needs of a chat model, and the plain data that crosses the port."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from tui.core.events import AnswerReport, FinishReason, Image, Json, ToolRequest, Usage
from tui.core.ports.host import ToolSpec

# --- what the model is sent -----------------------------------------------------------------------------------------


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
    """What the model said, and the calls it asked for; each call is answered by one ToolMessage right after.

    `output_items` are the same in the form of the Responses API, for `origin` alone, the deployment that wrote them.
    """

    text: str
    calls: tuple[ToolRequest, ...] = ()
    output_items: tuple[Mapping[str, Json], ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True)
class ToolMessage:
    """The result of one call, for the model to read."""

    call_id: str
    name: str
    text: str
    is_error: bool = False
    images: tuple[Image, ...] = ()


Message: TypeAlias = SystemMessage | UserMessage | AssistantMessage | ToolMessage


@dataclass(frozen=True, slots=True)
class SentTool:
    """How a tool is sent to the model. `sent` is the JSON of the request, None where the tool is left out.

    `changes` says in words what differs from the server's own definition; `left_out` why the tool is not sent.
    """

    name: str
    sent: Json
    changes: tuple[str, ...] = ()
    left_out: str = ""


# --- what comes back ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TextPart:
    """A piece of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningPart:
    """A piece of the summary of the model's thoughts."""

    text: str


@dataclass(frozen=True, slots=True)
class CallPart:
    """The answer has begun to ask for a call; sent once per call, as soon as its name is known."""

    call_id: str
    name: str


@dataclass(frozen=True, slots=True)
class ProgressPart:
    """Something came that is not shown, such as a piece of a call's arguments: the endpoint is at work."""


@dataclass(frozen=True, slots=True)
class RateWaitPart:
    """The request waits so many seconds from now, so that no more are sent than `requests_per_minute`."""

    wait_seconds: float
    requests_per_minute: int


@dataclass(frozen=True, slots=True)
class RetryPart:
    """The request failed before any text came, and is sent again in so many seconds. `attempt` counts from 1."""

    attempt: int
    wait_seconds: float
    message: str
    hint: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AdaptedPart:
    """The request was changed to what the deployment accepts, and is sent again at once; `message` says how."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class AnswerEnd:
    """The last part of every stream that ends by itself: the calls, complete, and what the endpoint reported.

    `output_items` and `origin` are as in `AssistantMessage`.
    """

    calls: tuple[ToolRequest, ...]
    finish_reason: FinishReason
    model: str
    usage: Usage | None
    report: AnswerReport = AnswerReport()
    output_items: tuple[Mapping[str, Json], ...] = ()
    origin: str = ""


AnswerPart: TypeAlias = (
    TextPart | ReasoningPart | CallPart | ProgressPart | RateWaitPart | RetryPart | AdaptedPart | AnswerEnd
)


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
        """Ask and stream the answer; the last part is an `AnswerEnd`. Close it early with `aclosing`.

        It waits, tries again and adapts the request where that helps, never silently and never once text has come.
        `may_call=False` asks for an answer in words only.

        Raises:
            ContextTooLongError: the messages do not fit into the model's context window.
            ModelError: the endpoint refused, failed or fell silent. Parts that came before stand.
        """
        ...

    def sent_tools(self, tools: Sequence[ToolSpec]) -> Sequence[SentTool]:
        """How each of these tools would be sent now, in the same order."""
        ...

    async def aclose(self) -> None:
        """Close the connections to the endpoint."""
        ...
