import asyncio
import fcntl
import os
import random
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.events import called, said
from tui.core.events import UserSaid
from tui.store import opening
from tui.store.history import History

NOBODY = 65534
READ_LIMIT = 20.0
LOCKED_FOR = 0.2
"""Seconds in which an opening that does not wait for its turn would be done."""


class FailingConnection(sqlite3.Connection):
    """A connection whose writes fail with this result code of SQLite while it is set."""

    failure: int | None = None

    def execute(self, sql: str, *parameters: object) -> sqlite3.Cursor:
        if self.failure is not None and sql.startswith("COMMIT"):
            error = sqlite3.OperationalError("injected")
            error.sqlite_errorcode = self.failure
            raise error
        return super().execute(sql, *parameters)  # pyright: ignore[reportArgumentType]  # as it was called


class Disk:
    """Makes connections, and decides how they fail."""

    def __init__(self) -> None:
        self.connections: list[FailingConnection] = []

    def connect(self, path: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            path, timeout=5.0, isolation_level=None, check_same_thread=False, factory=FailingConnection
        )
        self.connections.append(connection)
        return connection

    def fail(self, code: int | None) -> None:
        for connection in self.connections:
            connection.failure = code

    def limit(self, pages: int) -> None:
        """SQLite reports a full disk beyond this size."""
        for connection in self.connections:
            connection.execute(f"PRAGMA max_page_count={pages}")


@contextmanager
def as_nobody() -> Generator[None]:
    """Without root's right to write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def folder_of_nobody(mode: int) -> Generator[Path]:
    """A folder that `as_nobody` owns, outside of pytest's private one."""
    folder = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    folder.chmod(mode)
    try:
        yield folder
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


async def texts(history: History, conversation: str = "a") -> list[str]:
    return [event.text for event in await history.load(conversation) if isinstance(event, UserSaid)]


async def test_a_full_disk_is_said_the_chat_goes_on_and_all_is_stored_when_there_is_room(tmp_path: Path) -> None:
    disk = Disk()
    history = await History.open(tmp_path, connect=disk.connect)
    seen: list[str] = []
    history.subscribe(lambda: seen.append(history.problem))
    history.append("a", said("before"))
    await history.flush()
    disk.limit(1)
    history.append("a", said("big" * 100_000))
    await history.flush()
    history.append("b", said("small", at=200.0))
    await history.flush()
    assert history.problem == "History is not being saved: the disk is full."
    assert [summary.id for summary in await history.summaries()] == ["b", "a"]
    assert await texts(history) == ["before", "big" * 100_000]
    assert await texts(history, "b") == ["small"]
    disk.limit(1_000_000)
    history.append("a", said("after"))
    await history.flush()
    assert history.problem == ""
    assert seen == ["History is not being saved: the disk is full.", ""]
    await history.aclose()
    again = await History.open(tmp_path)
    assert await texts(again) == ["before", "big" * 100_000, "after"]
    assert await texts(again, "b") == ["small"]
    await again.aclose()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_IOERR_WRITE, "the disk reports an error"),
        (sqlite3.SQLITE_IOERR_FSYNC, "the disk reports an error"),
        (sqlite3.SQLITE_BUSY, "another program keeps its file locked"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "cannot be written"),
        (sqlite3.SQLITE_CORRUPT, "damaged"),
        (sqlite3.SQLITE_ERROR, "injected"),
    ],
)
async def test_each_failure_has_its_words_and_nothing_is_stored_twice(tmp_path: Path, code: int, words: str) -> None:
    disk = Disk()
    history = await History.open(tmp_path, connect=disk.connect)
    disk.fail(code)
    history.append("a", said("one"))
    await history.flush()
    assert history.problem.startswith("History is not being saved: ")
    assert words in history.problem
    disk.fail(None)
    await history.flush()
    assert history.problem == ""
    await history.aclose()
    again = await History.open(tmp_path)
    assert await texts(again) == ["one"]
    await again.aclose()


async def test_a_listener_that_stopped_is_not_called(tmp_path: Path) -> None:
    disk = Disk()
    history = await History.open(tmp_path, connect=disk.connect)
    seen: list[str] = []
    stop = history.subscribe(lambda: seen.append(history.problem))
    stop()
    stop()
    disk.fail(sqlite3.SQLITE_FULL)
    history.append("a", said("one"))
    await history.flush()
    assert history.problem
    assert seen == []
    disk.fail(None)
    await history.aclose()


async def test_without_a_home_everything_works_in_memory_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    history = await History.open(tmp_path / "file" / "callscope")
    assert history.problem == "History is not being saved: not a directory."
    history.append("a", said("one"))
    assert await texts(history) == ["one"]
    await history.delete(["a"])
    await history.restore(["a"])
    assert len(await history.summaries()) == 1
    assert history.problem
    await history.aclose()


async def test_a_read_only_home_works_in_memory_and_that_is_said() -> None:
    with folder_of_nobody(0o500) as folder, as_nobody():
        history = await History.open(folder / "callscope")
        assert history.problem == "History is not being saved: permission denied."
        history.append("a", said("one"))
        assert await texts(history) == ["one"]
        await history.aclose()


async def test_a_read_only_history_can_still_be_read() -> None:
    with folder_of_nobody(0o700) as folder, as_nobody():
        history = await History.open(folder)
        history.append("a", said("one"))
        await history.aclose()
        folder.chmod(0o500)
        (folder / "history.db").chmod(0o400)
        history = await History.open(folder)
        assert history.problem.startswith("History is not being saved: ")
        history.append("a", said("two"))
        history.append("b", said("three", at=200.0))
        assert await texts(history) == ["one", "two"]
        assert [summary.turns for summary in await history.summaries()] == [1, 2]
        assert history.problem.startswith("History is not being saved: ")
        await history.aclose()


