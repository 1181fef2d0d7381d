import asyncio
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.store.events import called, said
from tui.core.errors import StoreError
from tui.core.events import Event, Forked, ModelAsked, Pinned, Renamed, TextDelta, ToolStarted, UserSaid
from tui.core.ports import SearchQuery
from tui.core.redaction import Redactor
from tui.store.history import History


@pytest.fixture
async def history(tmp_path: Path) -> AsyncGenerator[History]:
    opened = await History.open(tmp_path / "callscope")
    yield opened
    await opened.aclose()


def append(history: History, conversation: str, *events: Event) -> None:
    for event in events:
        history.append(conversation, event)


async def titles(history: History) -> list[str]:
    return [summary.title for summary in await history.summaries()]


async def test_what_is_appended_is_there_after_the_next_start(tmp_path: Path) -> None:
    first = await History.open(tmp_path)
    events = [said("Hello\x00\u202e"), *called("greet")]
    append(first, "a", *events)
    await first.aclose()
    second = await History.open(tmp_path)
    assert await second.load("a") == [said("Hello"), *events[1:]]
    assert second.problem == ""
    await second.aclose()


async def test_what_was_just_appended_is_read_without_a_flush(history: History) -> None:
    append(history, "a", said("Hello"))
    assert await titles(history) == ["Hello"]
    assert await history.load("a") == [said("Hello")]


async def test_a_summary_counts_turns_calls_failures_and_names_tools_by_first_use(history: History) -> None:
    append(history, "a", said("Calculate\n15 * 8", at=10.0), *called("calculate", at=11.0))
    await history.flush()
    append(history, "a", *called("greet", at=12.0, ok=False), *called("calculate", at=13.0, ok=False))
    append(history, "a", *called("weather", at=14.0, turn=0), said("And then?", at=15.0, turn=2))
    (summary,) = await history.summaries()
    assert (summary.id, summary.title) == ("a", "Calculate 15 * 8")
    assert (summary.started_at, summary.updated_at) == (10.0, 15.0)
    assert (summary.turns, summary.calls, summary.failed_calls) == (2, 3, 2)
    assert summary.tools == ("calculate", "greet", "weather")


async def test_the_title_is_one_harmless_line_cut_at_a_word(history: History) -> None:
    append(history, "a", said("\x1b[31m" + "many words " * 20))
    (title,) = await titles(history)
    assert title.startswith("many words")
    assert title.endswith("words…")
    assert len(title) <= 60


async def test_tools_tried_before_anything_was_said_give_way_to_the_first_message(history: History) -> None:
    append(history, "a", *called("greet", turn=0))
    assert await titles(history) == ["Tools tried by hand"]
    append(history, "a", said("Hello"))
    assert await titles(history) == ["Hello"]


async def test_conversations_are_listed_newest_change_first(history: History) -> None:
    append(history, "a", said("first", at=1.0))
    append(history, "b", said("second", at=2.0))
    append(history, "c", said("third", at=3.0))
    append(history, "a", said("again", at=4.0, turn=2))
    assert await titles(history) == ["first", "third", "second"]


async def test_interleaved_conversations_keep_their_own_order(history: History) -> None:
    for number in range(50):
        append(history, "a", said(f"a{number}"))
        append(history, "b", said(f"b{number}"))
    for name in ("a", "b"):
        assert await history.load(name) == [said(f"{name}{number}") for number in range(50)]


async def test_a_deleted_conversation_is_gone_until_it_is_restored(history: History) -> None:
    append(history, "a", said("one", at=1.0))
    append(history, "b", said("two", at=2.0))
    await history.delete(["a", "no such conversation"])
    assert await titles(history) == ["two"]
    with pytest.raises(StoreError, match="no such conversation"):
        await history.load("a")
    await history.restore(["a"])
    assert await titles(history) == ["two", "one"]
    assert await history.load("a") == [said("one", at=1.0)]


async def test_a_late_event_does_not_bring_a_deleted_conversation_back(history: History) -> None:
    append(history, "a", said("one"))
    await history.delete(["a"])
    append(history, "a", *called("greet"))
    assert await history.summaries() == []


