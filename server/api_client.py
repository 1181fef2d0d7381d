"""HTTP requests to the allowed hosts only: the address is resolved and checked here, and connected to as it is."""

import asyncio
import codecs
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import httpx2

from server.optional_settings import AllowedHost, ApiSettings

SIZE_LIMIT = 1_048_576
SECONDS_LIMIT = 10.0
REDIRECT_LIMIT = 5
_SHORTEST_SECRET = 4
_DEFAULT_PORTS: Mapping[str, int] = {"http": 80, "https": 443}
# They hold an IPv4 address that is not seen when the IPv6 one is looked at: NAT64, 6to4, Teredo.
_EMBEDDING = [ipaddress.IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""A host name and a port become the addresses, as text. Raises OSError."""


class ApiProblem(Exception):
    """Why there is no answer: a sentence for the model, without any header that the server adds."""


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What came back. `cut`: the body went on after the size limit."""

    status: int
    reason: str
    media_type: str
    text: str
    cut: bool


class ApiClient:
    """Calls the allowed hosts: without a proxy or credentials of the environment, and keeping nothing between calls."""

    def __init__(
        self,
        settings: ApiSettings,
        *,
        tls: ssl.SSLContext | None = None,
        resolve: Resolve | None = None,
        seconds: float = SECONDS_LIMIT,
    ) -> None:
        self.settings = settings
        self._tls = tls or httpx2.create_ssl_context(trust_env=False)
        self._resolve = resolve or resolve_name
        self._seconds = seconds

    async def call(self, url: str, method: str, headers: Mapping[str, str], body: str) -> ApiAnswer:
        """One request, and redirects within its host. Raises ApiProblem."""
        if method not in self.settings.methods:
            raise ApiProblem(f"The method {method[:20]!r} is not allowed: {', '.join(self.settings.methods)}.")
        target, host = self._allowed(url)
        ours = {name.lower() for name in host.headers}
        sent = {name: value for name, value in headers.items() if name.lower() not in ours}
        # The answer could only be read in pieces of unknown size if it came compressed.
        sent |= {**host.headers, "Accept-Encoding": "identity"}
        transport = _CheckedTransport(host, self.settings.methods, self._tls, self._resolve)
        try:
            async with (
                asyncio.timeout(self._seconds),
                httpx2.AsyncClient(transport=transport, trust_env=False, timeout=self._seconds) as client,
            ):
                request = client.build_request(method, target, headers=sent, content=body.encode())
                return await _final_answer(client, request, host)
        except TimeoutError as error:
            raise ApiProblem(f"{host.origin} did not answer within {self._seconds:g} seconds.") from error
        except httpx2.HTTPError as error:
            raise ApiProblem(_failure(host, error)) from error

    def _allowed(self, url: str) -> tuple[httpx2.URL, AllowedHost]:
        try:
            target = httpx2.URL(url)
        except (httpx2.InvalidURL, ValueError) as error:
            raise ApiProblem("The URL cannot be understood: give a whole one, https://host/path.") from error
        host = next((host for host in self.settings.hosts if _is_at(target, host)), None)
        if host is None or target.userinfo:
            origins = ", ".join(host.origin for host in self.settings.hosts)
            raise ApiProblem(f"Only URLs of these hosts may be called: {origins}. No user name, no other port.")
        return target, host


class _CheckedTransport(httpx2.AsyncBaseTransport):
    """Carries requests to one host, and connects to no address that was not checked: there is no second look-up.

    Redirects come through here too, so they cannot lead to another host, nor to another method.
    """

    def __init__(self, host: AllowedHost, methods: Sequence[str], tls: ssl.SSLContext, resolve: Resolve) -> None:
        self._host = host
        self._methods = methods
        self._resolve = resolve
        self._inner = httpx2.AsyncHTTPTransport(verify=tls, trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if not _is_at(request.url, self._host) or request.method not in self._methods:
            raise ApiProblem(f"{self._host.origin} redirects to another host or method, which is not followed.")
        failure: httpx2.ConnectError | None = None
        for address in await self._addresses():
            try:
                return await self._inner.handle_async_request(
                    httpx2.Request(
                        request.method,
                        request.url.copy_with(host=address),
                        headers=request.headers,
                        stream=request.stream,
                        extensions={**request.extensions, "sni_hostname": self._host.name},
                    )
                )
            except httpx2.ConnectError as error:
                failure = error
        raise failure or httpx2.ConnectError("The name has no address.")

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _addresses(self) -> Sequence[str]:
        try:
            addresses = await self._resolve(self._host.name, self._host.port)
        except (OSError, UnicodeError) as error:
            raise ApiProblem(f"The name {self._host.name} has no address.") from error
        if not self._host.private and not all(is_public(address) for address in addresses):
            raise ApiProblem(
                f"{self._host.name} has an address of this computer or of a private network, and is not listed as "
                "private. Whoever runs the server can list it so."
            )
        return addresses


async def resolve_name(name: str, port: int) -> Sequence[str]:
    """The addresses of a name, as the system has them."""
    found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an address belongs to the open internet."""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return is_public(str(parsed.ipv4_mapped))
        if any(parsed in network for network in _EMBEDDING):
            return False
    return parsed.is_global and not parsed.is_multicast


def _is_at(url: httpx2.URL, host: AllowedHost) -> bool:
    port = url.port or _DEFAULT_PORTS.get(url.scheme)
    return (url.scheme, url.host.lower(), port) == (host.scheme, host.name, host.port)


async def _final_answer(client: httpx2.AsyncClient, request: httpx2.Request, host: AllowedHost) -> ApiAnswer:
    # The client would follow redirects by itself, and read each one's body to its end before.
    for _ in range(REDIRECT_LIMIT + 1):
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            if response.next_request is None:
                return await _read(response, _secrets(host))
            request = response.next_request
        finally:
            await response.aclose()
    raise ApiProblem(f"{host.origin} redirected more than {REDIRECT_LIMIT} times.")


async def _read(response: httpx2.Response, secrets: Sequence[str]) -> ApiAnswer:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ApiProblem("The answer is compressed, though it was asked for as it is.")
    data = bytearray()
    async for piece in response.aiter_raw():
        data += piece
        if len(data) > SIZE_LIMIT:
            break
    text = _decoded(bytes(data[:SIZE_LIMIT]), response.charset_encoding or "utf-8")
    told = (response.reason_phrase, response.headers.get("content-type", ""), text)
    # An API may repeat what it was sent.
    reason, media_type, text = (_without(secrets, part) for part in told)
    return ApiAnswer(response.status_code, reason[:100], media_type[:100], text, len(data) > SIZE_LIMIT)


def _without(secrets: Sequence[str], text: str) -> str:
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    return text


def _decoded(data: bytes, charset: str) -> str:
    if b"\0" in data:
        return f"[Not text: {len(data):,} bytes.]"
    try:
        codecs.lookup(charset)
        return data.decode(charset, "replace")
    except (LookupError, ValueError):
        return data.decode(errors="replace")


def _secrets(host: AllowedHost) -> Sequence[str]:
    """The values of the added headers, whole and without their scheme, the longest first."""
    values = {part for value in host.headers.values() for part in (value, value.rpartition(" ")[2])}
    return sorted((part for part in values if len(part) >= _SHORTEST_SECRET), key=len, reverse=True)


def _failure(host: AllowedHost, error: httpx2.HTTPError) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return f"{host.origin} cannot be trusted: its certificate does not prove who it is."
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx2.TimeoutException):
        return f"{host.origin} did not answer in time."
    if isinstance(error, httpx2.ConnectError):
        return f"{host.origin} cannot be reached."
    return f"{host.origin} broke off, or answered with something that is not HTTP."
