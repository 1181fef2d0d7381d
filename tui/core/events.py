"""All that can happen in a conversation, as frozen plain data.

A conversation is a list of durable events. Live, reopened and replayed conversations go to the same `show(event)`.
Every event has `at`, the time it happened, in seconds since the epoch. `turn` counts the person's messages from 1;
`round` counts the requests to the model within a turn from 1. A turn ends in exactly one `TurnEnded`; each
`ToolStarted` has exactly one `ToolFinished` with the same `call_id`, which is unique within the conversation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

FinishReason: TypeAlias = Literal["stop", "tool_calls", "length", "content_filter", "cut_off", "cancelled"]
"""Why the answer ended. `cut_off`: the stream broke or ended without a reason; `cancelled`: the person stopped it."""

ToolStatus: TypeAlias = Literal["ok", "error", "refused", "denied", "timeout", "cancelled", "lost"]
"""How a call ended. `error`: the tool said so; `refused`: never sent (unknown tool, bad arguments); `denied`: never
sent, because it was not allowed; `lost`: the connection broke while it ran, so whether it had an effect is unknown."""

EndReason: TypeAlias = Literal["done", "cancelled", "failed", "limit", "denied"]
"""How a turn ended. `limit`: the round limit was reached and the person chose to stop; `denied`: the person denied
calls of one tool twice."""

Decider: TypeAlias = Literal["", "rule", "person"]
"""Who decided whether a call may run; empty in logs from before that was asked."""

Scope: TypeAlias = Literal["once", "conversation", "always"]
"""How far an approval reaches: this call, this tool in this conversation, this tool for good."""

Caller: TypeAlias = Literal["model", "person"]
"""Who asked for a call: the model in a turn, or a person in the Tools tab."""

Api: TypeAlias = Literal["", "chat", "responses"]
"""Which API of the service answered: Chat Completions, Responses, or one that is not known."""

FilteredText: TypeAlias = Literal["prompt", "answer"]
"""What a verdict of the content filter is about."""

TrimReason: TypeAlias = Literal["messages", "context"]
"""Why messages are left out: the limit of messages, or the model's context window."""


@dataclass(frozen=True, slots=True)
class ToolRequest:
    """A call that the model asks for. `arguments` is JSON text exactly as the model wrote it; it may be invalid."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one request, as the endpoint counted them. Cached are part of input, reasoning part of output."""

    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    reasoning_tokens: int = 0


@dataclass(frozen=True, slots=True)
class FilterVerdict:
    """What the content filter says about one category, such as "violence" or "jailbreak".

    `severity` is "safe", "low", "medium" or "high"; empty for categories that are only detected or not.
    """

    about: FilteredText
    category: str
    severity: str = ""
    filtered: bool = False
    detected: bool = False


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """What the endpoint told about an answer besides its words; empty or None where it told nothing.

    `remaining_requests` and `remaining_tokens` are what is left of the deployment's quota in the current window;
    `context_window` is the model's, in tokens.
    """

    api: Api = ""
    request_id: str = ""
    region: str = ""
    filters: tuple[FilterVerdict, ...] = ()
    remaining_requests: int | None = None
    remaining_tokens: int | None = None
    context_window: int | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture in a tool's result. `data` is base64."""

    mime_type: str
    data: str


@dataclass(frozen=True, slots=True)
class Approval:
    """Why a call ran, or did not.

    `why` says why it ran unasked, or why the person was asked. `told`: it ran unasked, but is told on a line of its
    own. `edited`: the person changed the arguments. `reason` is what the person gave for a denial. `fingerprint` is of
    the tool's definition that was approved.
    """

    decided_by: Decider = ""
    scope: Scope = "once"
    why: str = ""
    told: bool = False
    edited: bool = False
    reason: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at a time."""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSaid(Event):
    """A person sent a message; a turn begins."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryTrimmed(Event):
    """The oldest messages were left out of what the model is sent, to keep within a limit.

    Whole oldest turns go; `dropped_rounds` are the oldest rounds of this very turn, when it alone is too long. `limit`
    is the number of messages that were sent at most.
    """

    turn: int
    dropped_turns: int
    limit: int
    dropped_rounds: int = 0
    reason: TrimReason = "messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAsked(Event):
    """A request went to the model. `model` is the deployment's name, or the planner's."""

    turn: int
    round: int
    model: str
    message_count: int
    tool_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswered(Event):
    """The model's answer to one request, whole or as far as it came; calls only when it came whole.

    `model` is the name the endpoint reported. `seconds` is the time from request to end of stream,
    `first_text_seconds` to the first text. `reasoning` is the summary of the model's thoughts, where the API gives one.
    `output_items` are the items of the Responses API as they came; they are sent back word for word, but only to
    `origin`, the deployment that wrote them.
    """

    turn: int
    round: int
    text: str
    calls: tuple[ToolRequest, ...]
    finish_reason: FinishReason
    model: str
    usage: Usage | None
    seconds: float
    first_text_seconds: float | None
    reasoning: str = ""
    report: AnswerReport = AnswerReport()
    output_items: tuple[Mapping[str, Json], ...] = ()
    origin: str = ""


