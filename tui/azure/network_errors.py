"""What went wrong on the way to the endpoint. The reason is only in the causes behind the client's exception."""

import socket
import ssl
from collections.abc import Iterator
from typing import cast

import httpx2

TRY_AGAIN = "Send the message again in a moment."

_CHECK_NETWORK = "Check your network, VPN or proxy, and AZURE_OPENAI_ENDPOINT."


def timeout_words(error: Exception, host: str) -> tuple[str, str]:
    """A timeout as a sentence and a hint; the seconds are those of the client's settings."""
    if any(isinstance(cause, httpx2.ConnectTimeout) for cause in _causes(error)):
        return f"{host} could not be reached within 10 seconds.", _CHECK_NETWORK
    if any(isinstance(cause, httpx2.ReadTimeout) for cause in _causes(error)):
        return "Azure fell silent: nothing came for 60 seconds.", TRY_AGAIN
    return "The request took too long to send.", _CHECK_NETWORK


def connection_words(error: Exception, host: str) -> tuple[str, str]:
    """Why a connection failed or broke, as a sentence and a hint."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return (
                    f"{host} shows a certificate that this computer does not trust.",
                    "A company proxy may be in between: point SSL_CERT_FILE to its certificate.",
                )
            case ssl.SSLError():
                return f"No secure connection to {host} could be made.", _CHECK_NETWORK
            case socket.gaierror():
                return (
                    f"There is no host {host}, as far as this computer's name service knows.",
                    "Check AZURE_OPENAI_ENDPOINT for a typing mistake, and your network.",
                )
            case ConnectionRefusedError():
                return f"{host} refused the connection.", _CHECK_NETWORK
            case httpx2.ProxyError():
                return "The proxy did not let the request through.", "Check HTTPS_PROXY and NO_PROXY."
            case httpx2.ConnectError():
                return f"{host} cannot be reached.", _CHECK_NETWORK
            case httpx2.TooManyRedirects():
                return f"{host} sends requests in a circle.", "Check AZURE_OPENAI_ENDPOINT."
            case _:
                continue
    return "The connection to Azure broke before the answer was complete.", TRY_AGAIN


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exceptions behind an exception, the innermost first, since it names the reason."""
    inner: list[BaseException] = []
    if isinstance(error, BaseExceptionGroup):
        inner.extend(cast("BaseExceptionGroup[BaseException]", error).exceptions)
    if cause := error.__cause__ or error.__context__:
        inner.append(cause)
    for each in inner:
        yield from _causes(each)
    yield error


def cause_text(error: BaseException) -> str:
    """The innermost cause as it names itself."""
    cause = next(_causes(error))
    return f"{type(cause).__name__}: {cause}"
