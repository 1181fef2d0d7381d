"""One writing transaction, whole or not at all."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def writing(connection: sqlite3.Connection) -> Generator[sqlite3.Connection]:
    """A transaction that has the lock from the start: a lock taken later could fail half-way."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