async def test_a_deletion_is_final_at_the_end_and_leaves_no_trace_in_the_file(tmp_path: Path) -> None:
    first = await History.open(tmp_path)
    append(first, "a", said("a very secret sentence"))
    append(first, "b", said("kept"))
    await first.delete(["a"])
    await first.aclose()
    second = await History.open(tmp_path)
    await second.restore(["a"])
    assert await titles(second) == ["kept"]
    await second.aclose()
    assert b"secret" not in (tmp_path / "history.db").read_bytes()


async def test_another_start_leaves_the_undo_of_a_running_one_alone(tmp_path: Path) -> None:
    first = await History.open(tmp_path)
    append(first, "a", said("one"))
    await first.delete(["a"])
    second = await History.open(tmp_path)
    await second.aclose()
    await first.restore(["a"])
    assert await titles(first) == ["one"]
    await first.aclose()


async def test_deletions_of_a_run_that_died_are_dropped_later(tmp_path: Path) -> None:
    first = await History.open(tmp_path)
    append(first, "a", said("one"))
    append(first, "b", said("two"))
    await first.aclose()
    database = sqlite3.connect(tmp_path / "history.db")
    database.execute("UPDATE conversation SET deleted_at = 1000.0 WHERE id = 'a'")
    database.commit()
    second = await History.open(tmp_path)
    await second.aclose()
    assert database.execute("SELECT id FROM conversation").fetchall() == [("b",)]
    assert database.execute("SELECT count(*) FROM event").fetchall() == [(1,)]
    database.close()


async def test_an_unknown_conversation_is_refused_in_words(history: History) -> None:
    with pytest.raises(StoreError, match="no such conversation"):
        await history.load("nothing")


async def tamper(folder: Path, *statements: str) -> None:
    database = sqlite3.connect(folder / "history.db")
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


async def test_a_damaged_event_is_left_out_and_the_list_says_so(tmp_path: Path) -> None:
    history = await History.open(tmp_path)
    append(history, "a", said("one", turn=1), said("two", turn=2), said("three", turn=3))
    append(history, "b", said("sound", at=200.0))
    await history.flush()
    await tamper(tmp_path, "UPDATE event SET json = x'ff00' WHERE seq = 1")
    assert await history.load("a") == [said("one", turn=1), said("three", turn=3)]
    assert [(summary.title, summary.damaged) for summary in await history.summaries()] == [
        ("sound", False),
        ("one", True),
    ]
    await history.aclose()
    again = await History.open(tmp_path)
    assert [summary.damaged for summary in await again.summaries()] == [False, True]
    await again.aclose()


async def test_a_conversation_of_which_nothing_can_be_read_is_refused_in_words(tmp_path: Path) -> None:
    history = await History.open(tmp_path)
    append(history, "a", said("one"))
    await history.flush()
    await tamper(tmp_path, "UPDATE event SET json = '{'")
    with pytest.raises(StoreError, match="damaged"):
        await history.load("a")
    await history.aclose()


@pytest.mark.parametrize(
    "change",
    [
        "tools = '{'",
        "tools = '7'",
        "title = x'ff'",
        "turns = 'many'",
        "updated_at = 1e300",
        "started_at = 'then'",
        "models = x'00'",
        "failed_calls = 9e999",
        "origin = x'00', forked_turn = 'x'",
    ],
)
async def test_a_damaged_entry_of_the_list_is_shown_as_such_beside_the_others(tmp_path: Path, change: str) -> None:
    history = await History.open(tmp_path)
    append(history, "a", said("one", at=1.0))
    append(history, "b", said("two", at=2.0))
    await history.flush()
    await tamper(tmp_path, f"UPDATE conversation SET {change} WHERE id = 'a'")
    summaries = {summary.id: summary for summary in await history.summaries()}
    assert summaries["b"].title == "two"
    assert summaries["a"].title
    assert summaries["a"].damaged
    assert await history.load("a") == [said("one", at=1.0)]
    append(history, "a", said("three", at=3.0))
    assert len(await history.load("a")) == 2
    await history.aclose()


async def test_an_event_that_is_only_shown_does_not_stop_the_others(history: History) -> None:
    append(history, "a", said("one"))
    append(history, "a", TextDelta(at=1.0, turn=1, round=1, text="x"))
    append(history, "a", said("two"))
    await history.flush()
    assert [event.text for event in await history.load("a") if isinstance(event, UserSaid)] == ["one", "two"]


async def test_after_the_end_events_are_not_taken_and_ending_twice_is_fine(tmp_path: Path) -> None:
    history = await History.open(tmp_path)
    await history.aclose()
    append(history, "a", said("late"))
    await history.aclose()


