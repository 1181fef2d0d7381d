"""The client library's clients for a deployment: one for each form of the API, over the same connections."""

import asyncio
import logging
from contextlib import suppress

import httpx2
from openai import AsyncAzureOpenAI, AsyncOpenAI, AsyncStream, DefaultAsyncHttpxClient

from tui.azure.bodies import Body
from tui.azure.credentials import Credentials
from tui.azure.destination import Destination
from tui.azure.failure import FAILURES, WebPageError
from tui.core.errors import SettingsError
from tui.core.events import Api

_LATER_SECONDS = 15.0
"""So much later than `core.silence` gives a silent stream up does the client: it is not the one to tell of silence."""
_REST_SECONDS = 0.1
_PATHS: dict[Api, str] = {"chat": "/chat/completions", "responses": "/responses"}


class Clients:
    """Sends requests, each once. Those to Responses go to the v1 API, also of a resource that is asked classically.

    The clients are made for the first request: reading the certificates takes some 20 ms, for each deployment.
    `silence_seconds` is how long a stream may be silent before somebody else gives it up.
    """

    def __init__(
        self,
        destination: Destination,
        credentials: Credentials,
        transport: httpx2.AsyncBaseTransport | None,
        silence_seconds: float,
    ) -> None:
        self._destination = destination
        self._credentials = credentials
        self._transport = transport
        self._timeout = httpx2.Timeout(connect=10, read=silence_seconds + _LATER_SECONDS, write=30, pool=10)
        self._http: httpx2.AsyncClient | None = None
        self._clients: dict[Api, AsyncOpenAI] = {}

    async def send(self, body: Body) -> AsyncStream[object]:
        """The stream of the answer. Its chunks are the decoded JSON as it came: nothing checks their shape.

        Raises:
            SettingsError: the proxy or certificate file of the environment cannot be used.
            WebPageError: it is a web page.
        """
        client = self._clients.get(body.api) or self._make(body.api)
        stream = await client.post(
            _PATHS[body.api], body=dict(body.json), cast_to=object, stream=True, stream_cls=AsyncStream[object]
        )
        if "text/html" in stream.response.headers.get("content-type", "").lower():
            await stream.aclose()
            raise WebPageError
        return stream

    async def aclose(self) -> None:
        """Close the connections."""
        if self._http:
            await self._http.aclose()

    def _make(self, api: Api) -> AsyncOpenAI:
        _keep_log_off_terminal()
        self._http = self._http or _http_client(self._destination, self._transport, self._timeout)
        is_classic = self._destination.endpoint.kind == "classic" and api == "chat"
        make = _classic_client if is_classic else _v1_client
        self._clients[api] = make(self._destination, self._credentials, self._http)
        return self._clients[api]


def _classic_client(destination: Destination, credentials: Credentials, http: httpx2.AsyncClient) -> AsyncAzureOpenAI:
    # The credentials are always given, or the library would take them from the environment.
    return AsyncAzureOpenAI(
        base_url=destination.endpoint.classic_url,
        api_version=destination.api_version,
        api_key=None if destination.entra else credentials.key,
        azure_ad_token_provider=credentials.token if destination.entra else None,
        max_retries=0,
        timeout=http.timeout,
        http_client=http,
    )


def _v1_client(destination: Destination, credentials: Credentials, http: httpx2.AsyncClient) -> AsyncOpenAI:
    # Azure takes its key both ways; API Management before it mostly looks for `api-key`.
    with_key = destination.endpoint.kind != "compatible" and not destination.entra
    return AsyncOpenAI(
        base_url=destination.endpoint.v1_url,
        api_key=credentials.token if destination.entra else credentials.key,
        default_headers={"api-key": credentials.key} if with_key else None,
        max_retries=0,
        timeout=http.timeout,
        http_client=http,
    )


async def take_rest(stream: AsyncStream[object]) -> None:
    """Take in what is left of a complete answer, so that its connection can be used again; it may also stay open."""
    with suppress(TimeoutError, *FAILURES):
        async with asyncio.timeout(_REST_SECONDS):
            async for _ in stream:
                pass


def _http_client(
    destination: Destination, transport: httpx2.AsyncBaseTransport | None, timeout: httpx2.Timeout
) -> httpx2.AsyncClient:
    try:
        return DefaultAsyncHttpxClient(
            transport=transport,
            timeout=timeout,
            # No proxy of the environment for this machine's own addresses: over plain http it would see the key.
            trust_env=not destination.endpoint.is_loopback,
            # A redirect would take conversation and key to an address that nobody chose.
            follow_redirects=False,
        )
    except (ImportError, ValueError, OSError) as error:
        raise SettingsError(
            "The proxy or the certificate file that the environment names cannot be used.",
            "Check HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE.",
            detail=type(error).__name__,
        ) from None


def _keep_log_off_terminal() -> None:
    """Undo OPENAI_LOG, with which the library writes to standard error, over the screen; so does azure-identity."""
    logging.getLogger("openai").setLevel(logging.WARNING)
    for logger in (logging.getLogger("openai"), logging.getLogger("azure")):
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
