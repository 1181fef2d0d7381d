"""What the list of conversations shows of one, kept up to date event by event."""

import json
from dataclasses import replace
from typing import TypeAlias

from tui.core.errors import StoreError
from tui.core.events import Event, ToolFinished, ToolStarted, UserSaid
from tui.core.ports import ConversationSummary
from tui.core.text import sanitize
from tui.core.transcript import title

COLUMNS = "id, title, started_at, updated_at, turns, tools, calls, failed_calls"

Row: TypeAlias = tuple[str, str, float, float, int, str, int, int]
"""The values of `COLUMNS`; the tools are a JSON list."""

UNTITLED = "Tools tried by hand"
"""The title of a conversation in which nothing was said yet."""


def begin(conversation_id: str, event: Event) -> ConversationSummary:
    """The summary of a conversation right before its first event."""
    return ConversationSummary(
        id=conversation_id,
        title=UNTITLED,
        started_at=event.at,
        updated_at=event.at,
        turns=0,
        tools=(),
        calls=0,
        failed_calls=0,
    )


def fold(summary: ConversationSummary, event: Event) -> ConversationSummary:
    """The summary after one more event; calls made by hand (turn 0) name their tool but are not counted."""
    summary = replace(summary, updated_at=max(summary.updated_at, event.at))
    if isinstance(event, UserSaid):
        name = title(sanitize(event.text)) if summary.turns == 0 else summary.title
        return replace(summary, title=name, turns=summary.turns + 1)
    if isinstance(event, ToolStarted):
        name = sanitize(event.name)
        return summary if name in summary.tools else replace(summary, tools=(*summary.tools, name))
    if isinstance(event, ToolFinished) and event.turn > 0:
        failed = summary.failed_calls + (event.status != "ok")
        return replace(summary, calls=summary.calls + 1, failed_calls=failed)
    return summary


def to_row(summary: ConversationSummary) -> Row:
    """The summary as the values of `COLUMNS`."""
    return (
        summary.id,
        summary.title,
        summary.started_at,
        summary.updated_at,
        summary.turns,
        json.dumps(summary.tools),
        summary.calls,
        summary.failed_calls,
    )


def to_summary(row: Row) -> ConversationSummary:
    """The summary of a stored row, which is as untrusted as any text.

    Raises:
        StoreError: the row cannot be understood.
    """
    identifier, name, started_at, updated_at, turns, tools, calls, failed_calls = row
    try:
        return ConversationSummary(
            id=str(identifier),
            title=_harmless(str(name)),
            started_at=float(started_at),
            updated_at=float(updated_at),
            turns=int(turns),
            tools=tuple(_harmless(str(tool)) for tool in json.loads(tools)),
            calls=int(calls),
            failed_calls=int(failed_calls),
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreError("An entry of the history cannot be understood.", detail=str(error)) from error


def _harmless(text: str) -> str:
    # Printable text has nothing to take out; thousands of titles are read at once.
    return text if text.isprintable() else sanitize(text)
