"""What went wrong at the endpoint, in one plain sentence, with what to do about it.

Codes and wordings are those that Azure OpenAI answers with. An exception of the client library carries the request with
the key in its headers, so nothing of it is passed on but the service's own words, cleaned.
"""

import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

import httpx2
from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError

from tui.core.errors import ModelError
from tui.core.text import sanitize

_WORDS_LIMIT = 400
_TRY_AGAIN = "Send the message again in a moment."
_CHECK_NETWORK = "Check your network, VPN or proxy, and AZURE_OPENAI_ENDPOINT."


@dataclass(frozen=True, slots=True)
class Deployment:
    """Which deployment was asked; the secret is only kept out of texts, never shown."""

    host: str
    name: str
    secret: str = field(repr=False)

    def clean(self, text: str) -> str:
        """Text of the service made fit for a person: one line, harmless, of bounded length, without the key."""
        text = " ".join(sanitize(text).replace(self.secret, "•••").split())
        return text if len(text) <= _WORDS_LIMIT else text[: _WORDS_LIMIT - 1] + "…"


def model_error(error: Exception, deployment: Deployment) -> ModelError:
    """The exception as words for a person; `detail` holds status, code and Azure's request id where there are any."""
    if isinstance(error, APIStatusError):
        message, hint = _status_words(error, deployment)
        return ModelError(message, hint, detail=_status_detail(error, deployment))
    if isinstance(error, APITimeoutError | httpx2.TimeoutException):
        message, hint = _timeout_words(error, deployment.host)
    elif isinstance(error, APIConnectionError | httpx2.HTTPError | httpx2.StreamError):
        message, hint = _connection_words(error, deployment.host)
    elif isinstance(error, APIError):
        words = deployment.clean(error.message)
        return ModelError(f"Azure broke off the answer: {words}", _TRY_AGAIN, detail=_code(error, deployment))
    elif isinstance(error, httpx2.InvalidURL):
        message, hint = "The endpoint is not a valid address.", "Check AZURE_OPENAI_ENDPOINT."
    else:
        message = "The endpoint sent something that is not a chat answer."
        hint = f"{_TRY_AGAIN} If it stays, check that AZURE_OPENAI_ENDPOINT is your Azure OpenAI resource."
    return ModelError(message, hint, detail=deployment.clean(_cause_text(error)))


# --- the service refused --------------------------------------------------------------------------------------------


def _status_words(error: APIStatusError, deployment: Deployment) -> tuple[str, str]:
    match error.status_code:
        case 400:
            return _bad_request_words(error, deployment)
        case 401 | 403:
            return _access_words(error, deployment)
        case 404:
            return _not_found_words(error, deployment)
        case 408:
            return "Azure gave up waiting for the request.", _TRY_AGAIN
        case 413:
            return (
                "The conversation is too large to send.",
                "Start a new conversation, or lower MAX_CONVERSATION_LENGTH.",
            )
        case 429:
            return _rate_words(error, deployment)
        case status if status >= 500:
            return f"Azure OpenAI had a problem of its own (HTTP {status}).", _TRY_AGAIN
        case status:
            return (
                f"Azure refused the request (HTTP {status}): {_words(error, deployment)}",
                "Check AZURE_OPENAI_ENDPOINT.",
            )


def _access_words(error: APIStatusError, deployment: Deployment) -> tuple[str, str]:
    words = _words(error, deployment)
    if error.code == "AuthenticationTypeDisabled":
        return (
            "This resource does not accept API keys.",
            "Allow key access for the resource in the Azure portal, or use another resource.",
        )
    if error.status_code == 401 and error.code == "PermissionDenied":
        return (
            f"Azure knows you, but you may not use this resource: {words}",
            "Ask for the role “Cognitive Services OpenAI User” on the resource.",
        )
    if error.status_code == 401:
        return (
            "Azure did not accept the API key for this endpoint.",
            "Check AZURE_OPENAI_API_KEY and AZURE_OPENAI_ENDPOINT: they must be of the same resource.",
        )
    return (
        f"Azure refused access: {words}",
        "A firewall or network rule of the resource may keep you out, or the subscription is suspended.",
    )


def _not_found_words(error: APIStatusError, deployment: Deployment) -> tuple[str, str]:
    if error.code == "DeploymentNotFound" or "deployment" in _words(error, deployment).lower():
        return (
            f"There is no deployment “{deployment.name}” on {deployment.host}.",
            "Check AZURE_OPENAI_DEPLOYMENT; a deployment made minutes ago may need a little longer.",
        )
    return (
        f"{deployment.host} does not know this address.",
        "Check AZURE_OPENAI_ENDPOINT and AZURE_OPENAI_API_VERSION; the model may also have been retired.",
    )


