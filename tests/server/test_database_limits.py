"""What no statement of the optional database tool can do, however it is written."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from server.database import Cell, Database, Rows
from server.files import FileFolder
from server.mcp_server import build_server
from server.optional_settings import DatabaseSettings
from server.tools.database import database_tools
from tests.server.clients import error_of, text_of
from tests.server.database_tools import ask, client, content, people


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return people(tmp_path)


READ_ONLY_REFUSALS = [
    "INSERT INTO people (name) VALUES ('x')",
    "UPDATE people SET name = 'x'",
    "DELETE FROM people",
    "DROP TABLE people",
    "CREATE TABLE x (y)",
    "CREATE TEMP TABLE x (y)",
    "CREATE TEMP VIEW x AS SELECT 1",
    "ALTER TABLE people RENAME TO x",
    "WITH x AS (SELECT 1) DELETE FROM people",
    "REPLACE INTO people (id) VALUES (1)",
    "REINDEX",
]
REFUSALS = [
    "ATTACH DATABASE '{beside}' AS x",
    "VACUUM INTO '{beside}'",
    "VACUUM",
    "DETACH DATABASE main",
    "PRAGMA writable_schema = ON",
    "PRAGMA query_only = OFF",
    "PRAGMA journal_mode = WAL",
    "PRAGMA user_version = 7",
    "PRAGMA hard_heap_limit = 0",
    "PRAGMA database_list",
    "SELECT * FROM pragma_database_list",
    "SELECT file FROM pragma_database_list()",
    "SELECT load_extension('x')",
    "CREATE VIRTUAL TABLE x USING fts5(y)",
    "CREATE TRIGGER x AFTER INSERT ON people BEGIN SELECT 1; END",
    "CREATE TEMP TRIGGER x AFTER INSERT ON people BEGIN SELECT 1; END",
    "BEGIN IMMEDIATE",
    "SAVEPOINT x",
    "ANALYZE",
    "EXPLAIN ATTACH DATABASE '{beside}' AS x",
    "UPDATE sqlite_schema SET sql = 'x'",
]


@pytest.mark.parametrize(
    ("sql", "writable"),
    [*((sql, False) for sql in READ_ONLY_REFUSALS + REFUSALS), *((sql, True) for sql in REFUSALS)],
)
async def test_no_statement_changes_what_it_may_not_nor_reaches_another_file(
    file: Path, sql: str, writable: bool
) -> None:
    beside = file.parent / "beside.db"
    before, files = content(file), sorted(file.parent.iterdir())
    async with client(file, writable=writable) as to:
        error = error_of(await ask(to, sql.format(beside=beside)))
    assert str(file.parent) not in error
    assert content(file) == before
    assert sorted(file.parent.iterdir()) == files


async def test_two_statements_in_one_call_are_refused_and_neither_is_run(file: Path) -> None:
    before = content(file)
    async with client(file, writable=True) as to:
        assert "one statement" in error_of(await ask(to, "DELETE FROM people; SELECT 1"))
    assert content(file) == before


def each_look_a_second_later() -> Mapping[str, Any]:
    clock: Iterator[int] = count()
    return {"now": lambda: float(next(clock))}


NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
ENDLESS = f"{NUMBERS}) "


@pytest.mark.parametrize(
    ("sql", "writable"),
    [
        (f"{ENDLESS}SELECT count(*) FROM n", False),
        (f"{ENDLESS}SELECT i FROM n WHERE i < 0", False),
        (f"{ENDLESS}INSERT INTO people (name) SELECT i FROM n", True),
    ],
)
async def test_endless_statement_is_stopped_and_leaves_nothing_behind(file: Path, sql: str, writable: bool) -> None:
    before = content(file)
    async with client(file, writable=writable, **each_look_a_second_later()) as to:
        assert "stopped after 5 seconds" in error_of(await ask(to, sql))
        assert "(1 row)" in text_of(await ask(to, "SELECT 1"))
    assert content(file) == before


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT zeroblob(2000000)",
        "SELECT length(randomblob(1000000000))",
        f"{NUMBERS}LIMIT 300000) SELECT group_concat(i) FROM n",
    ],
)
async def test_value_that_would_take_much_memory_is_not_made(file: Path, sql: str) -> None:
    async with client(file) as to:
        assert "too big" in error_of(await ask(to, sql))


class StuckDatabase(Database):
    """Is in a step that cannot be stopped, until it is let go."""

    def __init__(self, settings: DatabaseSettings) -> None:
        super().__init__(settings)
        self.patience = 0.05
        self.let_go = threading.Event()

    def run(self, statement: str, parameters: Sequence[Cell] = ()) -> Rows:
        self.let_go.wait(20)
        return super().run(statement, parameters)


async def test_step_that_cannot_be_stopped_is_not_waited_for(file: Path) -> None:
    stuck = StuckDatabase(DatabaseSettings(file, writable=True))
    async with Client(build_server(FileFolder(file.parent), toolsets=[database_tools(stuck)])) as to:
        try:
            error = error_of(await ask(to, "DELETE FROM people"))
        finally:
            stuck.let_go.set()
    assert "did not answer in time" in error
    assert "look before you repeat it" in error