REQUEST_TRIES = 3
"""Requests for one answer at most, the first one included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFailed(Event):
    """A request to the model failed before any text came, and is sent again in `wait_seconds`.

    `attempt` counts from 1 to `REQUEST_TRIES`. The failure of the last attempt is told by `TurnEnded` instead.
    """

    turn: int
    round: int
    attempt: int
    wait_seconds: float
    message: str
    hint: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAdapted(Event):
    """The request was changed to what the deployment accepts, and is from now on; `message` says how, in words."""

    turn: int
    round: int
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked(Event):
    """The person is asked whether this call may run; it waits. `risk` and `why` are one sentence each."""

    turn: int
    call_id: str
    name: str
    server: str
    arguments: Mapping[str, Json]
    risk: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolStarted(Event):
    """A call begins, with the arguments that are sent; one that is denied begins and ends at once.

    `raw_arguments` is set only when the model's text is no JSON object; then `arguments` is empty. A call that a person
    made by hand in the Tools tab has turn 0.
    """

    turn: int
    call_id: str
    name: str
    server: str
    arguments: Mapping[str, Json]
    raw_arguments: str = ""
    by: Caller = "model"
    approval: Approval = Approval()


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceRevoked(Event):
    """The person no longer allows this tool of this server for the rest of the conversation."""

    name: str
    server: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFinished(Event):
    """A call ended. `text` is what the model gets to read; `structured` the machine-readable result, if any."""

    turn: int
    call_id: str
    name: str
    status: ToolStatus
    text: str
    structured: Json = None
    seconds: float = 0.0
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEnded(Event):
    """The turn is over. `message` and `hint` say in words what went wrong, when something did."""

    turn: int
    reason: EndReason
    seconds: float
    message: str = ""
    hint: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChosen(Event):
    """From here on the conversation goes to this model; `name` is the one it has in the list of models."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemPromptChanged(Event):
    """From here on the model is told this about its role."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forked(Event):
    """This conversation begins as a copy of `origin` up to, and without, its turn `turn`."""

    origin: str
    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(Event):
    """A person gave the conversation this title; an empty one gives it back the title of its first message."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned(Event):
    """A person put the conversation at the top of the list, or let it go from there."""

    pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksMasked(Event):
    """What these regular expressions match in a result does not count when this recording is checked."""

    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDelta(Event):
    """A piece of the answer that is being streamed. Shown, never stored."""

    turn: int
    round: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasoningDelta(Event):
    """A piece of the summary of the model's thoughts. Shown, never stored."""

    turn: int
    round: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDelayed(Event):
    """The request waits so many seconds, so that no more are sent than `requests_per_minute`. Shown, never stored."""

    turn: int
    round: int
    wait_seconds: float
    requests_per_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamStalled(Event):
    """Nothing has come for `silent_seconds`; at `limit_seconds` the request is given up. Shown, never stored."""

    turn: int
    round: int
    silent_seconds: float
    limit_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamResumed(Event):
    """Something came again after a stall. Shown, never stored."""

    turn: int
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnnounced(Event):
    """The streamed answer has begun to name a call; its arguments are still coming. Shown, never stored."""

    turn: int
    round: int
    call_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOpened(Event):
    """The session now holds this conversation, with these events so far. Shown, never stored."""

    conversation_id: str
    events: tuple[Event, ...]


DURABLE: tuple[type[Event], ...] = (
    UserSaid,
    HistoryTrimmed,
    ModelAsked,
    ModelAnswered,
    RequestFailed,
    RequestAdapted,
    ApprovalAsked,
    AllowanceRevoked,
    ToolStarted,
    ToolFinished,
    TurnEnded,
    ModelChosen,
    SystemPromptChanged,
    Forked,
    Renamed,
    Pinned,
    ChecksMasked,
)
"""The events that are stored; the others are only shown."""


def is_durable(event: Event) -> bool:
    """Whether the event belongs to the stored conversation."""
    return isinstance(event, DURABLE)
