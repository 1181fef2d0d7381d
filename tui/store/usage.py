"""What was done when: turns, requests, tokens and calls, kept by conversation and quarter of an hour."""

import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from tui.core.events import Event, ModelAnswered, ModelAsked, ToolFinished, TurnEnded, UserSaid
from tui.core.ports import DayStatistics, ToolStatistics, UsageStatistics
from tui.store.fields import LATEST_TIME
from tui.store.rows import harmless

_QUARTER = 900
"""Seconds; all time zones' days begin at a whole quarter of an hour."""

_LAST_QUARTER = int(LATEST_TIME // _QUARTER)

_COUNTS = (
    "turns",
    "failed_turns",
    "requests",
    "input_tokens",
    "cached_tokens",
    "output_tokens",
    "reasoning_tokens",
    "calls",
    "failed_calls",
)
_LARGEST = 2**40
"""No count of a quarter is larger: the sum of millions must fit SQLite's integers."""

Counts: TypeAlias = dict[str, int]


def add(connection: sqlite3.Connection, key: int, events: Iterable[Event]) -> None:
    """Count events of the conversation with this key; calls made by hand (turn 0) are not counted."""
    by_quarter: defaultdict[int, list[Counts]] = defaultdict(list)
    tools: list[tuple[int, int, str, bool, float]] = []
    for event in events:
        quarter = int(event.at // _QUARTER)
        if counts := _counts(event):
            by_quarter[quarter].append(counts)
        if isinstance(event, ToolFinished) and event.turn > 0:
            tools.append((key, quarter, event.name, event.status != "ok", event.seconds))
    connection.executemany(
        f"INSERT INTO usage VALUES (?, ?, {', '.join('?' for _ in _COUNTS)}) ON CONFLICT DO UPDATE SET "
        + ", ".join(f"{name} = {name} + excluded.{name}" for name in _COUNTS),
        ((key, quarter, *(_sum(name, counted) for name in _COUNTS)) for quarter, counted in by_quarter.items()),
    )
    connection.executemany(
        "INSERT INTO tool_usage VALUES (?, ?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET"
        " calls = calls + 1, failed_calls = failed_calls + excluded.failed_calls, seconds = seconds + excluded.seconds",
        tools,
    )


def _sum(name: str, counted: Iterable[Counts]) -> int:
    return max(0, min(_LARGEST, sum(counts.get(name, 0) for counts in counted)))


def _counts(event: Event) -> Counts:
    match event:
        case UserSaid():
            return {"turns": 1}
        case TurnEnded(reason="failed"):
            return {"failed_turns": 1}
        case ModelAsked():
            return {"requests": 1}
        case ModelAnswered(usage=usage) if usage:
            return {
                "input_tokens": usage.input_tokens,
                "cached_tokens": usage.cached_tokens,
                "output_tokens": usage.output_tokens,
                "reasoning_tokens": usage.reasoning_tokens,
            }
        case ToolFinished(turn=turn) if turn > 0:
            return {"calls": 1, "failed_calls": int(event.status != "ok")}
        case _:
            return {}


def statistics(connection: sqlite3.Connection, since: float | None) -> UsageStatistics:
    """What was done since this time, to the quarter of an hour, in conversations that are not deleted.

    Values of a damaged file may have any type: they are cast, and `total` never overflows.
    """
    stretch = (0 if since is None else int(since // _QUARTER), _LAST_QUARTER)
    kept = "FROM {} JOIN conversation ON conversation = key WHERE quarter BETWEEN ? AND ? AND deleted_at IS NULL"
    usage, tool_usage = kept.format("usage"), kept.format("tool_usage")
    sums = ", ".join(f"CAST(total(usage.{name}) AS INTEGER)" for name in _COUNTS)
    conversations, *counted = connection.execute(
        f"SELECT count(DISTINCT conversation), {sums} {usage}", stretch
    ).fetchone()
    tools = connection.execute(
        "SELECT CAST(tool AS TEXT), CAST(total(tool_usage.calls) AS INTEGER) AS many,"
        " CAST(total(tool_usage.failed_calls) AS INTEGER), total(seconds)"
        f" {tool_usage} GROUP BY tool ORDER BY many DESC, tool",
        stretch,
    )
    quarters = connection.execute(
        "SELECT CAST(quarter AS INTEGER), CAST(total(usage.turns) AS INTEGER), CAST(total(usage.calls) AS INTEGER),"
        f" CAST(total(input_tokens + output_tokens) AS INTEGER) {usage} GROUP BY quarter ORDER BY quarter",
        stretch,
    )
    return UsageStatistics(
        conversations,
        **dict(zip(_COUNTS, counted, strict=True)),
        tools=tuple(ToolStatistics(harmless(name), *counts) for name, *counts in tools),
        days=_days(quarters),
    )


def _days(quarters: Iterable[tuple[int, int, int, int]]) -> tuple[DayStatistics, ...]:
    days: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for quarter, *counts in quarters:
        day = time.strftime("%Y-%m-%d", time.localtime(quarter * _QUARTER))
        days[day] = [before + more for before, more in zip(days[day], counts, strict=True)]
    return tuple(DayStatistics(day, *counts) for day, counts in sorted(days.items()) if any(counts))
