import sqlite3
from pathlib import Path

import pytest

from tests.store.disk import Disk, as_nobody, folder_of_nobody, texts
from tests.store.events import said
from tui.store.history import History


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
        (sqlite3.SQLITE_ERROR, "SQLite says “injected”."),
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
    assert history.problem.startswith("History is not being saved: not a directory.")
    assert str(tmp_path / "file" / "callscope") in history.problem
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
        assert history.problem.startswith("History is not being saved: permission denied.")
        assert "--data" in history.problem
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