def _bad_request_words(error: APIStatusError, deployment: Deployment) -> tuple[str, str]:
    words = _words(error, deployment)
    if error.code == "content_filter":
        return _filter_words(error)
    if error.code == "context_length_exceeded":
        return (
            "The conversation is too long for this model.",
            "Start a new conversation, or lower MAX_CONVERSATION_LENGTH.",
        )
    if "/v1/responses" in words or (error.code == "OperationNotSupported" and "chatCompletion" in words):
        return (
            f"The model behind “{deployment.name}” cannot be used through Chat Completions with tools.",
            "Set AZURE_OPENAI_DEPLOYMENT to a deployment of another model.",
        )
    if "unknown parameter" in words.lower() or "unrecognized request argument" in words.lower():
        return (
            f"This API version does not know a part of the request: {words}",
            "Set AZURE_OPENAI_API_VERSION to 2024-10-21 or newer.",
        )
    return f"Azure refused the request: {words}", "The words are the service's own; the detail has its request id."


def _filter_words(error: APIStatusError) -> tuple[str, str]:
    """The 400 of the prompt filter; the result is in `content_filter_result`, in some versions in the plural."""
    inner = _mapping(_mapping(error.body).get("innererror"))
    result = _mapping(inner.get("content_filter_result") or inner.get("content_filter_results"))
    hits = [name for name, verdict in result.items() if _mapping(verdict).get("filtered") is True]
    because = f" ({sanitize(', '.join(hits)).replace('_', ' ')})" if hits else ""
    return (
        f"Azure's content filter held the conversation back{because}.",
        "Say it in other words, or start a new conversation.",
    )


def _rate_words(error: APIStatusError, deployment: Deployment) -> tuple[str, str]:
    seconds = _retry_seconds(error, deployment)
    if error.code == "insufficient_quota":
        return "The quota of this subscription is used up.", "Ask for more quota in the Azure portal."
    if seconds is None:
        return "Too many requests or tokens a minute for this deployment.", _TRY_AGAIN
    if seconds >= 3600:
        return (
            "This one request is larger than the deployment's tokens a minute.",
            "Start a new conversation, or raise the deployment's limit in the Azure portal.",
        )
    unit = "second" if seconds == 1 else "seconds"
    return (
        f"Too many requests or tokens a minute for this deployment; Azure asks to wait {seconds} {unit}.",
        f"Send the message again in {seconds} {unit}, or raise the deployment's limit.",
    )


def _retry_seconds(error: APIStatusError, deployment: Deployment) -> int | None:
    headers = error.response.headers
    for text, per_second in ((headers.get("retry-after-ms", ""), 1000), (headers.get("retry-after", ""), 1)):
        if text.isascii() and text.isdigit() and len(text) < 10:
            return -(-int(text) // per_second)
    named = re.search(r"after (\d{1,9}) ?(?:s\b|second)", _words(error, deployment))
    return int(named[1]) if named else None


def _status_detail(error: APIStatusError, deployment: Deployment) -> str:
    headers = error.response.headers
    named = [(name, headers.get(name, "")) for name in ("apim-request-id", "x-ms-region")]
    parts = [f"HTTP {error.status_code}", _code(error, deployment)]
    parts += [f"{name} {deployment.clean(value)}" for name, value in named if value]
    return " · ".join(part for part in parts if part)


def _code(error: APIError, deployment: Deployment) -> str:
    return deployment.clean(error.code) if error.code else ""


def _words(error: APIError, deployment: Deployment) -> str:
    """The service's own sentence; pages of proxies are not worth quoting."""
    message = _mapping(error.body).get("message")
    if isinstance(message, str) and message.strip():
        return deployment.clean(message)
    return "it gave no reason."


# --- the network ----------------------------------------------------------------------------------------------------


def _timeout_words(error: Exception, host: str) -> tuple[str, str]:
    if any(isinstance(cause, httpx2.ConnectTimeout) for cause in _causes(error)):
        return f"{host} could not be reached within 10 seconds.", _CHECK_NETWORK
    if any(isinstance(cause, httpx2.ReadTimeout) for cause in _causes(error)):
        return "Azure fell silent: nothing came for 60 seconds.", _TRY_AGAIN
    return "The request took too long to send.", _CHECK_NETWORK


def _connection_words(error: Exception, host: str) -> tuple[str, str]:
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
    return "The connection to Azure broke before the answer was complete.", _TRY_AGAIN


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


def _cause_text(error: BaseException) -> str:
    cause = next(_causes(error))
    return f"{type(cause).__name__}: {cause}"


def _mapping(value: object) -> Mapping[str, object]:
    return cast(Mapping[str, object], value) if isinstance(value, Mapping) else {}
