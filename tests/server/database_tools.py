"""A database of two people and the tool that asks it, for tests."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from mcp import Client

from server.database import Database
from server.files import FileFolder
from server.mcp_server import build_server
from server.optional_settings import DatabaseSettings
from server.tools.database import database_tools
from tests.server.clients import call


def people(folder: Path) -> Path:
    """A database in this folder, under a name that is awkward in a URI."""
    path = folder / "people #1?.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("""
            CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, photo BLOB);
            INSERT INTO people (name, photo) VALUES ('Ada', x'00ff'), ('Žofie | x' || char(10) || 'y', NULL);
            CREATE VIEW names AS SELECT name FROM people;
            CREATE INDEX by_name ON people (name);
        """)
    return path


def client(file: Path, *, writable: bool = False, **limits: Any) -> Client:
    tools = database_tools(Database(DatabaseSettings(file, writable), **limits))
    return Client(build_server(FileFolder(file.parent), toolsets=[tools]))


async def ask(to: Client, sql: str, *parameters: object) -> Any:
    return await call(to, "query_database", {"sql": sql, "parameters": list(parameters)})


def content(file: Path) -> list[Any]:
    """All of the database, as SQL."""
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())
