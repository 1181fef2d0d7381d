"""Tools of other installed packages: found by their entry points, and left out, with a word, when they do not work."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any

from mcp.server.mcpserver import MCPServer

from server.mcp_server import add_tool
from server.tools.tool import ToolTraits, tools_of

GROUP = "callscope.tools"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plugin:
    """An entry point whose tools are offered."""

    name: str
    package: str
    tools: Sequence[str]


def add_plugins(server: MCPServer[Any], taken: Collection[str]) -> list[Plugin]:
    """Offer the tools of every entry point of the group `callscope.tools`; returns what was added.

    An entry point names a module, an object, a list of functions, one function, or something to call without arguments
    that returns one of these; its tools are the functions marked with `server.tools.tool.tool`. What fails is logged
    and left out, and so is a tool whose name is `taken` already, or by a plugin whose name sorts before it.
    """
    names = set(taken)
    plugins: list[Plugin] = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        added = [
            function.__name__
            for function, traits in _loaded(point)
            if _is_added(server, point, function, traits, names)
        ]
        if added:
            plugins.append(Plugin(point.name, _package(point), added))
    return plugins


def _loaded(point: EntryPoint) -> list[tuple[Callable[..., Any], ToolTraits]]:
    # Whatever other people's code does when it is imported or called, the server starts; even if it asks to exit.
    try:
        toolset = point.load()
        if callable(toolset) and not isinstance(toolset, ModuleType) and not list(tools_of([toolset])):
            toolset = toolset()
        found = list(tools_of(toolset))
    except (Exception, SystemExit):  # noqa: BLE001 (it is logged)
        _log.exception("The plugin %s cannot be loaded and is left out", _described(point))
        return []
    if not found:
        _log.warning("The plugin %s has no tools: mark them with server.tools.tool.tool", _described(point))
    return found


def _is_added(
    server: MCPServer[Any], point: EntryPoint, function: Callable[..., Any], traits: ToolTraits, taken: set[str]
) -> bool:
    name = function.__name__
    if name in taken:
        _log.warning("The plugin %s has a tool %r; the name is taken, so it is left out", _described(point), name)
        return False
    try:
        add_tool(server, function, traits)
    except Exception:  # noqa: BLE001 (it is logged)
        _log.exception("The tool %r of the plugin %s cannot be offered and is left out", name, _described(point))
        return False
    taken.add(name)
    return True


def _described(point: EntryPoint) -> str:
    return f"{point.name!r} ({point.value}, package {_package(point)})"


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "unknown"
