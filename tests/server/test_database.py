"""The optional database tool against real SQLite files: what it answers."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from mcp_types import TextResourceContents

from server.database import Database
from server.files import FileFolder
from server.mcp_server import build_server
from server.optional_settings import DatabaseSettings
from server.tools.database import database_tools
from tests.server.clients import error_of, text_of
from tests.server.database_tools import ask, client, people


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return people(tmp_path)


async def test_rows_come_as_a_table_to_read_and_as_data(file: Path) -> None:
    async with client(file) as to:
        result = await ask(to, "SELECT id, name, photo FROM people WHERE id <= ? ORDER BY id", 2)
    assert text_of(result) == (
        "id | name          | photo\n"
        "---+---------------+--------\n"
        "1  | Ada           | x'00ff'\n"
        "2  | Žofie \\| x\\ny | NULL\n"
        "(2 rows)"
    )
    assert result.structured_content == {
        "columns": ["id", "name", "photo"],
        "rows": [[1, "Ada", "x'00ff'"], [2, "Žofie | x\ny", None]],
        "truncated": False,
    }


async def test_values_are_bound_and_never_become_sql(file: Path) -> None:
    async with client(file) as to:
        result = await ask(to, "SELECT ? AS given, 1.5 AS half, 9e999 AS much", "'; DROP TABLE people; --")
    assert result.structured_content["rows"] == [["'; DROP TABLE people; --", 1.5, "inf"]]


async def test_more_rows_than_the_limit_are_cut_off_with_a_word(file: Path) -> None:
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT i FROM n"
    async with client(file) as to:
        exact, more = await ask(to, numbers, 200), await ask(to, numbers, 201)
    assert "(200 rows)" in text_of(exact)
    assert not exact.structured_content["truncated"]
    assert text_of(more).endswith("[Cut off: the first 200 rows; there are more.]")
    assert (len(more.structured_content["rows"]), more.structured_content["truncated"]) == (200, True)


async def test_large_values_are_shortened_so_that_every_client_can_receive_them(file: Path) -> None:
    async with client(file) as to:
        result = await ask(
            to,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200) "
            "SELECT printf('%.*c', 100000, 'x'), zeroblob(100000) FROM n",
        )
    first = result.structured_content["rows"][0]
    assert all(cell.endswith(" …") for cell in first)
    assert result.structured_content["truncated"]
    assert len(result.model_dump_json()) < 1_000_000


async def test_writable_database_is_changed_and_the_number_of_rows_is_told(file: Path) -> None:
    async with client(file, writable=True) as to:
        inserted = await ask(to, "INSERT INTO people (name) VALUES (?), (?)", "Grace", "Mary")
        assert text_of(inserted) == "Done. Rows changed: 2."
        assert inserted.structured_content["changed"] == 2
        returned = await ask(to, "UPDATE people SET name = 'x' WHERE id = 1 RETURNING id")
        assert returned.structured_content["rows"] == [[1]]
        assert text_of(await ask(to, "CREATE TABLE notes (text)")).startswith("Done.")
        assert "(4 rows)" in text_of(await ask(to, "SELECT name FROM people"))


@pytest.mark.parametrize("writable", [False, True])
async def test_annotations_tell_whether_it_writes(file: Path, writable: bool) -> None:
    async with client(file, writable=writable) as to:
        (found,) = (await to.list_tools()).tools
    assert found.annotations is not None
    assert found.annotations.read_only_hint is not writable
    assert found.annotations.destructive_hint is writable
    assert found.annotations.open_world_hint is False
    assert ("INSERT" in (found.description or "")) is writable


@pytest.mark.parametrize(
    ("sql", "parameters", "words"),
    [
        ("SELECT * FROM nobody", [], "SQLite says: no such table: nobody."),
        ("SELEKT 1", [], "syntax error"),
        ("SELECT ?", [], "bindings"),
        ("SELECT ?", [10**30], "at most 64 bits"),
        ("SELECT 'a\0b'", [], "null character"),
        ("SELECT ?", ["\ud800"], "SQLite says"),
        ("SELECT 1" + " " * 70_000, [], "too"),
    ],
)
async def test_what_sqlite_cannot_run_is_said_in_its_words(
    file: Path, sql: str, parameters: list[object], words: str
) -> None:
    server = build_server(FileFolder(file.parent), toolsets=[database_tools(Database(DatabaseSettings(file)))])
    result: Any = await server.call_tool("query_database", {"sql": sql, "parameters": parameters})
    assert words in error_of(result)


async def test_tables_are_described_by_a_resource_and_by_pragmas(file: Path) -> None:
    async with client(file) as to:
        (found,) = (await to.read_resource("database://schema")).contents
        assert isinstance(found, TextResourceContents)
        assert found.mime_type == "application/sql"
        assert found.text.startswith("CREATE TABLE people (")
        assert "CREATE VIEW names" in found.text
        assert "photo" in text_of(await ask(to, "PRAGMA table_info(people)"))
        assert "(3 rows)" in text_of(await ask(to, "SELECT name FROM pragma_table_info('people')"))


async def test_full_text_index_of_the_file_can_be_searched(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("CREATE VIRTUAL TABLE words USING fts5(t); INSERT INTO words VALUES ('one two');")
    async with client(file) as to:
        assert "one two" in text_of(await ask(to, "SELECT t FROM words WHERE words MATCH 'two'"))


async def test_file_that_is_no_database_is_said_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "not.db").write_text("something else entirely, and long enough to be looked at" * 40)
    async with client(tmp_path / "not.db") as to:
        error = error_of(await ask(to, "SELECT 1 FROM sqlite_schema"))
    assert "not a database" in error
    assert str(tmp_path) not in error


async def test_database_that_another_program_holds_is_answered_not_waited_for(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        async with client(file, lock_seconds=0.05) as to:
            assert "locked" in error_of(await ask(to, "SELECT * FROM people"))
