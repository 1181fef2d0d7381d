"""What a person types, looked at before it is sent."""

import re

MAX_CHARACTERS = 10_000

_SUSPICIOUS = (
    (re.compile(r"<\s*script\b", re.IGNORECASE), "<script>"),
    (re.compile(r"javascript\s*:", re.IGNORECASE), "javascript:"),
    (re.compile(r"\beval\s*\(", re.IGNORECASE), "eval("),
    (re.compile(r"\bexec\s*\(", re.IGNORECASE), "exec("),
)


def refusal(text: str) -> str:
    """Why this message cannot be sent, in words; empty when it can."""
    if not text.strip():
        return "There is nothing to send yet: type a message first."
    if len(text) > MAX_CHARACTERS:
        return f"The message has {len(text):,} characters; at most {MAX_CHARACTERS:,} can be sent. Shorten it."
    return ""


def suspicion(text: str) -> str:
    """What in this message looks like code meant to be run, such as `eval(`; empty when nothing does."""
    return next((name for pattern, name in _SUSPICIOUS if pattern.search(text)), "")
