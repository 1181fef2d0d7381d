"""The server as the settings want it: the bundled tools, the optional ones that are set up, and the plugins."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from mcp.server.mcpserver import MCPServer
from starlette.types import ASGIApp

from server.app import build_app
from server.files import FileFolder
from server.mcp_server import build_server, standard_toolsets
from server.plugins import Plugin, add_plugins
from server.settings import Settings
from server.tools.tool import tools_of


@dataclass(frozen=True, slots=True)
class Assembled:
    """The server, and the plugins whose tools it offers."""

    server: MCPServer[Any]
    plugins: Sequence[Plugin]


def assemble(settings: Settings) -> Assembled:
    """Put the server together. Plugins that do not work are logged and left out."""
    files = FileFolder(settings.files)
    toolsets = [*standard_toolsets(files), *optional_toolsets(settings)]
    server = build_server(files, toolsets=toolsets)
    names = {function.__name__ for toolset in toolsets for function, _ in tools_of(toolset)}
    plugins = add_plugins(server, names) if settings.plugins else []
    return Assembled(server, plugins)


def optional_toolsets(settings: Settings) -> list[object]:
    """The toolsets of the optional tools that are set up; what the others need is not even imported."""
    toolsets: list[object] = []
    if settings.database is not None:
        from server.database import Database
        from server.tools.database import database_tools

        toolsets.append(database_tools(Database(settings.database)))
    if settings.api is not None:
        from server.api_client import ApiClient
        from server.tools.external_api import external_api_tools

        toolsets.append(external_api_tools(ApiClient(settings.api)))
    if settings.mail is not None:
        from server.mail import Mailer
        from server.tools.mail import mail_tools

        toolsets.append(mail_tools(Mailer(settings.mail)))
    return toolsets


def application(server: MCPServer[Any], settings: Settings, hosts: Collection[str] | None) -> ASGIApp:
    """The ASGI application that serves it; `hosts` are the names under which it may be addressed."""
    return build_app(
        server,
        token=settings.token,
        hosts=hosts,
        stateless=settings.stateless,
        with_sse=settings.workers == 1,
    )
