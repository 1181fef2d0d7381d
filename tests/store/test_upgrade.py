import asyncio
import os
import sqlite3
import stat
from pathlib import Path

from tests.store import version_1
from tests.store.disk import as_nobody, folder_of_nobody, texts
from tests.store.events import called, said
from tests.store.processes import finished, start_writer
from tui.core.events import Event, ModelAsked
from tui.core.ports import SearchQuery
from tui.store.history import History

WAIT = 20.0


def asked(model: str, at: float) -> ModelAsked:
    return ModelAsked(at=at, turn=1, round=1, model=model, message_count=1, tool_count=1)


def conversations(count: int) -> dict[str, list[Event]]:
    return {
        f"c{n}": [said(f"alpha {n}", at=float(n)), asked("m1", float(n)), asked("m2", float(n)), *called("greet")]
        for n in range(count)
    }


async def test_a_history_of_version_1_is_copied_upgraded_and_digested(tmp_path: Path) -> None:
    path = version_1.write(tmp_path, conversations(120))
    before = content(path)
    history = await History.open(tmp_path)
    assert history.problem == ""
    assert len(await history.summaries()) == 120
    assert await history.load("c5") == conversations(120)["c5"]
    history.append("c5", said("beta", at=1e6, turn=2))
    async with asyncio.timeout(WAIT):
        await history.digested()
    assert {hit.summary.id for hit in await history.search(SearchQuery("alpha"))} == {f"c{n}" for n in range(120)}
    assert [hit.summary.id for hit in await history.search(SearchQuery("greet", model="m2"), limit=1)] == ["c5"]
    statistics = await history.statistics()
    assert (statistics.turns, statistics.requests, statistics.calls) == (121, 240, 120)
    assert {summary.models for summary in await history.summaries()} == {("m1", "m2")}
    await history.aclose()
    copy = tmp_path / "history.v1.db"
    assert content(copy) == before
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(os.listdir(tmp_path)) == ["history.db", "history.v1.db"]


def content(path: Path) -> list[str]:
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA user_version").fetchone() == (1,)
    dump = list(database.iterdump())
    database.close()
    return dump


async def test_search_finds_the_newest_first_while_older_events_are_still_being_digested(tmp_path: Path) -> None:
    version_1.write(tmp_path, conversations(400))
    history = await History.open(tmp_path)
    assert history.is_digesting
    history.append("new", said("alpha new", at=1e6))
    assert [hit.summary.id for hit in await history.search(SearchQuery("alpha new"))] == ["new"]
    await history.aclose()
    again = await History.open(tmp_path)
    async with asyncio.timeout(WAIT):
        await again.digested()
    assert not again.is_digesting
    assert len(await again.search(SearchQuery("alpha"), limit=1000)) == 401
    assert (await again.statistics()).turns == 401
    await again.aclose()


async def test_deleting_in_the_middle_of_digesting_leaves_the_others_found_once(tmp_path: Path) -> None:
    version_1.write(tmp_path, conversations(300))
    first = await History.open(tmp_path)
    await first.delete(["c299", "c0", "c150"])
    await first.aclose()
    second = await History.open(tmp_path)
    second.append("c1", said("alpha later", at=1e6, turn=2))
    async with asyncio.timeout(WAIT):
        await second.digested()
    assert len(await second.search(SearchQuery("alpha"), limit=1000)) == 297
    assert (await second.statistics()).turns == 298
    await second.aclose()


async def test_of_two_that_upgrade_at_once_one_does_and_both_work(tmp_path: Path) -> None:
    version_1.write(tmp_path, conversations(50))
    assert await finished(*[await start_writer(tmp_path, name, 3) for name in ("x", "y")]) == [0, 0]
    assert sorted(os.listdir(tmp_path)) == ["history.db", "history.v1.db"]
    history = await History.open(tmp_path)
    async with asyncio.timeout(WAIT):
        await history.digested()
    assert len(await history.search(SearchQuery("alpha"), limit=1000)) == 50
    assert len(await history.search(SearchQuery("message"), limit=1000)) == 2
    await history.aclose()


async def test_an_earlier_copy_is_kept(tmp_path: Path) -> None:
    (tmp_path / "history.v1.db").write_bytes(b"earlier")
    version_1.write(tmp_path, conversations(1))
    history = await History.open(tmp_path)
    await history.aclose()
    assert (tmp_path / "history.v1.db").read_bytes() == b"earlier"
    assert (tmp_path / "history.v1-2.db").exists()


async def test_a_history_that_cannot_be_copied_is_left_as_it_is_and_can_be_read(tmp_path: Path) -> None:
    with folder_of_nobody(0o700) as folder, as_nobody():
        path = version_1.write(folder, conversations(3))
        before = path.read_bytes()
        folder.chmod(0o500)
        history = await History.open(folder)
        assert history.problem.startswith("History is not being saved: ")
        assert [summary.title for summary in await history.summaries()] == ["alpha 2", "alpha 1", "alpha 0"]
        history.append("c0", said("beta", turn=2))
        assert await texts(history, "c0") == ["alpha 0", "beta"]
        assert history.problem
        await history.aclose()
        assert path.read_bytes() == before
        assert os.listdir(folder) == ["history.db"]


async def test_an_upgrade_that_fails_half_way_changes_nothing(tmp_path: Path) -> None:
    path = version_1.write(tmp_path, conversations(3))
    before = content(path)

    class FullDisk(sqlite3.Connection):
        def execute(self, sql: str, *parameters: object) -> sqlite3.Cursor:
            if "tool_usage" in sql and sql.startswith("CREATE"):
                error = sqlite3.OperationalError("full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error
            return super().execute(sql, *parameters)  # pyright: ignore[reportArgumentType]  # as it was called

    history = await History.open(
        tmp_path, connect=lambda path: sqlite3.connect(path, isolation_level=None, factory=FullDisk)
    )
    assert history.problem.startswith("History is not being saved: the disk is full.")
    assert len(await history.summaries()) == 3
    await history.aclose()
    assert content(path) == before
