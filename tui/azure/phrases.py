"""Sentences and their pieces that tell failures; each pair is what happened and what to do."""

from typing import TypeAlias

from tui.azure.destination import Destination
from tui.azure.failure import Failure
from tui.azure.fields import items, mapping
from tui.core.text import sanitize

SEND_AGAIN = "Send the message again"

Words: TypeAlias = tuple[str, str]

_MINUTES_FROM_SECONDS = 600


def too_long_words(failure: Failure) -> Words:
    """The messages do not fit."""
    subject = "too large to send" if failure.status == 413 else "too long for this model"
    return f"The conversation is {subject}.", "Start a new conversation, or lower MAX_CONVERSATION_LENGTH."


def filter_words(failure: Failure, destination: Destination) -> Words:
    """The 400 of the prompt filter; the result is in `content_filter_result`, in some versions in the plural, and in
    `content_filters` on the Responses API.
    """
    inner = mapping(failure.body.get("innererror"))
    results = [mapping(inner.get("content_filter_result") or inner.get("content_filter_results"))]
    results += [mapping(mapping(e).get("content_filter_results")) for e in items(failure.body.get("content_filters"))]
    hits = [name for result in results for name, verdict in result.items() if mapping(verdict).get("filtered") is True]
    because = f" ({sanitize(', '.join(dict.fromkeys(hits))).replace('_', ' ')})" if hits else ""
    whose = "Azure's content filter" if destination.endpoint.kind != "compatible" else "The service's content filter"
    return f"{whose} held the conversation back{because}.", "Say it in other words, or start a new conversation."


def hint_while_retrying(hint: str) -> str:
    """The hint, unless it asks for what is being done anyway."""
    return "" if hint.startswith(SEND_AGAIN) else hint


def no_responses_words(destination: Destination) -> Words:
    """The model is sent over to an API that is not there."""
    return (
        f"The model behind “{destination.deployment}” needs the Responses API, "
        f"which {destination.endpoint.host} does not offer.",
        f"It was looked for at {destination.endpoint.v1_url}/responses; "
        f"check {destination.endpoint.setting}, or use another model.",
    )


def not_found_words(failure: Failure, destination: Destination) -> Words:
    """The 404 of a deployment that is not there, or of an address that is not."""
    endpoint, noun = destination.endpoint, destination.deployment_noun
    if failure.names_deployment:
        patience = "; a deployment made minutes ago may need a little longer" if noun == "deployment" else ""
        return (
            f"There is no {noun} “{destination.deployment}” on {endpoint.host}.",
            f"Check {destination.deployment_setting}{patience}.",
        )
    others = {"classic": " and AZURE_OPENAI_API_VERSION", "v1": "", "compatible": ": it mostly ends in /v1"}
    retired = "; the model may also have been retired" if endpoint.kind != "compatible" else ""
    return f"{endpoint.host} does not know this address.", f"Check {endpoint.setting}{others[endpoint.kind]}{retired}."


def page_words(failure: Failure, destination: Destination) -> Words:
    """Something on the way answered with HTML."""
    return (
        f"{destination.endpoint.host} answered with a web page instead of an API's answer (HTTP {failure.status}).",
        f"A proxy or firewall may be in between; check HTTPS_PROXY, and {destination.endpoint.setting}.",
    )


def key_hint(destination: Destination) -> str:
    """Where to look when the key is refused."""
    if destination.endpoint.kind == "compatible":
        return f"Check {destination.key_setting}."
    return "Check AZURE_OPENAI_API_KEY and AZURE_OPENAI_ENDPOINT: they must be of the same resource."


def expected(destination: Destination) -> str:
    """What the endpoint should lead to."""
    return "an OpenAI-compatible API" if destination.endpoint.kind == "compatible" else "your Azure OpenAI resource"


def short(destination: Destination) -> str:
    """The service's name where it comes a second time in a sentence."""
    return "Azure" if destination.endpoint.kind != "compatible" else destination.endpoint.service


def duration(seconds: float) -> str:
    """A wait in words: "1 second", "7 seconds", "20 minutes"."""
    if seconds >= _MINUTES_FROM_SECONDS:
        return f"{-(-int(seconds) // 60)} minutes"
    whole = max(1, -int(-seconds // 1))
    return "1 second" if whole == 1 else f"{whole} seconds"
