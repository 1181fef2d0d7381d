import asyncio
import os
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store import version_1
from tests.store.disk import damaged_files, texts
from tests.store.events import answered, said
from tui.core.ports import SearchQuery
from tui.store.history import History


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


async def test_what_can_be_read_of_a_damaged_file_is_taken_over_found_and_counted(tmp_path: Path) -> None:
    history = await History.open(tmp_path)
    for number in range(60):
        for event in (said(f"alpha {number} " * 30, at=float(number)), answered("beta " * 100, at=float(number))):
            history.append(f"c{number}", event)
    await history.delete(["c1"])
    await history.flush()
    content = bytearray((tmp_path / "history.db").read_bytes())
    await history.restore(["c1"])
    await history.aclose()
    database = sqlite3.connect(tmp_path / "history.db")
    (page,) = database.execute(
        "SELECT pageno FROM dbstat WHERE name = 'event' AND pagetype = 'leaf' ORDER BY pageno LIMIT 1 OFFSET 9"
    ).fetchone()
    database.close()
    content[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    (tmp_path / "history.db").write_bytes(content)
    history = await History.open(tmp_path)
    (kept,) = damaged_files(tmp_path)
    assert kept.read_bytes() == content
    summaries = await history.summaries()
    assert 50 <= len(summaries) <= 58
    assert f"What could be read was taken over: {len(summaries)} conversations." in history.problem
    assert "c1" not in {summary.id for summary in summaries}
    async with asyncio.timeout(20):
        await history.digested()
    assert len(await history.search(SearchQuery("alpha"))) >= len(summaries) - 1
    assert (await history.statistics()).turns >= len(summaries) - 1
    for summary in summaries:
        assert summary.damaged or len(await history.load(summary.id)) == 2
    history.append("c59", said("gamma", at=100.0, turn=2))
    assert (await texts(history, "c59"))[-1] == "gamma"
    await history.aclose()


async def test_a_damaged_history_of_version_1_is_taken_over_too(tmp_path: Path) -> None:
    path = version_1.write(tmp_path, {f"c{n}": [said(f"alpha {n} " * 50, at=float(n))] for n in range(40)})
    path.write_bytes(path.read_bytes()[:-9000])
    history = await History.open(tmp_path)
    assert "taken over" in history.problem
    assert len(damaged_files(tmp_path)) == 1
    titles = [summary.title for summary in await history.summaries()]
    assert len(titles) >= 10
    assert titles[-1].startswith("alpha 0")
    await history.aclose()
