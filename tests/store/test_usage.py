import os
import sqlite3
import time
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from tests.store.events import answered, called, said
from tui.core.events import Event, Forked, ModelAsked, ToolFinished, TurnEnded, Usage
from tui.core.ports import DayStatistics, ToolStatistics, UsageStatistics
from tui.store.history import History

NOON = 1_790_000_000.0 - 1_790_000_000.0 % 86_400 + 43_200
"""Of a day in UTC, in seconds since the epoch."""

DAY = 86_400.0


@pytest.fixture(autouse=True)
def in_india() -> Generator[None]:
    """A time zone whose days do not begin at a whole hour of UTC."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Kolkata"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.fixture
async def history(tmp_path: Path) -> AsyncGenerator[History]:
    opened = await History.open(tmp_path / "callscope")
    yield opened
    await opened.aclose()


def append(history: History, conversation: str, *events: Event) -> None:
    for event in events:
        history.append(conversation, event)


def turn(at: float, number: int = 1, *, failed: bool = False) -> list[Event]:
    asked = ModelAsked(at=at, turn=number, round=1, model="m", message_count=1, tool_count=1)
    ended = TurnEnded(at=at, turn=number, reason="failed" if failed else "done", seconds=1.0)
    return [said(at=at, turn=number), asked, answered("x", at=at, turn=number, usage=Usage(100, 20, 30, 5)), ended]


def finished(name: str, at: float, seconds: float, *, ok: bool = True) -> ToolFinished:
    return ToolFinished(
        at=at, turn=1, call_id=f"{name}{at}", name=name, status="ok" if ok else "timeout", text="", seconds=seconds
    )


async def test_an_empty_history_has_empty_statistics(history: History) -> None:
    assert await history.statistics() == UsageStatistics()


async def test_everything_is_counted_by_tool_and_by_local_day(history: History) -> None:
    append(history, "a", *turn(NOON), finished("calculate", NOON, 0.5), finished("greet", NOON, 0.25))
    append(history, "a", *turn(NOON + DAY, 2, failed=True), finished("calculate", NOON + DAY, 1.0, ok=False))
    await history.flush()
    append(history, "b", *turn(NOON))
    assert await history.statistics() == UsageStatistics(
        conversations=2,
        turns=3,
        failed_turns=1,
        requests=3,
        input_tokens=300,
        cached_tokens=90,
        output_tokens=60,
        reasoning_tokens=15,
        calls=3,
        failed_calls=1,
        tools=(ToolStatistics("calculate", 2, 1, 1.5), ToolStatistics("greet", 1, 0, 0.25)),
        days=(
            DayStatistics(time.strftime("%Y-%m-%d", time.localtime(NOON)), 2, 2, 240),
            DayStatistics(time.strftime("%Y-%m-%d", time.localtime(NOON + DAY)), 1, 1, 120),
        ),
    )


async def test_a_day_begins_at_local_midnight(history: History) -> None:
    midnight = NOON + 6.5 * 3600
    append(history, "a", *turn(midnight - 1), *turn(midnight, 2))
    assert [day.turns for day in (await history.statistics()).days] == [1, 1]
    assert (await history.statistics(since=midnight)).turns == 1


async def test_a_stretch_of_time_counts_only_what_was_done_in_it(history: History) -> None:
    append(history, "old", *turn(NOON))
    append(history, "new", *turn(NOON + 5 * DAY), finished("greet", NOON + 5 * DAY, 1.0))
    statistics = await history.statistics(since=NOON + DAY)
    assert (statistics.conversations, statistics.turns, statistics.calls) == (1, 1, 1)
    assert (await history.statistics(since=NOON + 9 * DAY)) == UsageStatistics()


async def test_calls_by_hand_copies_in_a_branch_and_deleted_conversations_do_not_count(history: History) -> None:
    append(history, "a", *turn(NOON), *called("greet", at=NOON, turn=0))
    append(history, "b", Forked(at=NOON + 100, origin="a", turn=2), *turn(NOON), *turn(NOON + 200, 2))
    append(history, "c", *turn(NOON))
    await history.delete(["c"])
    statistics = await history.statistics()
    assert (statistics.conversations, statistics.turns, statistics.calls) == (2, 2, 0)
    await history.restore(["c"])
    assert (await history.statistics()).turns == 3


async def test_absurd_numbers_of_a_tampered_recording_do_no_harm(history: History) -> None:
    huge = answered("x", at=NOON, usage=Usage(2**80, -5, 2**62, 2**63))
    for number in range(20):
        append(history, f"c{number}", huge, Forked(at=NOON, origin="x", turn=2**90))
    assert (await history.statistics()).output_tokens == 0
    assert history.problem == ""


async def test_statistics_survive_the_program_and_follow_a_purge(tmp_path: Path) -> None:
    first = await History.open(tmp_path)
    append(first, "a", *turn(NOON))
    append(first, "b", *turn(NOON))
    await first.delete(["a"])
    await first.aclose()
    database = sqlite3.connect(tmp_path / "history.db")
    assert database.execute("SELECT count(*) FROM usage").fetchone() == (1,)
    database.close()
    second = await History.open(tmp_path)
    assert (await second.statistics()).turns == 1
    await second.aclose()
