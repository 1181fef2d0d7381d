"""The start-up lines: what this server is, where it is and what it offers."""

import socket
from typing import Any

from mcp.server.mcpserver import MCPServer

from server.app import SSE_PATH, STREAMABLE_PATH
from server.settings import Settings


async def startup_lines(server: MCPServer[Any], settings: Settings, listener: socket.socket) -> str:
    """Lines of text for the person who started the server; the token is not among them."""
    base = base_url(listener)
    lines = {
        "URL": f"{base}{SSE_PATH}",
        "HTTP": f"{base}{STREAMABLE_PATH}",
        "Files": str(settings.files),
        "Access": "clients must send the bearer token" if settings.token else "this computer only, without a token",
        "Tools": ", ".join(tool.name for tool in await server.list_tools()),
        "Resources": ", ".join(str(resource.uri) for resource in await server.list_resources()),
        "Prompts": ", ".join(prompt.name for prompt in await server.list_prompts()),
    }
    return f"{server.name} {server.version}\n" + "".join(f"  {name + ':':<11}{text}\n" for name, text in lines.items())


def base_url(listener: socket.socket) -> str:
    """The address of a listening socket as a URL that works on this computer."""
    address, port = listener.getsockname()[:2]
    if address in ("127.0.0.1", "0.0.0.0", "::1", "::"):
        return f"http://localhost:{port}"
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
