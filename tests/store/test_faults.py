"""The disk and the process fail at any moment: what was acknowledged is there, and everything is said in words.

`make faults-disk` does all of it, with figures; `make test` a part.
"""

import asyncio
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter

import pytest

from tests.core.test_mending import assert_whole
from tests.store.disk import Disk, damaged_files, texts
from tests.store.events import answered, called, said
from tests.store.processes import finished, killed_writers, start_writer
from tui.core.errors import StoreError
from tui.core.mending import close_open_ends
from tui.core.ports import SearchQuery
from tui.store.history import History
from tui.store.recording import read_recording, to_lines

FULL = os.environ.get("CALLSCOPE_FAULTS") == "full"
KILLS = 200 if FULL else 25
MUTATIONS = 2_000 if FULL else 120
TURNS_OF_FIVE = 500 if FULL else 40
"""Of each of five processes; a turn is four writes."""

LONGEST_LIFE = 0.25
"""Seconds until a writer is killed at the latest; it opens the history in about a tenth of that."""

SAID_WITHIN = 1.0


def figure(text: str) -> None:
    sys.stdout.write(f"\n{text}\n")


async def test_d1_killed_at_any_moment_nothing_acknowledged_is_lost_and_the_interrupted_turn_is_marked(
    tmp_path: Path,
) -> None:
    lost = acknowledged_in_all = interrupted = 0
    async with killed_writers(random.Random(7)) as writers:
        for number in range(KILLS):
            name = f"run-{number}"
            acknowledged = await writers.run(tmp_path, name, LONGEST_LIFE)
            history = await History.open(tmp_path)
            assert history.problem == ""
            known = {summary.id: summary for summary in await history.summaries()}
            events = await history.load(name) if name in known else []
            messages = await texts(history, name) if name in known else []
            assert messages == [f"message {n}" for n in range(len(messages))]
            assert not any(summary.damaged for summary in known.values())
            lost += max(0, acknowledged - len(messages))
            acknowledged_in_all += acknowledged
            assert_whole(close_open_ends(events))
            interrupted += len(close_open_ends(events)) > len(events)
            found = {hit.summary.id for hit in await history.search(SearchQuery("message"), limit=10_000)}
            assert found == {summary.id for summary in known.values() if summary.turns}
            await history.aclose()
    figure(f"D1: {KILLS} kills, {acknowledged_in_all} turns acknowledged, {interrupted} interrupted, {lost} lost")
    assert lost == 0
    assert damaged_files(tmp_path) == []


def mutate(content: bytes, chance: random.Random) -> bytes:
    """Cut short, overwritten with garbage or NUL, single bits flipped, or a stretch doubled."""
    changed = bytearray(content)
    at = chance.randrange(len(changed))
    match chance.randrange(5):
        case 0:
            del changed[at:]
        case 1:
            changed[at : at + 200] = chance.randbytes(min(200, len(changed) - at))
        case 2:
            end = min(len(changed), at + chance.choice((1, 512, 4096, 40_000)))
            changed[at:end] = bytes(end - at)
        case 3:
            for _ in range(chance.randint(1, 20)):
                changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        case _:
            changed[at:at] = changed[at : at + chance.choice((10, 4096))]
    return bytes(changed)


async def test_d2_any_damaged_database_is_opened_or_kept_aside_and_recordings_are_read_or_refused_in_words(
    tmp_path: Path,
) -> None:
    chance = random.Random(3)
    sound = tmp_path / "sound"
    history = await History.open(sound)
    for number in range(12):
        for event in (said(f"text {number} " * 40), *called("greet"), answered("answer " * 100)):
            history.append(f"c{number}", event)
    events = await history.load("c0")
    await history.aclose()
    database, recording = (sound / "history.db").read_bytes(), to_lines(events * 5)
    opened = aside = refused = read = 0
    for number in range(MUTATIONS):
        folder = tmp_path / str(number)
        folder.mkdir()
        content = mutate(database, chance)
        (folder / "history.db").write_bytes(content)
        kept = await use(folder)
        aside += kept is not None
        opened += kept is None
        assert kept is None or kept == content
        (folder / "a.jsonl").write_bytes(mutate(recording, chance))
        try:
            read_recording(folder / "a.jsonl")
            read += 1
        except StoreError:
            refused += 1
    figure(
        f"D2: {MUTATIONS} databases: {opened} opened, {aside} kept aside;"
        f" {MUTATIONS} recordings: {read} read, {refused} refused in words"
    )


async def use(folder: Path) -> bytes | None:
    """Do everything with the history in this folder; returns what was kept aside."""
    history = await History.open(folder)
    aside = damaged_files(folder)
    assert bool(aside) == ("damaged" in history.problem)
    history.append("new", said("one"))
    with suppress(StoreError):
        await history.summaries()
        await history.search(SearchQuery("text"))
        await history.statistics()
        await history.load("c3")
        await history.delete(["c4"])
    assert await texts(history, "new") == ["one"]
    await history.aclose()
    return aside[0].read_bytes() if aside else None


