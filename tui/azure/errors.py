"""What went wrong at the endpoint, in one plain sentence, with what to do about it.

Codes and wordings are those that Azure OpenAI answers with. An exception of the client library carries the request with
the key in its headers, so nothing of it is passed on but the service's own words, cleaned.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import httpx2
from openai import APIConnectionError, APITimeoutError

from tui.azure.adapting import needs_responses
from tui.azure.destination import Destination
from tui.azure.failure import Failure
from tui.azure.field_names import without_variables
from tui.azure.network_errors import TRY_AGAIN, cause_text, connection_words, timeout_words
from tui.azure.phrases import (
    SEND_AGAIN,
    Words,
    duration,
    expected,
    filter_words,
    key_hint,
    no_responses_words,
    not_found_words,
    page_words,
    short,
    too_long_words,
)
from tui.azure.retrying import asked_wait
from tui.core.errors import ContextTooLongError, ModelError
from tui.core.text import sanitize

_WORDS_LIMIT = 400
_SECRET_LENGTH = 8
_TOO_LARGE_SECONDS = 3600
"""Azure names a wait of a day when one request alone exceeds the deployment's tokens a minute."""

Stage: TypeAlias = Literal["address", "sign_in", "deployment", "request"]
"""How far a request came: to no service, not past the sign-in, to no deployment, or to the deployment."""


class EndpointError(ModelError):
    """A request failed; `stage` is how far it came: what had to be passed before it is in order."""

    def __init__(self, message: str, hint: str = "", *, detail: str = "", stage: Stage = "request") -> None:
        super().__init__(message, hint, detail=detail)
        self.stage: Stage = stage


