"""Pure folds over a log of events: what the model is sent, a title, totals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tui.core.events import (
    Event,
    HistoryTrimmed,
    ModelAnswered,
    ModelChosen,
    Pinned,
    Renamed,
    SystemPromptChanged,
    ToolFinished,
    ToolStarted,
    TrimReason,
    UserSaid,
)
from tui.core.ports import AssistantMessage, Message, SystemMessage, ToolMessage, UserMessage

TITLE_LENGTH = 60
INTERRUPTED = "No result: the program ended while this call was running."


def to_messages(events: Iterable[Event], system_prompt: str = "") -> list[Message]:
    """The log as the messages that the model is sent.

    Every call is answered exactly once and right after the message that asked for it, in the order asked; a call
    whose end is missing (the program died) is answered with `INTERRUPTED`. Calls made by hand are left out.
    """
    events = list(events)
    results = {event.call_id: event for event in events if isinstance(event, ToolFinished)}
    messages: list[Message] = [SystemMessage(system_prompt)] if system_prompt else []
    for event in events:
        if isinstance(event, UserSaid):
            messages.append(UserMessage(event.text))
        elif isinstance(event, ModelAnswered) and (event.text or event.calls):
            messages.append(AssistantMessage(event.text, event.calls, event.output_items, event.origin))
            messages.extend(_result_message(call.id, call.name, results) for call in event.calls)
    return messages


def _result_message(call_id: str, name: str, results: Mapping[str, ToolFinished]) -> ToolMessage:
    result = results.get(call_id)
    if result is None:
        return ToolMessage(call_id, name, INTERRUPTED, is_error=True)
    return ToolMessage(call_id, name, result.text, is_error=result.status != "ok", images=result.images)


def message_limit(events: Sequence[Event], limit: int) -> tuple[int, TrimReason]:
    """How many messages to send at most, and why: fewer than `limit` once they were too many for this very model."""
    for event in reversed(events):
        if isinstance(event, ModelChosen):
            break
        if isinstance(event, HistoryTrimmed) and event.reason == "context":
            return min(event.limit, limit), "context" if event.limit < limit else "messages"
    return limit, "messages"


@dataclass(frozen=True, slots=True)
class Trimmed:
    """Messages within the limit, and how many whole turns and rounds had to go for it."""

    messages: list[Message]
    dropped_turns: int
    dropped_rounds: int


def trim(messages: Sequence[Message], limit: int) -> Trimmed:
    """At most `limit` messages: the newest, in whole units.

    The system message stays. Whole oldest turns go first; when the last turn alone is too long, its oldest rounds go
    (an assistant message with all its results), never its user message nor its last round, even over the limit.
    """
    system = [m for m in messages[:1] if isinstance(m, SystemMessage)]
    turns = _split_turns(messages[len(system) :])
    excess = len(messages) - limit
    dropped_turns = 0
    while excess > 0 and len(turns) > 1:
        excess -= len(turns.pop(0))
        dropped_turns += 1
    dropped_rounds = 0
    rounds = _split_rounds(turns[0]) if turns else []
    while excess > 0 and len(rounds) > 2:
        excess -= len(rounds.pop(1))
        dropped_rounds += 1
    if rounds:
        turns[0] = [m for unit in rounds for m in unit]
    return Trimmed([*system, *(m for turn in turns for m in turn)], dropped_turns, dropped_rounds)


def _split_turns(messages: Sequence[Message]) -> list[list[Message]]:
    turns: list[list[Message]] = []
    for message in messages:
        if isinstance(message, UserMessage) or not turns:
            turns.append([])
        turns[-1].append(message)
    return turns


def _split_rounds(turn: Sequence[Message]) -> list[list[Message]]:
    """The user message alone, then each assistant message with its results."""
    rounds: list[list[Message]] = []
    for message in turn:
        if not isinstance(message, ToolMessage) or not rounds:
            rounds.append([])
        rounds[-1].append(message)
    return rounds


def title(text: str) -> str:
    """A conversation's title from its first message: one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= TITLE_LENGTH:
        return line or "Untitled"
    head = line[: TITLE_LENGTH - 1]
    cut = head.rfind(" ")
    return (head[:cut] if cut > TITLE_LENGTH // 2 else head) + "…"


def title_of(events: Iterable[Event]) -> str:
    """The conversation's title: the one a person gave it, or that of its first message; empty before that."""
    said = given = ""
    for event in events:
        if isinstance(event, Renamed):
            given = event.title
        elif isinstance(event, UserSaid) and not said:
            said = title(event.text)
    return given or said


def system_prompt_of(events: Sequence[Event], default: str) -> str:
    """What the model is told about its role in this conversation."""
    changes = (event.text for event in reversed(events) if isinstance(event, SystemPromptChanged))
    return next(changes, default)


def model_of(events: Sequence[Event], default: str) -> str:
    """The name of the model that this conversation goes to."""
    return next((event.name for event in reversed(events) if isinstance(event, ModelChosen)), default)


def is_pinned(events: Sequence[Event]) -> bool:
    """Whether the conversation stands at the top of the list."""
    return next((event.pinned for event in reversed(events) if isinstance(event, Pinned)), False)


def before_turn(events: Iterable[Event], turn: int) -> list[Event]:
    """The log up to, and without, this turn."""
    kept: list[Event] = []
    for event in events:
        if isinstance(event, UserSaid) and event.turn >= turn:
            break
        kept.append(event)
    return kept


@dataclass(frozen=True, slots=True)
class Totals:
    """What a stretch of the log amounts to. Tokens are what the endpoint counted, over all requests."""

    rounds: int = 0
    calls: int = 0
    failed_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    @property
    def tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens


def totals(events: Iterable[Event], turn: int | None = None) -> Totals:
    """The totals of one turn, or of all turns; calls made by hand do not count."""
    rounds = calls = failed = tokens_in = tokens_out = 0
    by_hand: set[str] = set()
    for event in events:
        if isinstance(event, ToolStarted) and event.by == "person":
            by_hand.add(event.call_id)
        if turn is not None and getattr(event, "turn", turn) != turn:
            continue
        if isinstance(event, ModelAnswered):
            rounds += 1
            if event.usage:
                tokens_in += event.usage.input_tokens
                tokens_out += event.usage.output_tokens
        elif isinstance(event, ToolFinished) and event.call_id not in by_hand:
            calls += 1
            failed += event.status != "ok"
    return Totals(rounds, calls, failed, tokens_in, tokens_out)
