"""The decorator that makes a function a tool of the server."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import TypeVar

_TRAITS = "__tool_traits__"

ToolFunction = TypeVar("ToolFunction", bound=Callable[..., str])


@dataclass(frozen=True, slots=True)
class ToolTraits:
    """What a tool is called on a screen, and what running it may do; sent to clients as the tool's annotations."""

    title: str
    read_only: bool = False
    destructive: bool = False
    idempotent: bool = False
    open_world: bool = False


def tool(
    *,
    title: str,
    read_only: bool = False,
    destructive: bool = False,
    idempotent: bool = False,
    open_world: bool = False,
) -> Callable[[ToolFunction], ToolFunction]:
    """Make a function or a method a tool: its name, docstring and annotated parameters are what a model reads.

    It returns the text of the result, and raises `mcp.server.mcpserver.exceptions.ToolError` with a sentence for the
    model when it cannot do what was asked.
    """
    traits = ToolTraits(title, read_only, destructive, idempotent, open_world)

    def mark(function: ToolFunction) -> ToolFunction:
        setattr(function, _TRAITS, traits)
        return function

    return mark


def tools_of(toolset: object) -> Iterable[tuple[Callable[..., str], ToolTraits]]:
    """The tools of a module or of an object, in the order in which they are written."""
    names = vars(toolset if isinstance(toolset, ModuleType) else type(toolset))
    for name in names:
        member = getattr(toolset, name)
        traits = getattr(member, _TRAITS, None)
        if isinstance(traits, ToolTraits):
            yield member, traits