@contextmanager
def small_disk(folder: Path) -> Generator[Path]:
    """A disk of one megabyte, where one may be mounted."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


async def test_d3_a_disk_that_is_really_full_is_said_at_once_and_everything_is_stored_when_there_is_room(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        (disk / "ballast").write_bytes(bytes(500_000))
        history = await History.open(disk, retry_seconds=0.05)
        changed = asyncio.Event()
        history.subscribe(changed.set)
        history.append("a", said("first"))
        await history.flush()
        start = perf_counter()
        history.append("a", said("big" * 200_000))
        async with asyncio.timeout(SAID_WITHIN):
            await changed.wait()
        took = perf_counter() - start
        assert history.problem == "History is not being saved: the disk is full."
        history.append("a", said("last"))
        await history.flush()
        assert history.problem
        (disk / "ballast").write_bytes(b"")
        async with asyncio.timeout(20 * SAID_WITHIN):
            changed.clear()
            await changed.wait()
        assert history.problem == ""
        await history.aclose()
        again = await History.open(disk)
        assert await texts(again) == ["first", "big" * 200_000, "last"]
        await again.aclose()
    figure(f"D3: a full disk is said after {took * 1000:.0f} ms")


class FailingAt(sqlite3.Connection):
    """The disk reports an error at the n-th statement of a transaction; 0: never."""

    fails_at = 0
    count = 0

    def execute(self, sql: str, *parameters: object) -> sqlite3.Cursor:
        self._count(sql)
        return super().execute(sql, *parameters)  # pyright: ignore[reportArgumentType]  # as it was called

    def executemany(self, sql: str, *parameters: object) -> sqlite3.Cursor:
        self._count(sql)
        return super().executemany(sql, *parameters)  # pyright: ignore[reportArgumentType, reportCallIssue]  # likewise

    def _count(self, sql: str) -> None:
        self.count = 0 if sql.startswith("BEGIN") else self.count + 1
        if self.fails_at and self.count == self.fails_at and not sql.startswith("ROLLBACK"):
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC if sql == "COMMIT" else sqlite3.SQLITE_IOERR_WRITE
            raise error


async def test_d3_an_error_at_any_step_of_a_write_is_said_and_the_order_is_kept(tmp_path: Path) -> None:
    connections: list[FailingAt] = []

    def connect(path: str) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None, factory=FailingAt)
        connections.append(connection)
        return connection

    history = await History.open(tmp_path, connect=connect)
    expected: list[str] = []
    steps = 0
    for step in range(1, 100):
        connections[-1].fails_at = step
        for word in ("before", "after"):
            expected.append(f"{word} {step}")
            await history.append("a", said(expected[-1], turn=len(expected)))
        if not history.problem:
            break
        steps += 1
        assert history.problem == "History is not being saved: the disk reports an error."
        connections[-1].fails_at = 0
        await history.flush()
        assert history.problem == ""
    connections[-1].fails_at = 0
    assert steps >= 6
    assert await texts(history) == expected
    await history.aclose()
    again = await History.open(tmp_path)
    assert await texts(again) == expected
    assert len(await again.search(SearchQuery("before after"))) == 1
    assert (await again.statistics()).turns == len(expected)
    await again.aclose()
    figure(f"D3: an error at each of {steps} steps of a write: said, nothing lost, nothing twice")


async def test_d3_what_could_not_be_stored_is_tried_again_by_itself(tmp_path: Path) -> None:
    disk = Disk()
    history = await History.open(tmp_path, connect=disk.connect, retry_seconds=0.01)
    disk.fail(sqlite3.SQLITE_FULL)
    await history.append("a", said("one"))
    assert history.problem
    changed = asyncio.Event()
    history.subscribe(changed.set)
    disk.fail(None)
    async with asyncio.timeout(20 * SAID_WITHIN):
        await changed.wait()
    assert history.problem == ""
    await history.aclose()


async def test_d5_five_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    start = perf_counter()
    names = ["shared", "shared", "a", "b", "c"]
    writers = [await start_writer(tmp_path, name, TURNS_OF_FIVE) for name in names]
    assert await finished(*writers) == [0] * 5
    took = perf_counter() - start
    history = await History.open(tmp_path)
    assert history.problem == ""
    for name in set(names):
        events = await history.load(name)
        assert len(events) == 4 * TURNS_OF_FIVE * names.count(name)
        assert sorted(await texts(history, name)) == sorted(
            names.count(name) * [f"message {n}" for n in range(TURNS_OF_FIVE)]
        )
    assert len(await history.search(SearchQuery(f"message {TURNS_OF_FIVE - 1}"))) == 4
    statistics = await history.statistics()
    assert (statistics.turns, statistics.calls) == (5 * TURNS_OF_FIVE, 5 * TURNS_OF_FIVE)
    await history.aclose()
    figure(f"D5: {20 * TURNS_OF_FIVE} writes of five processes in {took:.1f} s, 0 lost")
