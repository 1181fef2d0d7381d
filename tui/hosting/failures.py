"""What went wrong between the host and a server, in words a person understands."""

import socket
import ssl
from collections.abc import Iterator
from typing import TypeVar, cast

import httpx2
from mcp import MCPError
from mcp_types import CONNECTION_CLOSED
from pydantic import ValidationError

from tui.core.errors import ServerError
from tui.core.text import sanitize

MAX_MESSAGE_BYTES = 5 * 1024 * 1024
"""The largest message that is taken from a server."""

TOO_LARGE_EVENT = "Server-sent event exceeded"
"""How the words of httpx2 and of the SDK begin for an event beyond the limit."""

DETAIL_LIMIT = 2000
"""Characters of a foreign error text that are kept."""

UNSET_HINT = "Start the server, or leave out MCP_SERVER_URL and --server to use the bundled one."
PATH_HINT = "Check the path: SSE servers listen at /sse, streamable HTTP servers at /mcp."

_Error = TypeVar("_Error", bound=BaseException)


class ConnectionLostError(ServerError):
    """The connection broke while a request ran, so whether it had an effect is unknown."""


class NoAnswerError(ServerError):
    """A request was not answered in time."""


class RequestFailedError(ServerError):
    """The server answered a request with an error, or with something that is no answer."""


def shown_url(url: str) -> str:
    """The URL without user, password and query, which may be secrets."""
    return str(httpx2.URL(url).copy_with(userinfo=b"", query=None, fragment=None))


def no_answer_to(what: str, seconds: float, hint: str = "") -> NoAnswerError:
    """The error for a deadline that passed."""
    return NoAnswerError(f"{what} did not answer in {seconds:g} s.", hint)


def refused_with_status(url: str, status: int) -> ServerError:
    """The error for an HTTP status where an MCP answer was due."""
    if status in (401, 403):
        return ServerError(
            f"The server at {url} wants a login that Callscope does not have (HTTP {status}).",
            "Use a server without a login, or unset MCP_SERVER_URL to use the bundled one.",
        )
    if status in (404, 405):
        return ServerError(f"There is no MCP endpoint at {url} (HTTP {status}).", PATH_HINT)
    if 300 <= status < 400:
        return ServerError(f"{url} redirects to another place (HTTP {status}).", "Set MCP_SERVER_URL to the final URL.")
    return ServerError(f"The server at {url} answered HTTP {status}.", "Look at the server's own log.")


def refused_with_content(url: str, content_type: str) -> ServerError:
    """The error for a document where an event stream was due."""
    kind = sanitize(content_type.partition(";")[0].strip())[:80]
    what = "a web page" if kind == "text/html" else "something else"
    return ServerError(
        f"{url} answers with {what} ({kind or 'no content type'}), not with an MCP event stream.", PATH_HINT
    )


def too_large() -> ServerError:
    """The error for a message that is not taken because of its size."""
    limit = MAX_MESSAGE_BYTES // (1024 * 1024)
    return ServerError(f"The server sent a result that is too large: more than {limit} MB in one message.")


def explain(error: BaseException, url: str) -> ServerError:
    """The plain cause of whatever a connection to `url` raised."""
    if refusal := _find(error, ServerError):
        return refusal
    if any(TOO_LARGE_EVENT in str(one) for one in _family(error)):
        return too_large()
    if status := _find(error, httpx2.HTTPStatusError):
        return refused_with_status(url, status.response.status_code)
    if _find(error, socket.gaierror):
        return ServerError(f"The host of {url} cannot be found.", "Check the name in MCP_SERVER_URL and the network.")
    if broken_tls := _find(error, ssl.SSLError):
        return ServerError(f"No secure connection to {url}.", "Check the certificate.", detail=_words(broken_tls))
    if _find(error, ConnectionRefusedError):
        return ServerError(f"No server answers at {url}: the connection was refused.", UNSET_HINT)
    if _find(error, httpx2.TimeoutException):
        return ServerError(f"The server at {url} did not answer in time.", UNSET_HINT)
    if protocol := _find(error, MCPError):
        return _explain_protocol(protocol, url)
    if _find(error, ValidationError):
        return ServerError(f"The server at {url} does not follow the MCP protocol.", detail=_words(error))
    if broken := _find(error, httpx2.TransportError):
        return ServerError(f"The connection to {url} broke.", UNSET_HINT, detail=_words(broken))
    return ServerError(f"The connection to {url} failed.", UNSET_HINT, detail=_words(error))


def request_failure(error: BaseException) -> ServerError:
    """What a failed request means, from what the SDK raised for it."""
    if isinstance(error, ServerError):
        return error
    if isinstance(error, MCPError):
        words = too_large().message if TOO_LARGE_EVENT in str(error) else _words(error)
        if error.code == CONNECTION_CLOSED:
            return ConnectionLostError(words or "The connection closed.")
        return RequestFailedError(words or f"The server answered with error {error.code}.")
    if isinstance(error, ValidationError):
        return RequestFailedError("The server's answer does not follow the MCP protocol.", detail=_words(error))
    return RequestFailedError(_words(error) or type(error).__name__)


def _explain_protocol(error: MCPError, url: str) -> ServerError:
    if error.code == CONNECTION_CLOSED:
        return ServerError(f"The server at {url} closed the connection.", UNSET_HINT, detail=_words(error))
    return ServerError(f"The server at {url} refused to connect: {_words(error)}", detail=f"error {error.code}")


def _words(error: BaseException) -> str:
    return sanitize(str(error)[:DETAIL_LIMIT])


def _find(error: BaseException, kind: type[_Error]) -> _Error | None:
    """The first error of this kind among an error, its causes and the members of its groups."""
    return next((found for found in _family(error) if isinstance(found, kind)), None)


def _family(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    seen: set[int] = set()
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        if isinstance(current, BaseExceptionGroup):
            for member in cast("BaseExceptionGroup[BaseException]", current).exceptions:
                yield from _family(member)
        current = current.__cause__ or current.__context__