@dataclass(frozen=True, slots=True)
class Wording:
    """Tells failures of one deployment; `secrets` are only kept out of texts, never shown."""

    destination: Destination
    secrets: Callable[[], tuple[str, ...]] = field(repr=False)

    def clean(self, text: str) -> str:
        """Text of the service made fit for a person: one line, harmless, of bounded length, without the key."""
        text = sanitize(text)
        for secret in self.secrets():
            # A shorter one is a placeholder, and part of ordinary words.
            text = text.replace(secret, "•••") if len(secret) >= _SECRET_LENGTH else text
        text = " ".join(text.split())
        return text if len(text) <= _WORDS_LIMIT else text[: _WORDS_LIMIT - 1] + "…"

    def error(self, failure: Failure, *, sent_over: bool = False) -> ModelError:
        """The failure as words for a person; `detail` holds status, code, request id and region where there are any.

        `sent_over`: the request went to the Responses API only because Chat Completions refused it.
        """
        if failure.too_long:
            message, hint = too_long_words(failure)
            return ContextTooLongError(message, hint, detail=self._detail(failure))
        missing = sent_over and failure.status in (404, 405) and not failure.names_deployment
        message, hint = no_responses_words(self.destination) if missing else self._words(failure)
        if self.destination.saved and (reworded := without_variables(hint)) != hint:
            hint = f"{reworded} /connect changes what was saved."
        return EndpointError(message, hint, detail=self._detail(failure), stage=_stage(failure))

    def _words(self, failure: Failure) -> Words:
        endpoint = self.destination.endpoint
        if failure.status:
            return self._status_words(failure)
        if failure.told:
            return self._broken_off_words(failure)
        if isinstance(failure.error, APITimeoutError | httpx2.TimeoutException):
            return timeout_words(failure.error, endpoint)
        if isinstance(failure.error, httpx2.InvalidURL | httpx2.UnsupportedProtocol):
            return "The endpoint is not a valid address.", f"Check {endpoint.setting}."
        if isinstance(failure.error, APIConnectionError | httpx2.HTTPError | httpx2.StreamError):
            return connection_words(failure.error, endpoint)
        return (
            "The endpoint sent something that is not a chat answer.",
            f"{TRY_AGAIN} If it stays, check that {endpoint.setting} leads to {expected(self.destination)}.",
        )

    def _broken_off_words(self, failure: Failure) -> Words:
        """An error in the middle of a stream."""
        if failure.held_back:
            return filter_words(failure, self.destination)
        if failure.code == "rate_limit_exceeded":
            return self._rate_words(failure)
        return f"{self.destination.endpoint.service} broke off the answer: {self._said(failure)}", TRY_AGAIN

    def _status_words(self, failure: Failure) -> Words:
        endpoint = self.destination.endpoint
        match failure.status:
            case 200 | 400 | 405 | 409 | 415 | 422 | 501 if failure.is_page:
                return page_words(failure, self.destination)
            case 400 | 422:
                return self._bad_request_words(failure)
            case 401 | 403:
                return self._access_words(failure)
            case 404:
                return not_found_words(failure, self.destination)
            case 407:
                return "The proxy wants a name and a password.", "Put them into HTTPS_PROXY, or check NO_PROXY."
            case 408:
                return f"{endpoint.service} gave up waiting for the request.", TRY_AGAIN
            case 409:
                return f"{endpoint.service} could not take the request just now: {self._said(failure)}", TRY_AGAIN
            case 429:
                return self._rate_words(failure)
            case status if 300 <= status < 400:
                return (
                    f"{endpoint.host} sends requests on to another address (HTTP {status}).",
                    f"Set {endpoint.setting} to that address itself; a login page of a proxy may also be in between.",
                )
            case status if status >= 500:
                return f"{endpoint.service} had a problem of its own (HTTP {status}).", TRY_AGAIN
            case status:
                return (
                    f"{endpoint.service} refused the request (HTTP {status}): {self._said(failure)}",
                    f"Check {endpoint.setting}.",
                )

    def _access_words(self, failure: Failure) -> Words:
        destination = self.destination
        service = destination.endpoint.service
        if failure.is_page and failure.status == 403:
            return page_words(failure, destination)
        if failure.code == "AuthenticationTypeDisabled":
            return (
                "This resource does not accept API keys.",
                "Sign in with Microsoft Entra ID (AZURE_OPENAI_AUTH=entra), or allow key access in the Azure portal.",
            )
        if failure.status == 401 and failure.code == "PermissionDenied":
            return (
                f"Azure knows you, but you may not use this resource: {self._said(failure)}",
                "Ask for the role “Cognitive Services OpenAI User” on the resource.",
            )
        if failure.status == 401 and destination.entra:
            return (
                f"{service} did not accept the sign-in with Microsoft Entra ID.",
                "A token may have expired: check AZURE_OPENAI_AD_TOKEN, or run “az login” again.",
            )
        if failure.status == 401:
            return f"{service} did not accept the API key for this endpoint.", key_hint(destination)
        if destination.endpoint.kind == "compatible":
            return f"{service} refused access: {self._said(failure)}", f"Check {destination.key_setting}."
        return (
            f"Azure refused access: {self._said(failure)}",
            "A firewall or network rule of the resource may keep you out, or the subscription is suspended.",
        )

    def _bad_request_words(self, failure: Failure) -> Words:
        destination, words = self.destination, self._said(failure)
        if failure.held_back:
            return filter_words(failure, destination)
        if needs_responses(failure):
            return (
                f"The model behind “{destination.deployment}” cannot be used through Chat Completions with tools.",
                f"Set {destination.deployment_setting} to a deployment of another model, or ask the v1 API.",
            )
        known = ("unknown parameter", "unrecognized request argument")
        if destination.endpoint.kind == "classic" and any(each in words.lower() for each in known):
            return (
                f"This API version does not know a part of the request: {words}",
                "Set AZURE_OPENAI_API_VERSION to 2024-10-21 or newer.",
            )
        if "api version" in words.lower() or "api-version" in words.lower():
            return (
                f"The API version is not one that the service knows: {words}",
                "Set AZURE_OPENAI_API_VERSION to 2024-10-21, or leave it out.",
            )
        return (
            f"{destination.endpoint.service} refused the request: {words}",
            "The words are the service's own; its support can tell more by the request id.",
        )

    def _rate_words(self, failure: Failure) -> Words:
        noun = self.destination.deployment_noun
        wait = asked_wait(failure)
        if failure.code == "insufficient_quota":
            where = "in the Azure portal" if self.destination.endpoint.kind != "compatible" else "from the service"
            return "The quota of this subscription is used up.", f"Ask for more quota {where}."
        if wait is None:
            return f"Too many requests or tokens a minute for this {noun}.", TRY_AGAIN
        if wait >= _TOO_LARGE_SECONDS:
            return (
                f"This one request is larger than the {noun}'s tokens a minute.",
                "Start a new conversation, or raise the deployment's limit in the Azure portal.",
            )
        seconds = duration(wait)
        return (
            f"Too many requests or tokens a minute for this {noun}; {short(self.destination)} asks to wait {seconds}.",
            f"{SEND_AGAIN} in {seconds}, or raise the {noun}'s limit.",
        )

    def _detail(self, failure: Failure) -> str:
        if failure.told:
            parts = [f"HTTP {failure.status}" * bool(failure.status), self.clean(failure.code)]
        else:
            parts = [self.clean(cause_text(failure.error))]
        named = [(name, failure.headers.get(name, "")) for name in ("apim-request-id", "x-request-id", "x-ms-region")]
        parts += [f"{name} {self.clean(value)}" for name, value in named if value]
        return " · ".join(part for part in parts if part)

    def _said(self, failure: Failure) -> str:
        """The service's own sentence, cleaned; pages of proxies are not worth quoting."""
        return self.clean(failure.message) or "it gave no reason."


def _stage(failure: Failure) -> Stage:
    match failure.status:
        case 401 | 403:
            return "sign_in"
        case 404:
            return "deployment" if failure.names_deployment else "sign_in"
        case status if not failure.told or status in (200, 407) or 300 <= status < 400:
            return "address"
        case _:
            return "request"
