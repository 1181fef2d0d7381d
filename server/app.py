"""The one ASGI application: Server-Sent Events, streamable HTTP and a health check, behind the gate."""

import secrets
from collections.abc import Collection
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from server.gate import Gate
from server.whole_response import WholeResponse

SSE_PATH = "/sse"
MESSAGE_PATH = "/messages/"
STREAMABLE_PATH = "/mcp"
HEALTH_PATH = "/health"


def build_app(
    server: MCPServer[Any],
    *,
    token: str | None,
    hosts: Collection[str] | None,
    stateless: bool = False,
    with_sse: bool = True,
) -> ASGIApp:
    """Serve `/sse` with `/messages/`, `/mcp` and `/health`; `token` and `hosts` are the gate's.

    `stateless`: `/mcp` keeps no sessions. `with_sse` is off where another process may get the next request, as an SSE
    session lives in one. `/health` needs no token: {"status": "ok", "name": ..., "version": ..., "tools": count,
    "instance": a name that this process has made up for itself}.
    """
    instance = secrets.token_hex(4)
    # The gate checks Host and Origin for all routes, so the SDK's own checks are off.
    security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    # The application for streamable HTTP is the outer one, as it has a lifespan that must run.
    outer = server.streamable_http_app(
        streamable_http_path=STREAMABLE_PATH, transport_security=security, stateless_http=stateless
    )
    if with_sse:
        sse = server.sse_app(sse_path=SSE_PATH, message_path=MESSAGE_PATH, transport_security=security)
        outer.routes.extend(sse.routes)
    else:
        outer.routes.append(Route(SSE_PATH, _no_sse))

    facts: dict[str, str | int] = {"status": "ok", "name": server.name, "version": server.version}

    async def health(_: Request) -> JSONResponse:
        # Counted once: describing all tools takes time, which nobody should be able to spend here without a token.
        if "tools" not in facts:
            facts.update(tools=len(await server.list_tools()), instance=instance)
        return JSONResponse(facts)

    outer.routes.append(Route(HEALTH_PATH, health, methods=["GET"]))
    return Gate(WholeResponse(outer), token=token, hosts=hosts, open_paths={HEALTH_PATH})


def _no_sse(_: Request) -> JSONResponse:
    words = f"Several workers serve here, and SSE sessions live in one: use {STREAMABLE_PATH}."
    return JSONResponse({"error": words}, 404)
