"""Reading one conversation's events, as far as they can be read."""

import sqlite3

from tui.core.errors import StoreError
from tui.core.events import Event
from tui.store.codec import decode
from tui.store.reasons import DATABASE_ERRORS, is_damage


def events_of(connection: sqlite3.Connection, conversation_id: str) -> tuple[list[Event], Exception | None]:
    """The events of a conversation that is not deleted, in order, and why some are left out, if some are."""
    rows = connection.execute(
        "SELECT json FROM event JOIN conversation ON conversation = key"
        " WHERE id = ? AND deleted_at IS NULL ORDER BY seq",
        (conversation_id,),
    )
    events: list[Event] = []
    refused: Exception | None = None
    try:
        for (line,) in rows:
            try:
                events.append(decode(line))
            except StoreError as error:
                refused = error
    except DATABASE_ERRORS as error:
        if not is_damage(error):
            raise
        refused = error
    return events, refused


def last_turn(connection: sqlite3.Connection, conversation_id: str) -> int:
    """The number of a conversation's last turn; 0 where there is none that can be read."""
    turn = "CASE WHEN json_valid(json) THEN CAST(json_extract(json, '$.turn') AS INTEGER) END"
    (last,) = connection.execute(
        f"SELECT max({turn}) FROM event JOIN conversation ON conversation = key WHERE id = ? AND type = 'UserSaid'",
        (conversation_id,),
    ).fetchone()
    return last or 0
