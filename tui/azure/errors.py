"""What went wrong at the endpoint, in one plain sentence, with what to do about it.

Codes and wordings are those that Azure OpenAI answers with. An exception of the client library carries the request with
the key in its headers, so nothing of it is passed on but the service's own words, cleaned.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import httpx2
from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError

from tui.azure.network_errors import TRY_AGAIN, cause_text, connection_words, timeout_words
from tui.core.errors import ModelError
from tui.core.text import sanitize

_WORDS_LIMIT = 400
_SECRET_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Deployment:
    """Which deployment was asked; the secret is only kept out of texts, never shown."""

    host: str
    name: str
    secret: str = field(repr=False)

    def clean(self, text: str) -> str:
        """Text of the service made fit for a person: one line, harmless, of bounded length, without the key."""
        text = " ".join(self._hide(sanitize(text)).split())
        return text if len(text) <= _WORDS_LIMIT else text[: _WORDS_LIMIT - 1] + "…"

    def _hide(self, text: str) -> str:
        # A shorter one is a placeholder, and part of ordinary words.
        return text.replace(self.secret, "•••") if len(self.secret) >= _SECRET_LENGTH else text


def model_error(error: Exception, deployment: Deployment) -> ModelError:
    """The exception as words for a person; `detail` holds status, code and Azure's request id where there are any."""
    if isinstance(error, APIStatusError):
        message, hint = _status_words(error, deployment)
        return ModelError(message, hint, detail=_status_detail(error, deployment))
    if isinstance(error, APITimeoutError | httpx2.TimeoutException):
        message, hint = timeout_words(error, deployment.host)
    elif isinstance(error, APIConnectionError | httpx2.HTTPError | httpx2.StreamError):
        message, hint = connection_words(error, deployment.host)
    elif isinstance(error, APIError):
        words = deployment.clean(error.message)
        return ModelError(f"Azure broke off the answer: {words}", TRY_AGAIN, detail=_code(error, deployment))
    elif isinstance(error, httpx2.InvalidURL):
        message, hint = "The endpoint is not a valid address.", "Check AZURE_OPENAI_ENDPOINT."
    else:
        message = "The endpoint sent something that is not a chat answer."
        hint = f"{TRY_AGAIN} If it stays, check that AZURE_OPENAI_ENDPOINT is your Azure OpenAI resource."
    return ModelError(message, hint, detail=deployment.clean(cause_text(error)))


def _status_words(error: APIStatusError, deployment: Deployment) -> tuple[str, str]:
    match error.status_code:
        case 400:
            return _bad_request_words(error, deployment)
        case 401 | 403:
            return _access_words(error, deployment)
        case 404:
            return _not_found_words(error, deployment)
        case 408:
            return "Azure gave up waiting for the request.", TRY_AGAIN
        case 413:
            return (
                "The conversation is too large to send.",
                "Start a new conversation, or lower MAX_CONVERSATION_LENGTH.",
            )
        case 429:
            return _rate_words(error, deployment)
        case status if status >= 500:
            return f"Azure OpenAI had a problem of its own (HTTP {status}).", TRY_AGAIN
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
        return "Too many requests or tokens a minute for this deployment.", TRY_AGAIN
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


def _mapping(value: object) -> Mapping[str, object]:
    return cast(Mapping[str, object], value) if isinstance(value, Mapping) else {}
