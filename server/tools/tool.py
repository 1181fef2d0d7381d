"""The decorators that make a function a tool or a resource of the server, and how both are found in a toolset."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar, cast

from mcp_types import CallToolResult

_TRAITS = "__tool_traits__"
_RESOURCE_TRAITS = "__resource_traits__"

Answer = str | CallToolResult
ToolFunction = TypeVar("ToolFunction", bound=Callable[..., Answer | Awaitable[Answer]])
ResourceFunction = TypeVar("ResourceFunction", bound=Callable[[], str | Awaitable[str]])


@dataclass(frozen=True, slots=True)
class ToolTraits:
    """What a tool is called on a screen, and what running it may do; sent to clients as the tool's annotations."""

    title: str
    read_only: bool = False
    destructive: bool = False
    idempotent: bool = False
    open_world: bool = False
    description: str | None = None


@dataclass(frozen=True, slots=True)
class ResourceTraits:
    """Under which URI a resource is read, and what it is called on a screen."""

    uri: str
    title: str
    mime_type: str


def tool(
    *,
    title: str,
    read_only: bool = False,
    destructive: bool = False,
    idempotent: bool = False,
    open_world: bool = False,
    description: str | None = None,
) -> Callable[[ToolFunction], ToolFunction]:
    """Make a function or a method a tool: its name, docstring and annotated parameters are what a model reads.

    It returns the text of the result (or a whole result, with structured content), and raises
    `mcp.server.mcpserver.exceptions.ToolError` with a sentence for the model when it cannot do what was asked. A plain
    function runs in a thread, an `async` one on the event loop. `description` stands in for the docstring.
    """
    traits = ToolTraits(title, read_only, destructive, idempotent, open_world, description)

    def mark(function: ToolFunction) -> ToolFunction:
        setattr(function, _TRAITS, traits)
        return function

    return mark


def resource(uri: str, *, title: str, mime_type: str = "text/plain") -> Callable[[ResourceFunction], ResourceFunction]:
    """Make a function or a method without parameters a resource: it returns the text, its docstring describes it."""
    traits = ResourceTraits(uri, title, mime_type)

    def mark(function: ResourceFunction) -> ResourceFunction:
        setattr(function, _RESOURCE_TRAITS, traits)
        return function

    return mark


def tools_of(toolset: object) -> Iterator[tuple[Callable[..., Any], ToolTraits]]:
    """The tools of a module, of an object, or among some functions, in the order in which they are written."""
    for member in _members(toolset):
        traits = getattr(member, _TRAITS, None)
        if isinstance(traits, ToolTraits):
            yield member, traits


def resources_of(toolset: object) -> Iterator[tuple[Callable[..., Any], ResourceTraits]]:
    """The resources of a module, of an object, or among some functions, in the order in which they are written."""
    for member in _members(toolset):
        traits = getattr(member, _RESOURCE_TRAITS, None)
        if isinstance(traits, ResourceTraits):
            yield member, traits


def _members(toolset: object) -> Iterable[Any]:
    if hasattr(toolset, _TRAITS):
        return [toolset]
    if isinstance(toolset, list | tuple):
        return cast("Iterable[Any]", toolset)
    names = vars(toolset if isinstance(toolset, ModuleType) else type(toolset))
    return (getattr(toolset, name) for name in list(names))
