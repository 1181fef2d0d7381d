"""What an endpoint reports, in the words that the transcript and the detail share."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from tui.core.events import Api, FilterVerdict, FinishReason, ModelAnswered, Usage
from tui.core.text import reveal
from tui.ui.figures import amount, count

API_NAMES: Mapping[Api, str] = MappingProxyType({"": "", "chat": "Chat Completions API", "responses": "Responses API"})

FINISH_WORDS: Mapping[FinishReason, str] = MappingProxyType(
    {
        "stop": "complete",
        "tool_calls": "asks for calls",
        "length": "cut at the output limit",
        "content_filter": "stopped by the content filter",
        "cut_off": "cut off",
        "cancelled": "stopped",
    }
)
"""How an answer ended, in a word or two."""

EARLY_ENDS: Mapping[FinishReason, str] = MappingProxyType(
    {
        "length": "output limit",
        "content_filter": "content filter",
        "cut_off": "cut off",
        "cancelled": "stopped",
    }
)
"""The same for answers that are not complete, where a sentence above says it in full."""

SHORT_ID = 8
"""Characters of a request id that tell it from others at a glance; the detail has all of it."""

_NAMED_ID = re.compile(r"\brequest[- ]id (\S+)")
_SEVERITIES = ("", "safe", "low", "medium", "high")


def early_end(answer: ModelAnswered) -> str:
    """A sentence on an answer that ended before it was complete; empty for one that did not."""
    match answer.finish_reason:
        case "length":
            return "The answer was cut at the deployment's output limit."
        case "content_filter":
            blocked = ", ".join(dict.fromkeys(verdict_name(v) for v in answer.report.filters if v.filtered))
            return f"The answer was stopped by the endpoint's content filter{f' ({blocked})' if blocked else ''}."
        case "cut_off":
            return "The answer was cut off." if answer.text.strip() else "The answer was cut off before its first word."
        case _:
            return ""


def early_end_hint(answer: ModelAnswered) -> str:
    """What to do about it; empty where the end of the turn tells that."""
    match answer.finish_reason:
        case "length":
            return "Ask it to go on, or for less at once."
        case "content_filter":
            return "Ask in other words, or start a new conversation."
        case _:
            return ""


def request_id_in(detail: str) -> str:
    """The id that a failed request has in the detail of its failure; empty where there is none."""
    named = _NAMED_ID.search(detail)
    return named[1] if named else ""


def verdict_name(verdict: FilterVerdict) -> str:
    """`violence: medium`, `jailbreak`."""
    category = reveal(verdict.category).replace("_", " ")
    return f"{category}: {reveal(verdict.severity)}" if verdict.severity else category


def is_harmless(verdict: FilterVerdict) -> bool:
    """Whether the filter found nothing."""
    return not verdict.filtered and not verdict.detected and verdict.severity in {"", "safe"}


def worst(verdicts: Iterable[FilterVerdict]) -> FilterVerdict | None:
    """The gravest of the verdicts, if any is grave at all."""
    grave = [verdict for verdict in verdicts if not is_harmless(verdict)]
    return max(grave, key=_gravity, default=None)


def _gravity(verdict: FilterVerdict) -> tuple[bool, int, bool]:
    rank = _SEVERITIES.index(verdict.severity) if verdict.severity in _SEVERITIES else len(_SEVERITIES)
    return verdict.filtered, rank, verdict.detected


def tokens_briefly(usage: Usage) -> str:
    """`1.2k→104 tokens`."""
    return f"{amount(usage.input_tokens)}→{amount(usage.output_tokens)} tokens"


def tokens_in_full(usage: Usage) -> str:
    """`2,210 in (1,024 cached) → 190 out (64 reasoning)`."""
    cached = f" ({usage.cached_tokens:,} cached)" if usage.cached_tokens else ""
    reasoning = f" ({usage.reasoning_tokens:,} reasoning)" if usage.reasoning_tokens else ""
    return f"{usage.input_tokens:,} in{cached} → {usage.output_tokens:,} out{reasoning}"


def quota_left(requests: int | None, tokens: int | None) -> str:
    """`58 requests · 98,120 tokens`; empty where the endpoint told nothing."""
    parts = [count(requests, "request")] if requests is not None else []
    return " · ".join(parts + ([count(tokens, "token")] if tokens is not None else []))
