"""What the list of conversations shows of one, kept up to date event by event."""

import json
from dataclasses import dataclass, field

from tui.core.events import Event, Forked, ModelAsked, Pinned, Renamed, ToolFinished, ToolStarted, UserSaid
from tui.core.ports import ConversationSummary
from tui.core.transcript import title
from tui.store.rows import Row, harmless, to_summary

UNTITLED = "Tools tried by hand"
"""The title of a conversation in which nothing was said yet."""

_LONGEST_TITLE = 200
_LARGEST = 2**53
"""No number is larger: SQLite's integers have 64 bits, JSON's any."""


@dataclass(slots=True)
class ConversationRow:
    """A conversation's row in the making; `fold` adds an event to it."""

    id: str
    started_at: float
    updated_at: float
    title: str = UNTITLED
    turns: int = 0
    tools: list[str] = field(default_factory=list[str])
    calls: int = 0
    failed_calls: int = 0
    given_title: str = ""
    models: list[str] = field(default_factory=list[str])
    pinned: bool = False
    origin: str = ""
    forked_turn: int = 0
    damaged: bool = False

    @classmethod
    def begin(cls, conversation_id: str, event: Event) -> "ConversationRow":
        """A conversation right before its first event."""
        return cls(conversation_id, event.at, event.at)

    def fold(self, event: Event) -> None:
        """Add one more event; calls made by hand (turn 0) name their tool but are not counted."""
        match event:
            case Renamed():
                self.given_title = " ".join(event.title.split())[:_LONGEST_TITLE]
                return
            case Pinned():
                self.pinned = event.pinned
                return
            case UserSaid():
                self.title = title(event.text) if self.turns == 0 else self.title
                self.turns += 1
            case ModelAsked():
                _add(self.models, event.model)
            case ToolStarted():
                _add(self.tools, event.name)
            case ToolFinished(turn=turn) if turn > 0:
                self.calls += 1
                self.failed_calls += event.status != "ok"
            case Forked():
                self.origin, self.forked_turn = event.origin, min(event.turn, _LARGEST)
            case _:
                pass
        self.updated_at = max(self.updated_at, event.at)

    def to_row(self) -> Row:
        """The values of `COLUMNS`."""
        return (
            self.id,
            self.title,
            self.started_at,
            self.updated_at,
            self.turns,
            json.dumps(self.tools),
            self.calls,
            self.failed_calls,
            self.given_title,
            json.dumps(self.models),
            int(self.pinned),
            self.origin,
            self.forked_turn,
            int(self.damaged),
        )

    def to_summary(self) -> ConversationSummary:
        """What the list shows."""
        return to_summary(self.to_row())


def is_copied(event: Event, origin: str, started_at: float) -> bool:
    """Whether the event came from the conversation that its own was forked from, where it counted already."""
    return bool(origin) and event.at < started_at


def _add(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)


def to_conversation_row(row: Row) -> ConversationRow:
    """A stored row, to fold more events into it."""
    summary = to_summary(row)
    return ConversationRow(
        id=summary.id,
        started_at=summary.started_at,
        updated_at=summary.updated_at,
        title=harmless(str(row[1])),
        turns=summary.turns,
        tools=list(summary.tools),
        calls=summary.calls,
        failed_calls=summary.failed_calls,
        given_title=harmless(str(row[8])),
        models=list(summary.models),
        pinned=summary.pinned,
        origin=summary.origin,
        forked_turn=summary.forked_turn,
        damaged=summary.damaged,
    )
