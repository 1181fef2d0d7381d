import asyncio
import fcntl
import os
import sqlite3
from pathlib import Path

from tests.store.disk import Disk, damaged_files, texts
from tests.store.events import called, said
from tests.store.processes import READ_LIMIT, finished, start_writer
from tui.core.events import Renamed
from tui.core.ports import SearchQuery
from tui.store import opening
from tui.store.history import History

LOCKED_FOR = 0.2
"""Seconds in which an opening that does not wait for its turn would be done."""


async def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    writers = [await start_writer(tmp_path, name, 40) for name in ("shared", "shared", "own")]
    assert await finished(*writers) == [0, 0, 0]
    history = await History.open(tmp_path)
    assert await texts(history, "own") == [f"message {n}" for n in range(40)]
    assert sorted(await texts(history, "shared")) == sorted(2 * [f"message {n}" for n in range(40)])
    assert {summary.id: summary.calls for summary in await history.summaries()} == {"own": 40, "shared": 80}
    await history.aclose()


async def test_a_new_file_that_another_process_has_just_begun_is_not_set_aside(tmp_path: Path) -> None:
    history = await History.open(tmp_path / "other")
    history.append("a", said("one"))
    await history.aclose()
    (tmp_path / "history.db").write_bytes(b"garbage" * 1000)
    loop, looked = asyncio.get_running_loop(), asyncio.Event()

    def connect(path: str) -> sqlite3.Connection:
        connection = opening.connect(path)
        loop.call_soon_threadsafe(looked.set)
        return connection

    lock = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    late = asyncio.create_task(History.open(tmp_path, connect=connect))
    async with asyncio.timeout(READ_LIMIT):
        await looked.wait()
        done, _ = await asyncio.wait({late}, timeout=LOCKED_FOR)
        assert not done
        os.replace(tmp_path / "other" / "history.db", tmp_path / "history.db")
        os.close(lock)
        history = await late
    assert damaged_files(tmp_path) == []
    assert await texts(history) == ["one"]
    await history.aclose()


async def test_a_write_has_the_lock_before_it_reads_so_that_it_cannot_fail_half_way(tmp_path: Path) -> None:
    others: list[str] = []

    class Watched(sqlite3.Connection):
        def execute(self, sql: str, *parameters: object) -> sqlite3.Cursor:
            if self.in_transaction and sql.startswith("SELECT"):
                other = sqlite3.connect(tmp_path / "history.db", timeout=0, isolation_level=None)
                try:
                    other.execute("BEGIN IMMEDIATE")
                    others.append("came in between")
                except sqlite3.OperationalError:
                    others.append("kept out")
                finally:
                    other.close()
            return super().execute(sql, *parameters)  # pyright: ignore[reportArgumentType]  # as it was called

    history = await History.open(
        tmp_path, connect=lambda path: sqlite3.connect(path, isolation_level=None, factory=Watched)
    )
    history.append("a", said("one"))
    await history.flush()
    assert set(others) == {"kept out"}
    await history.aclose()


async def test_of_two_that_find_the_damaged_file_one_sets_it_aside(tmp_path: Path) -> None:
    (tmp_path / "history.db").write_bytes(b"garbage")
    writers = [await start_writer(tmp_path, name, 3) for name in ("a", "b")]
    await finished(*writers)
    assert len(damaged_files(tmp_path)) == 1
    assert opening.FILE_NAME in os.listdir(tmp_path)


async def test_events_wait_for_a_lock_that_another_program_holds(tmp_path: Path) -> None:
    disk = Disk()
    history = await History.open(tmp_path, connect=disk.connect)
    for connection in disk.connections:
        connection.execute("PRAGMA busy_timeout=0")
    other = sqlite3.connect(tmp_path / "history.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    for event in called("greet"):
        history.append("a", event)
    await history.flush()
    assert "locked" in history.problem
    other.execute("ROLLBACK")
    other.close()
    await history.flush()
    assert history.problem == ""
    assert await history.load("a") == called("greet")
    await history.aclose()


async def test_two_applications_see_each_others_conversations_when_they_read_again(tmp_path: Path) -> None:
    first, second = await History.open(tmp_path), await History.open(tmp_path)
    first.append("a", said("from the first", at=1.0))
    await first.flush()
    second.append("b", said("from the second", at=2.0))
    await second.flush()
    second.append("a", Renamed(at=3.0, title="Seen by both"))
    await second.flush()
    for history in (first, second):
        assert [summary.title for summary in await history.summaries()] == ["from the second", "Seen by both"]
        assert [hit.summary.id for hit in await history.search(SearchQuery("from"))] == ["b", "a"]
        assert [hit.summary.id for hit in await history.search(SearchQuery("seen"))] == ["a"]
        assert (await history.statistics()).turns == 2
    first.append("a", said("again", at=4.0, turn=2))
    await first.flush()
    assert await texts(second) == ["from the first", "again"]
    assert [await second.last_turn(name) for name in ("a", "b", "none")] == [2, 1, 0]
    assert (await second.summaries())[0].title == "Seen by both"
    await first.delete(["b"])
    await first.aclose()
    assert [summary.id for summary in await second.summaries()] == ["a"]
    assert await second.search(SearchQuery("second")) == []
    await second.aclose()