async def test_a_newer_history_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version=99")
    database.execute("CREATE TABLE conversation (something_else)")
    database.close()
    before = path.read_bytes()
    history = await History.open(tmp_path)
    history.append("a", said("one"))
    await history.flush()
    assert history.problem == "History is not being saved: the history was written by a newer Callscope."
    await history.aclose()
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["history.db"]


def damaged_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("history.damaged-*.db"))


@pytest.mark.parametrize("content", [b"garbage " * 1000, b"\x00" * 8192, b"x", b"SQLite format 3\x00", b"\n" * 99])
async def test_a_damaged_file_is_set_aside_and_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "history.db").write_bytes(content)
    (tmp_path / "history.db-journal").write_bytes(b"left over")
    history = await History.open(tmp_path)
    (kept,) = damaged_files(tmp_path)
    assert kept.name in history.problem
    assert kept.read_bytes() == content
    assert not (tmp_path / "history.db-journal").exists()
    history.append("a", said("one"))
    await history.flush()
    assert await texts(history) == ["one"]
    assert kept.name in history.problem
    await history.aclose()


async def test_a_second_damaged_file_does_not_overwrite_the_first(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "history.db").write_bytes(b"garbage %d" % number)
        history = await History.open(tmp_path)
        await history.aclose()
    assert sorted(path.read_bytes() for path in damaged_files(tmp_path)) == [b"garbage %d" % n for n in range(3)]


async def test_a_database_of_another_program_is_set_aside(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "history.db")
    database.execute("CREATE TABLE cookies (name)")
    database.close()
    history = await History.open(tmp_path)
    assert len(damaged_files(tmp_path)) == 1
    assert await history.summaries() == []
    await history.aclose()


async def test_a_file_whose_faults_cannot_even_be_put_in_words_is_set_aside(tmp_path: Path) -> None:
    history = await History.open(tmp_path)
    await history.aclose()
    path = tmp_path / "history.db"
    content = path.read_bytes().replace(b"conversation_newest", b"conversation_new\xec\xe8\xe9")
    path.write_bytes(content.replace(b"CREATE INDEX", b"CREATE INDXX"))
    history = await History.open(tmp_path)
    assert len(damaged_files(tmp_path)) == 1
    await history.aclose()


async def test_a_file_that_could_be_read_but_not_written_for_its_damage_is_set_aside(tmp_path: Path) -> None:
    history = await History.open(tmp_path)
    for number in range(5):
        history.append(f"c{number}", said())
    await history.aclose()
    unhook_index(tmp_path / "history.db", "UPDATE conversation SET updated_at = 9 * key")
    history = await History.open(tmp_path)
    assert len(damaged_files(tmp_path)) == 1
    history.append("a", said("one"))
    assert await texts(history) == ["one"]
    await history.aclose()


def unhook_index(path: Path, change: str) -> None:
    """Make the change behind the index's back."""
    index = "FROM sqlite_master WHERE name = 'conversation_newest'"
    database = sqlite3.connect(path)
    database.execute("PRAGMA writable_schema=ON")
    row = database.execute(f"SELECT * {index}").fetchone()
    database.execute(f"DELETE {index}")
    database.commit()
    database.close()
    database = sqlite3.connect(path)
    database.execute(change)
    database.execute("PRAGMA writable_schema=ON")
    database.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", row)
    database.commit()
    database.close()


async def test_an_empty_file_is_a_new_history(tmp_path: Path) -> None:
    (tmp_path / "history.db").touch()
    history = await History.open(tmp_path)
    assert history.problem == ""
    assert damaged_files(tmp_path) == []
    await history.aclose()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_mutated_file_is_opened_or_set_aside_never_lost_and_never_a_crash(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(open_mutated(folder, data))


async def open_mutated(folder: Path, data: st.DataObject) -> None:
    history = await History.open(folder)
    for number in range(20):
        history.append(f"c{number}", said("text " * 200))
    await history.aclose()
    path = folder / "history.db"
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content)))
    if data.draw(st.booleans()):
        del content[at:]
    else:
        content[at : at + 64] = data.draw(st.binary(max_size=64))
    path.write_bytes(content)
    history = await History.open(folder)
    history.append("new", said("one"))
    await history.flush()
    assert await texts(history, "new") == ["one"]
    if history.problem:
        assert content in [name.read_bytes() for name in [path, *damaged_files(folder)]]
    await history.aclose()


async def start_writer(folder: Path, conversation: str, count: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.store.writer", str(folder), conversation, str(count)),
        stdout=asyncio.subprocess.PIPE,
    )


async def test_a_kill_at_any_moment_loses_no_stored_event(tmp_path: Path) -> None:
    chance = random.Random(7)
    for number in range(12):
        writer = await start_writer(tmp_path, f"run {number}", 1000)
        assert writer.stdout
        stored = 0
        async with asyncio.timeout(READ_LIMIT):
            for _ in range(chance.randint(1, 12)):
                stored = int(await writer.stdout.readline()) + 1
            writer.kill()
            await writer.wait()
        history = await History.open(tmp_path)
        assert history.problem == ""
        messages = await texts(history, f"run {number}")
        assert len(messages) >= stored
        assert messages == [f"message {n}" for n in range(len(messages))]
        assert len(await history.load(f"run {number}")) == 3 * len(messages)
        await history.aclose()


async def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    writers = [await start_writer(tmp_path, name, 40) for name in ("shared", "shared", "own")]
    async with asyncio.timeout(READ_LIMIT):
        assert [(await writer.communicate(), writer.returncode)[1] for writer in writers] == [0, 0, 0]
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
    async with asyncio.timeout(READ_LIMIT):
        for writer in writers:
            await writer.communicate()
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