async def test_only_the_owner_can_read_the_folder_the_file_and_the_set_aside_file(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "callscope"
    history = await History.open(folder)
    append(history, "a", said("one"))
    await history.aclose()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "history.db").stat().st_mode) == 0o600


async def test_a_file_that_others_could_read_is_made_private(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.touch(mode=0o644)
    history = await History.open(tmp_path)
    await history.aclose()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_ten_thousand_conversations_and_events_are_read_quickly(history: History) -> None:
    for number in range(10_000):
        append(history, f"c{number}", said(f"Calculate {number} * 8 and save it … somewhere", at=100.0 + number))
    for number in range(10_000):
        append(history, "long", said("line\n" * 50, at=1e6 + number, turn=number + 1))
    await history.flush()
    assert len(await history.summaries()) == 10_001
    assert len(await history.load("long")) == 10_000


def test_importing_the_store_package_loads_no_sqlite() -> None:
    code = "import sys, tui.store; sys.exit('sqlite3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_secrets_are_nowhere_in_the_files(tmp_path: Path) -> None:
    secret = "sk-canary-0123456789"
    history = await History.open(tmp_path, redact=Redactor([secret]))
    call = ToolStarted(at=1.0, turn=1, call_id="c", name=f"tool_{secret}", server=secret, arguments={secret: [secret]})
    append(history, "a", said(f"{secret} is my key"), call, Renamed(at=2.0, title=f"About {secret}"))
    await history.flush()
    (summary,) = await history.summaries()
    assert summary.title == "About [key removed]"
    assert [hit.summary.id for hit in await history.search(SearchQuery("removed"))] == ["a"]
    assert await history.search(SearchQuery("0123456789")) == []
    await history.aclose()
    assert secret.encode() not in (tmp_path / "history.db").read_bytes()


async def test_the_future_of_an_event_is_done_when_another_program_can_read_it(tmp_path: Path) -> None:
    history = await History.open(tmp_path)
    database = sqlite3.connect(tmp_path / "history.db")
    for number in range(50):
        await history.append("a", said(f"{number}"))
        assert database.execute("SELECT count(*) FROM event").fetchone() == (number + 1,)
    database.close()
    await history.aclose()


async def test_futures_are_done_in_order_and_all_of_them_also_at_the_end(tmp_path: Path) -> None:
    history = await History.open(tmp_path)
    done: list[int] = []
    futures = [history.append(f"c{n % 7}", said(f"{n}")) for n in range(500)]
    for number, future in enumerate(futures):
        future.add_done_callback(lambda _, number=number: done.append(number))
    late = asyncio.create_task(history.aclose())
    futures.append(history.append("c0", said("taken while closing")))
    async with asyncio.timeout(20):
        await late
        await asyncio.wait(futures)
    assert done == list(range(500))
    again = await History.open(tmp_path)
    assert sum(summary.turns for summary in await again.summaries()) == 501
    await again.aclose()


async def test_renaming_pinning_and_branching_show_in_the_list_without_making_a_conversation_newer(
    history: History,
) -> None:
    append(history, "a", said("first", at=1.0), Pinned(at=50.0, pinned=True))
    append(history, "b", said("second", at=2.0), Renamed(at=60.0, title="Mine"))
    append(history, "c", said("third", at=3.0))
    append(history, "d", Forked(at=2.5, origin="a", turn=4), said("first", at=1.0))
    asked = ModelAsked(at=3.0, turn=1, round=1, model="gpt-5", message_count=1, tool_count=1)
    append(history, "c", asked, asked)
    found = await history.summaries()
    assert [(s.id, s.title, s.pinned, s.updated_at) for s in found] == [
        ("a", "first", True, 1.0),
        ("c", "third", False, 3.0),
        ("d", "first", False, 2.5),
        ("b", "Mine", False, 2.0),
    ]
    assert (found[2].origin, found[2].forked_turn, found[1].models) == ("a", 4, ("gpt-5",))
    append(history, "a", Pinned(at=70.0, pinned=False))
    append(history, "b", Renamed(at=70.0, title=""))
    assert [(s.id, s.title) for s in await history.summaries()] == [
        ("c", "third"),
        ("d", "first"),
        ("b", "second"),
        ("a", "first"),
    ]
