"""From the URL of an MCP server to a client of the SDK that is connected to it."""

import asyncio
import ipaddress
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal

import httpx2
from mcp import Client, MCPError
from mcp.client import IncomingMessage, Transport
from mcp.client.streamable_http import streamable_http_client
from mcp.client.subscriptions import SubscriptionLost
from mcp.server import MCPServer
from mcp_types import (
    CONNECTION_CLOSED,
    Implementation,
    PromptListChangedNotification,
    ResourceListChangedNotification,
    ToolListChangedNotification,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from tui.core.errors import ServerError, SettingsError
from tui.hosting.bodies import limit_body
from tui.hosting.failures import MAX_MESSAGE_BYTES, refused_with_content, refused_with_status, shown_url
from tui.hosting.link import Link
from tui.hosting.logged_transport import LoggedTransport
from tui.hosting.sse import sse_transport

SSE_PATH = "/sse"
MCP_CONTENT_TYPES = ("application/json", "text/event-stream")
HTTP_TIMEOUT = httpx2.Timeout(10.0, read=300.0, pool=None)
MAX_CONNECTIONS = 32

URL_HINT = "Set MCP_SERVER_URL to something like http://localhost:8000/sse, or unset it to use the bundled server."

TransportKind = Literal["sse", "http"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a server is and which of MCP's two HTTP transports it speaks there."""

    url: str
    transport: TransportKind

    @property
    def shown_url(self) -> str:
        """The URL without user, password and query, which may be secrets."""
        return shown_url(self.url)

    @property
    def server_name(self) -> str:
        """A name for the server until it tells its own: host and port."""
        return httpx2.URL(self.url).netloc.decode("ascii", "replace")

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine, where no proxy belongs in between."""
        host = httpx2.URL(self.url).host
        if host == "localhost":
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False


def parse_server_url(text: str) -> Endpoint:
    """What MCP_SERVER_URL means: a bare host stands for its `/sse`, a path other than `/sse` for streamable HTTP.

    Raises:
        SettingsError: it is no URL of a server.
    """
    try:
        url = httpx2.URL(text.strip())
    except httpx2.InvalidURL as error:
        raise SettingsError(f"MCP_SERVER_URL is not a URL: {error}.", URL_HINT) from None
    if url.scheme not in ("http", "https"):
        raise SettingsError("MCP_SERVER_URL must begin with http:// or https://.", URL_HINT)
    if not url.host:
        raise SettingsError("MCP_SERVER_URL names no host.", URL_HINT)
    if url.port is not None and not 0 < url.port < 65536:
        raise SettingsError(f"MCP_SERVER_URL names port {url.port}, which does not exist.", URL_HINT)
    if url.path in ("", "/"):
        return Endpoint(str(url.copy_with(path=SSE_PATH)), "sse")
    return Endpoint(str(url), "sse" if url.path.rstrip("/").endswith(SSE_PATH) else "http")


def open_client(
    endpoint: Endpoint, link: Link, *, headers: Mapping[str, str] | None = None
) -> AbstractAsyncContextManager[Client]:
    """A connected client; enter and leave it in one task. What happens to the connection is reported to `link`."""
    if endpoint.transport == "sse":
        return _sse_client(endpoint, link, headers)
    return _http_client(endpoint, link)


@asynccontextmanager
async def _sse_client(endpoint: Endpoint, link: Link, headers: Mapping[str, str] | None) -> AsyncGenerator[Client]:
    async with _http(endpoint, link) as http:
        transport = sse_transport(http, endpoint.url, link, headers=headers)
        # The newer protocol is not defined on this wire, and asking for it costs 10 s with a server that ignores it.
        async with new_client(transport, link, mode="legacy") as client:
            yield client


@asynccontextmanager
async def _http_client(endpoint: Endpoint, link: Link) -> AsyncGenerator[Client]:
    refusals: list[ServerError] = []

    async def note(response: httpx2.Response) -> None:
        content_type = response.headers.get("content-type", "")
        if response.status_code >= 300:
            refusals.append(refused_with_status(endpoint.shown_url, response.status_code))
        elif response.status_code == 200 and not content_type.startswith(MCP_CONTENT_TYPES):
            refusals.append(refused_with_content(endpoint.shown_url, content_type))

    async with _http(endpoint, link) as http, AsyncExitStack() as stack:
        http.event_hooks["response"].append(note)
        transport = streamable_http_client(
            endpoint.url,
            http_client=http,
            max_sse_event_size=MAX_MESSAGE_BYTES,
            terminate_on_close=False,  # A server that hangs would hold up the exit; sessions expire by themselves.
        )
        # Older servers may leave the question for the newer protocol unanswered; then it is not asked again.
        mode = "legacy" if link.after_silence else "auto"
        try:
            client = await stack.enter_async_context(new_client(transport, link, mode=mode))
        except Exception as error:
            if refusals:  # The SDK reports every status as some protocol error.
                raise refusals[-1] from error
            raise
        refusals.clear()
        listener = asyncio.create_task(_listen(client, link))
        stack.callback(listener.cancel)
        yield client


def _http(endpoint: Endpoint, link: Link) -> httpx2.AsyncClient:
    """An HTTP client for one server, which takes no body without a limit."""

    async def limit(response: httpx2.Response) -> None:
        limit_body(response, link, endpoint.shown_url)

    # Loading certificates takes 20 ms in the event loop, and a plain connection within this machine needs none.
    plain = endpoint.is_local and endpoint.url.startswith("http://")
    return httpx2.AsyncClient(
        headers={"Accept-Encoding": "identity"},
        timeout=HTTP_TIMEOUT,
        limits=httpx2.Limits(max_connections=MAX_CONNECTIONS),
        trust_env=not endpoint.is_local,
        verify=not plain,
        event_hooks={"response": [limit]},
    )


async def _listen(client: Client, link: Link) -> None:
    """Hear of changed lists where the protocol (2026-07-28) has a stream for it; a break puts the server in doubt."""
    if client.protocol_version not in MODERN_PROTOCOL_VERSIONS:
        return
    try:
        async with client.listen(
            tools_list_changed=True, prompts_list_changed=True, resources_list_changed=True
        ) as changes:
            async for _ in changes:
                link.outdate()
    except SubscriptionLost:
        link.doubt()
    except MCPError as error:
        # Any other code says that the server offers no such stream; its lists are read on every connection anyway.
        if error.code == CONNECTION_CLOSED:
            link.doubt()


def new_client(server: MCPServer | Transport, link: Link, *, mode: Literal["legacy", "auto"]) -> Client:
    """The SDK's client for a transport or an in-process server, with its news going to `link`."""

    async def hear(message: IncomingMessage) -> None:
        if isinstance(
            message,
            ToolListChangedNotification | PromptListChangedNotification | ResourceListChangedNotification,
        ):
            link.outdate()
        elif isinstance(message, Exception):
            link.doubt()

    identity = Implementation(name="callscope", version=version("callscope"))
    if not isinstance(server, MCPServer):
        server = LoggedTransport(server, link.log)
    return Client(server, mode=mode, message_handler=hear, client_info=identity)
