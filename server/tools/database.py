"""The optional tool that asks an SQLite database."""

from collections.abc import Callable
from typing import Annotated, Any

import anyio
import anyio.to_thread
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, TextContent
from pydantic import Field

from server.database import Cell, Database, DatabaseProblem, Rows
from server.tools.tool import resource, tool

_AT_ONCE = 4
_WIDEST_COLUMN = 40

_READS = "Ask an SQLite database with one SELECT statement. It can only be read."
_WRITES = "Run one SQLite statement: SELECT, INSERT, UPDATE, DELETE, or CREATE, ALTER and DROP of tables."
_NOTES = (
    "Put values into `parameters`, with a ? for each in the statement. At most 200 rows are returned, and a statement "
    "is stopped after 5 seconds. The tables are described by the resource database://schema, and by "
    "SELECT sql FROM sqlite_schema."
)
_TOO_LONG = "The database did not answer in time: it is busy, or the statement does too much at once."
_DOUBT = " What was to be changed may be changed all the same: look before you repeat it."


def database_tools(database: Database) -> list[Callable[..., Any]]:
    """`query_database`, and the resource that describes the tables."""
    # Threads of their own, so that slow statements take none from other tools.
    threads = anyio.CapacityLimiter(_AT_ONCE)

    @tool(
        title="Query database",
        read_only=not database.writable,
        destructive=database.writable,
        idempotent=not database.writable,
        description=f"{_WRITES if database.writable else _READS} {_NOTES}",
    )
    async def query_database(
        sql: Annotated[str, Field(description="One SQL statement, as SQLite understands it.")],
        parameters: Annotated[
            list[str | int | float | bool | None], Field(description="The values for the ? in the statement, in order.")
        ] = [],  # noqa: B006 (the schema shows the default; it is never changed)
    ) -> CallToolResult:
        try:
            with anyio.fail_after(database.patience):
                rows = await anyio.to_thread.run_sync(
                    database.run, sql, parameters, limiter=threads, abandon_on_cancel=True
                )
        except DatabaseProblem as problem:
            raise ToolError(str(problem)) from problem
        except TimeoutError as error:
            raise ToolError(_TOO_LONG + (_DOUBT if database.writable else "")) from error
        return CallToolResult(
            content=[TextContent(type="text", text=_as_text(rows))],
            structured_content={
                "columns": list(rows.columns),
                "rows": [list(row) for row in rows.rows],
                "truncated": rows.cut,
                **({} if rows.changed is None else {"changed": rows.changed}),
            },
        )

    @resource("database://schema", title="The database's tables", mime_type="application/sql")
    async def database_schema() -> str:
        """The statements that made the tables of the database."""
        return await anyio.to_thread.run_sync(database.schema, limiter=threads)

    return [query_database, database_schema]


def _as_text(rows: Rows) -> str:
    if not rows.columns:
        return f"Done. Rows changed: {rows.changed or 0}."
    count = f"{len(rows.rows)} {'row' if len(rows.rows) == 1 else 'rows'}"
    note = f"[Cut off: the first {count}; there are more.]" if rows.cut else f"({count})"
    changed = "" if rows.changed is None else f"\nRows changed: {rows.changed}."
    return f"{_table(rows)}\n{note}{changed}"


def _table(rows: Rows) -> str:
    cells = [[_one_line(column) for column in rows.columns], *([_cell(value) for value in row] for row in rows.rows)]
    widths = [min(_WIDEST_COLUMN, max(len(row[i]) for row in cells)) for i in range(len(rows.columns))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([lines[0], "-+-".join("-" * width for width in widths), *lines[1:]])


def _cell(value: Cell) -> str:
    return "NULL" if value is None else _one_line(str(value))


def _one_line(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n").replace("|", "\\|")
