"""What to change in a request that a deployment refused, so that it is accepted: told in words, and learnt.

The wordings are those of the service's own 400 answers, and of servers with the same API.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tui.azure.bodies import Body
from tui.azure.destination import Destination
from tui.azure.failure import Failure
from tui.azure.quirks import Terms
from tui.core.events import Api
from tui.core.ports import AdaptedPart

_ONLY_RESPONSES = re.compile(r"v1/responses")
_ONLY_CHAT = re.compile(r"responses? (?:api|operation|endpoint)|/responses|v1/chat/completions", re.I)
_REFUSES = re.compile(
    r"unknown|unrecogni[sz]ed|unsupported|only supported|unexpected|invalid|extra"
    r"|not (?:supported|permitted|allowed|available|enabled|accepted)"
    r"|(?:doesn't|do not|does not) (?:support|work|accept|allow)",
    re.I,
)
_IMAGES = re.compile(r"image|vision|multimodal", re.I)
_NO_TOOLS = re.compile(r"\b(?:tools?|functions?|tool calling|function calling)\b", re.I)
_TOOL_INDEX = re.compile(r"\btools\[(\d{1,4})\]")
_TOOL_NAME = re.compile(r"(?:for|in) function '([^']{1,64})'")
_ITEMS = re.compile(r"encrypted content .*could not|item with id .* not found|without its required", re.I | re.S)
_ALWAYS_SENT = ("model", "messages", "input", "stream", "tools", "instructions", "store")
_OPTIONAL_WORDS = {
    "stream_options": "tokens are not counted",
    "include": "the model's thoughts are not carried over from request to request",
    "reasoning": "there are no summaries of the model's thoughts",
    "tool_choice": "the model alone decides whether it calls tools",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What is different from now on, and how that is told."""

    terms: Terms
    told: AdaptedPart


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that was refused. `tried` are the APIs that were refused before in this round."""

    failure: Failure
    body: Body
    terms: Terms
    destination: Destination
    clean: Callable[[str], str]
    tried: frozenset[Api]


def change(refused: Refused) -> Change | None:
    """The change that may help; None when the refusal has to stand."""
    failure = refused.failure
    if failure.held_back or failure.too_long or failure.status not in (400, 404, 405, 415, 422, 501):
        return None
    rules = (_leave_items_out, _other_api, _set_tool_aside, _leave_images_out, _drop_parameter, _drop_tools)
    for rule in rules:
        if found := rule(refused):
            return found
    return None


def needs_responses(failure: Failure) -> bool:
    """Whether the model cannot be asked like this through Chat Completions."""
    if failure.status not in (400, 404):
        return False
    by_code = failure.code == "OperationNotSupported" and "chatcompletion" in failure.message.lower()
    return by_code or bool(_ONLY_RESPONSES.search(failure.message))


def _needs_chat(failure: Failure) -> bool:
    """Whether there is no Responses API here, or not for this model."""
    if failure.status in (405, 501):
        return True
    if failure.status == 404 and not failure.names_deployment:
        return True
    return failure.code == "OperationNotSupported" or bool(
        _ONLY_CHAT.search(failure.message) and _REFUSES.search(failure.message)
    )


def _other_api(refused: Refused) -> Change | None:
    name = refused.destination.deployment
    if refused.body.api == "chat" and needs_responses(refused.failure):
        other, told = "responses", f"The model behind “{name}” is asked through the Responses API from now on."
    elif refused.body.api == "responses" and _needs_chat(refused.failure):
        other, told = "chat", f"“{name}” has no Responses API, so it is asked through Chat Completions from now on."
    else:
        return None
    if other in refused.tried:
        return None
    quirks = replace(refused.terms.quirks, api=other)
    return Change(replace(refused.terms, quirks=quirks), AdaptedPart(told))


def _leave_items_out(refused: Refused) -> Change | None:
    failure = refused.failure
    gone = failure.code == "invalid_encrypted_content" or _ITEMS.search(failure.message)
    if not gone or not refused.body.item_ids:
        return None
    items = refused.terms.refused_items | refused.body.item_ids
    told = "The service no longer takes back the model's earlier thoughts, so the conversation goes on without them."
    return Change(replace(refused.terms, refused_items=items), AdaptedPart(told))


def _set_tool_aside(refused: Refused) -> Change | None:
    failure, names = refused.failure, tuple(refused.body.tools)
    name = _tool_named(failure.param, names) or _tool_named(failure.message, names)
    if not name:
        return None
    reason = refused.clean(failure.message)
    set_aside = {**refused.terms.set_aside, refused.body.tools[name]: f"The service refused it: {reason}"}
    told = AdaptedPart(
        f"The tool “{name}” is left out, because the service refused it: {reason}",
        "Its server should describe its parameters differently; the Tools tab shows what was sent.",
    )
    return Change(replace(refused.terms, set_aside=set_aside), told)


def _tool_named(words: str, names: Sequence[str]) -> str:
    if (place := _TOOL_INDEX.search(words)) and int(place[1]) < len(names):
        return names[int(place[1])]
    named = _TOOL_NAME.search(words)
    return named[1] if named and named[1] in names else ""


def _leave_images_out(refused: Refused) -> Change | None:
    failure = refused.failure
    if not refused.body.has_images or not (_IMAGES.search(f"{failure.param} {failure.message}")):
        return None
    quirks = replace(refused.terms.quirks, images=False)
    told = AdaptedPart("The model does not take images, so those of tools are left out from now on.")
    return Change(replace(refused.terms, quirks=quirks), told)


def _drop_parameter(refused: Refused) -> Change | None:
    sent = [name for name in refused.body.json if name not in _ALWAYS_SENT]
    name = _parameter_named(refused.failure, sent)
    if not name:
        return None
    effect = f"; {_OPTIONAL_WORDS[name]}" if name in _OPTIONAL_WORDS else ""
    told = AdaptedPart(
        f"The {refused.destination.deployment_noun} does not accept “{name}”, so it is left out from now on{effect}."
    )
    return Change(_without(refused.terms, name), told)


def _parameter_named(failure: Failure, sent: Sequence[str]) -> str:
    head = re.split(r"[.\[]", failure.param, maxsplit=1)[0]
    if head in sent:
        return head
    if not _REFUSES.search(f"{failure.code} {failure.message}"):
        return ""
    words = failure.message.lower()
    if "encrypted content" in words and "include" in sent:
        return "include"
    return next((name for name in sent if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words)), "")


def _drop_tools(refused: Refused) -> Change | None:
    failure = refused.failure
    refuses = _NO_TOOLS.search(failure.message) and _REFUSES.search(failure.message)
    if not refused.body.tools or not refuses or needs_responses(failure) or failure.param.startswith("tools"):
        return None
    told = AdaptedPart("The model does not take tools, so it answers without them from now on.")
    return Change(_without(refused.terms, "tools"), told)


def _without(terms: Terms, name: str) -> Terms:
    return replace(terms, quirks=replace(terms.quirks, dropped=(*terms.quirks.dropped, name)))
