"""What the streams of both APIs have in common: pieces of text, verdicts of the content filter, counted tokens."""

import hashlib
import re
from typing import Any

from tests.azure_endpoint.answers import Written
from tests.azure_endpoint.models import CHARACTERS_PER_TOKEN

_WORD = re.compile(r"\s*\S+\s?|\s+")
_ARGUMENT_PIECE = 12
_REASONING_TOKENS = 64


def words(text: str) -> list[str]:
    """The text in the pieces in which it is streamed."""
    return _WORD.findall(text)


def argument_pieces(arguments: str) -> list[str]:
    """A call's arguments in the pieces in which they are streamed."""
    return [arguments[start : start + _ARGUMENT_PIECE] for start in range(0, len(arguments), _ARGUMENT_PIECE)]


def verdicts(*, prompt: bool = False, blocked: bool = False) -> dict[str, Any]:
    """What the content filter says: nothing bad, or that it held something back."""
    safe: dict[str, Any] = {"filtered": False, "severity": "safe"}
    results = {name: dict(safe) for name in ("hate", "self_harm", "sexual", "violence")}
    if prompt:
        results["jailbreak"] = {"filtered": False, "detected": False}
    if blocked:
        results["violence"] = {"filtered": True, "severity": "medium"}
    return results


def answer_tokens(answer: Written, *, reasoning: bool) -> tuple[int, int]:
    """The tokens of an answer, and those of them that are for reasoning."""
    written = len(answer.text) + sum(len(call.name) + len(call.arguments) for call in answer.calls)
    thought = _REASONING_TOKENS if reasoning else 0
    return round(written / CHARACTERS_PER_TOKEN) + thought, thought


def id_of(kind: str, *seeds: object) -> str:
    """An id in the service's form that only depends on what it is made from."""
    return f"{kind}_{hashlib.sha256(repr(seeds).encode()).hexdigest()[:40]}"
