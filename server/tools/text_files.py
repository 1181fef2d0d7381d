"""Text files in the one folder that the server may use."""

from typing import Annotated

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from server.files import FileFolder, FileProblem
from server.tools.tool import tool

Filename = Annotated[
    str,
    Field(
        description="A file name such as notes.txt, or one in a sub-folder such as notes/today.txt; never a full path."
    ),
]


class TextFileTools:
    """Saves and reads text in one folder."""

    def __init__(self, folder: FileFolder) -> None:
        self._folder = folder

    @tool(title="Save text file", destructive=True, idempotent=True)
    def save_text_file(
        self,
        filename: Filename,
        content: Annotated[str, Field(description="The whole text of the file, at most 1 MB.")],
    ) -> str:
        """Save text to a file. A file of the same name is replaced; sub-folders are created as needed."""
        try:
            self._folder.save(filename, content)
        except FileProblem as problem:
            raise ToolError(str(problem)) from problem
        return f"Successfully saved content to {filename}"

    @tool(title="Read text file", read_only=True, idempotent=True)
    def read_text_file(self, filename: Filename) -> str:
        """Read a text file that was saved before."""
        try:
            text = self._folder.read(filename)
        except FileProblem as problem:
            raise ToolError(str(problem)) from problem
        return f"Content of {filename}:\n{text}"
