"""Ways to talk to the server in tests."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal

import httpx2
from mcp import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextContent

Route = Literal["sse", "http", "legacy http"]
ROUTES: tuple[Route, ...] = ("sse", "http", "legacy http")


def bearer(token: str | None) -> dict[str, str]:
    """The header that carries a token."""
    return {} if token is None else {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def connect(url: str, route: Route, token: str | None = None) -> AsyncGenerator[Client, None]:
    """A connected client over one of the routes that the server offers."""
    if route == "sse":
        async with Client(sse_client(f"{url}/sse", headers=bearer(token)), mode="legacy") as client:
            yield client
        return
    async with httpx2.AsyncClient(headers=bearer(token)) as http:
        transport = streamable_http_client(f"{url}/mcp", http_client=http)
        async with Client(transport, mode="auto" if route == "http" else "legacy") as client:
            yield client


async def call(client: Client, tool: str, arguments: Mapping[str, Any] | None = None) -> CallToolResult:
    """The result of a call."""
    result = await client.call_tool(tool, dict(arguments or {}))
    assert isinstance(result, CallToolResult)
    return result


def text_of(result: CallToolResult) -> str:
    """The one text of a result that is no error."""
    assert not result.is_error, result
    return _only_text(result)


def error_of(result: CallToolResult) -> str:
    """The one text of a result that is an error."""
    assert result.is_error, result
    return _only_text(result)


def _only_text(result: CallToolResult) -> str:
    (block,) = result.content
    assert isinstance(block, TextContent)
    return block.text
