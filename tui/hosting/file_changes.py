"""What a call of the bundled server's file tool would do to its file."""

from collections.abc import Mapping

from tui.core.errors import ServerError
from tui.core.events import Json
from tui.core.ports import FileChange
from tui.hosting.connection import Connection
from tui.hosting.convert import tool_outcome

SAVE_TOOL, READ_TOOL = "save_text_file", "read_text_file"
"""The file tools of the bundled server, by the names that it gives them."""

LOOK_SECONDS = 3.0
"""A local file is read in milliseconds; a server that takes longer hangs, and the person is asked without it."""

NOT_THERE = "There is no file called "
"""How the bundled server begins to say that a file does not exist."""


async def file_change(connection: Connection, wire_name: str, arguments: Mapping[str, Json]) -> FileChange | None:
    """The file before and after; None for tools that are not the bundled server's to save files.

    A file that cannot be read is not taken for one that is not there: what is not known must not pass as harmless.
    """
    path, after = arguments.get("filename"), arguments.get("content")
    is_ours = connection.status.bundled and wire_name == SAVE_TOOL
    if not is_ours or not isinstance(path, str) or not isinstance(after, str):
        return None
    try:
        result = await connection.request(
            lambda client: client.call_tool(READ_TOOL, {"filename": path}),
            min(LOOK_SECONDS, connection.deadlines.read),
            f"The tool {READ_TOOL}",
        )
    except ServerError:
        return None
    read = tool_outcome(result)
    if read.status != "ok":
        return FileChange(path, None, after) if NOT_THERE in read.text else None
    return FileChange(path, read.text.partition("\n")[2], after)
