"""The MCP server object: the tools, resources and prompts, put together."""

import logging
import random
from collections.abc import Callable, Iterable
from importlib.metadata import version
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp_types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import ValidationError

from server import prompts, resources
from server.files import FileFolder
from server.results import bounded, explain_arguments, failure
from server.tools import arithmetic, system
from server.tools.greeting import GreetingTools
from server.tools.text_files import TextFileTools
from server.tools.tool import ToolTraits, resources_of, tools_of
from server.tools.weather import WeatherTools

NAME = "Azure OpenAI MCP Server"
INSTRUCTIONS = (
    "Tools for arithmetic, greetings with the time, system information, text files in one folder, and mock weather. "
    "Results are plain text; an error says what to do instead."
)

_log = logging.getLogger(__name__)


def build_server(files: FileFolder, *, toolsets: Iterable[object] | None = None) -> MCPServer[Any]:
    """The server with its tools; `toolsets` (modules or objects with `@tool` functions) replaces the standard ones.

    Installs a log handler on standard error if the process has none (the SDK does that).
    """
    server = _Server(NAME, instructions=INSTRUCTIONS, version=version("callscope"), log_level="WARNING")
    for toolset in standard_toolsets(files) if toolsets is None else toolsets:
        for function, traits in tools_of(toolset):
            add_tool(server, function, traits)
        for function, traits in resources_of(toolset):
            server.resource(traits.uri, title=traits.title, description=function.__doc__, mime_type=traits.mime_type)(
                function
            )
    resources.register(server)
    prompts.register(server)
    return server


def add_tool(server: MCPServer[Any], function: Callable[..., Any], traits: ToolTraits) -> None:
    """Offer one tool; raises `mcp.server.mcpserver.exceptions.InvalidSignature` when no schema can be made for it."""
    server.add_tool(
        function,
        title=traits.title,
        description=traits.description,
        annotations=ToolAnnotations(
            read_only_hint=traits.read_only,
            destructive_hint=traits.destructive,
            idempotent_hint=traits.idempotent,
            open_world_hint=traits.open_world,
        ),
        # A text result would otherwise be sent a second time, as structured content.
        structured_output=False,
    )


def standard_toolsets(files: FileFolder) -> list[object]:
    """The bundled tools, in the order in which they are listed."""
    return [GreetingTools(), arithmetic, system, TextFileTools(files), WeatherTools(random.Random())]


class _Server(MCPServer[Any]):
    """Puts every failure of a tool into words for the model, and keeps results to a size that clients accept."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        try:
            result = await super().call_tool(name, arguments, context)
        except UnexpectedToolError:
            _log.exception("Tool %r failed unexpectedly", name)
            return failure(f"{name} failed because of a fault inside the server. Its log has the details.")
        except ToolError as error:
            return failure(await self._words(name, error))
        return bounded(result) if isinstance(result, CallToolResult) else result

    async def _words(self, name: str, error: ToolError) -> str:
        # The SDK wraps what a tool raised, to put a prefix before its words; a name it does not know has no cause.
        match error.__cause__:
            case None:
                names = ", ".join(tool.name for tool in await self.list_tools())
                return f"There is no tool called {name[:64]!r}. The tools are: {names}."
            case ValidationError() as cause:
                return explain_arguments(name, cause)
            case cause:
                return str(cause)
