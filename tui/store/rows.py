"""The stored rows of conversations, as untrusted as any text: their columns, and what the list shows of them."""

import json
from collections.abc import Callable
from typing import TypeAlias, cast

from tui.core.ports import ConversationSummary
from tui.core.text import sanitize
from tui.store.fields import LATEST_TIME

COLUMNS = (
    "id, title, started_at, updated_at, turns, tools, calls, failed_calls, "
    "given_title, models, pinned, origin, forked_turn, damaged"
)

_KEPT_AT_THE_FIRST_EVENT = ("id", "started_at")
_NAMES = COLUMNS.split(", ")

UPSERT = (
    f"INSERT INTO conversation ({COLUMNS}) VALUES ({', '.join('?' for _ in _NAMES)}) ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _NAMES if name not in _KEPT_AT_THE_FIRST_EVENT)
)
"""Stores a conversation's row, whether it is there or not."""

Row: TypeAlias = tuple[str, str, float, float, int, str, int, int, str, str, int, str, int, int]
"""The values of `COLUMNS`; tools and models are JSON lists."""

QUICK_COLUMNS = (
    "id, title, started_at, updated_at, turns, tools, calls, failed_calls, models,"
    " given_title != '' OR pinned != 0 OR origin != '' OR damaged != 0, key"
)
"""What most rows consist of, whether there is more to this one, and its key."""

QuickRow: TypeAlias = tuple[str, str, float, float, int, str, int, int, str, int, int]

_MOST = 2**53
UNREADABLE = "A damaged conversation"


def decode_text(stored: bytes) -> str:
    """A text of the database, which may have been damaged."""
    return stored.decode(errors="replace")


def names(text: str) -> tuple[str, ...]:
    """The names in a JSON list.

    Raises:
        TypeError, ValueError, RecursionError: it is none.
    """
    listed: object = json.loads(text)
    if not isinstance(listed, list):
        raise TypeError("not a list")
    return tuple(harmless(str(name)) for name in cast("list[object]", listed))


def to_summary(row: Row) -> ConversationSummary:
    """The summary of a stored row, which is as untrusted as any text; `damaged` where it cannot be understood."""
    (
        identifier,
        said,
        started_at,
        updated_at,
        turns,
        tools,
        calls,
        failed_calls,
        given,
        models,
        pinned,
        origin,
        forked_turn,
        damaged,
    ) = row
    try:
        if not (0 <= started_at <= LATEST_TIME and 0 <= updated_at <= LATEST_TIME):
            return _damaged(row)
        return ConversationSummary(
            identifier,
            harmless(given or said),
            started_at,
            updated_at,
            int(turns),
            names(tools),
            int(calls),
            int(failed_calls),
            names(models),
            pinned == 1,
            harmless(origin),
            int(forked_turn),
            damaged != 0,
        )
    except (AttributeError, TypeError, ValueError, OverflowError, RecursionError):
        return _damaged(row)


def quick_summary(row: QuickRow, names: Callable[[str], tuple[str, ...]]) -> ConversationSummary | None:
    """The summary of a row with nothing special and nothing wrong: thousands of them are read for a list.

    None: `to_summary` has to look at it.
    """
    identifier, said, started_at, updated_at, turns, tools, calls, failed_calls, models, is_special, _ = row
    try:
        plain = not is_special and said.isprintable() and 0 <= started_at <= updated_at <= LATEST_TIME
        if not plain or type(identifier) is not str or not 0 <= turns + calls + failed_calls <= _MOST:
            return None
        return ConversationSummary(
            identifier, said, started_at, updated_at, turns, names(tools), calls, failed_calls, names(models)
        )
    except (AttributeError, TypeError, ValueError, RecursionError):
        return None


def _damaged(row: Row) -> ConversationSummary:
    """As much of a row as can be understood, value by value: SQLite stores any type in any column."""
    texts = [harmless(value) if isinstance(value, str) else "" for value in cast("tuple[object, ...]", row)]
    numbers = [_number(value) for value in cast("tuple[object, ...]", row)]
    return ConversationSummary(
        id=str(row[0]),
        title=texts[8] or texts[1] or UNREADABLE,
        started_at=numbers[2],
        updated_at=numbers[3],
        turns=int(numbers[4]),
        tools=(),
        calls=int(numbers[6]),
        failed_calls=int(numbers[7]),
        pinned=row[10] == 1,
        damaged=True,
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and 0 <= value <= LATEST_TIME else 0.0


def harmless(text: str) -> str:
    """The text made harmless for a terminal."""
    # Printable text has nothing to take out; thousands of titles are read at once.
    return text if text.isprintable() else sanitize(text)
