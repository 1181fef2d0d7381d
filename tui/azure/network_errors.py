"""What went wrong on the way to the endpoint. The reason is only in the causes behind the client's exception."""

import socket
import ssl
from collections.abc import Iterator
from typing import cast

import httpx2

from tui.azure.endpoint import Endpoint
from tui.azure.phrases import SEND_AGAIN

TRY_AGAIN = f"{SEND_AGAIN} in a moment."


def timeout_words(error: Exception, endpoint: Endpoint) -> tuple[str, str]:
    """A timeout as a sentence and a hint; the seconds are those of the client's settings."""
    if any(isinstance(cause, httpx2.ConnectTimeout) for cause in causes(error)):
        return f"{endpoint.host} could not be reached within 10 seconds.", _check_network(endpoint)
    if any(isinstance(cause, httpx2.ReadTimeout) for cause in causes(error)):
        return f"{endpoint.service} fell silent.", TRY_AGAIN
    return "The request took too long to send.", _check_network(endpoint)


def connection_words(error: Exception, endpoint: Endpoint) -> tuple[str, str]:
    """Why a connection failed or broke, as a sentence and a hint."""
    host = endpoint.host
    for cause in causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return (
                    f"{host} shows a certificate that this computer does not trust.",
                    "A company proxy may be in between: point SSL_CERT_FILE to its certificate.",
                )
            case ssl.SSLError():
                return f"No secure connection to {host} could be made.", _check_network(endpoint)
            case socket.gaierror():
                return (
                    f"There is no host {host}, as far as this computer's name service knows.",
                    f"Check {endpoint.setting} for a typing mistake, and your network.",
                )
            case ConnectionRefusedError():
                return f"{host} refused the connection.", _refused_hint(endpoint)
            case httpx2.ProxyError():
                return "The proxy did not let the request through.", "Check HTTPS_PROXY and NO_PROXY."
            case httpx2.ConnectError():
                return f"{host} cannot be reached.", _check_network(endpoint)
            case httpx2.TooManyRedirects():
                return f"{host} sends requests in a circle.", f"Check {endpoint.setting}."
            case _:
                continue
    return f"The connection to {endpoint.service} broke before the answer was complete.", TRY_AGAIN


def causes(error: BaseException) -> Iterator[BaseException]:
    """The exceptions behind an exception, the innermost first, since it names the reason."""
    inner: list[BaseException] = []
    if isinstance(error, BaseExceptionGroup):
        inner.extend(cast("BaseExceptionGroup[BaseException]", error).exceptions)
    if cause := error.__cause__ or error.__context__:
        inner.append(cause)
    for each in inner:
        yield from causes(each)
    yield error


def cause_text(error: BaseException) -> str:
    """The innermost cause as it names itself."""
    cause = next(causes(error))
    return f"{type(cause).__name__}: {cause}"


def _check_network(endpoint: Endpoint) -> str:
    return f"Check your network, VPN or proxy, and {endpoint.setting}."


def _refused_hint(endpoint: Endpoint) -> str:
    if endpoint.is_loopback:
        return f"Start the program that should listen there, or check {endpoint.setting}."
    return _check_network(endpoint)
