"""Why a call ran, or did not, in words."""

from collections.abc import Mapping
from types import MappingProxyType

from tui.core.events import Approval, Scope
from tui.core.text import reveal

_REACH: Mapping[Scope, str] = MappingProxyType(
    {"once": "once", "conversation": "for this conversation", "always": "for good"}
)


def decision(approval: Approval, *, denied: bool) -> str:
    """Who decided and how; empty in logs from before that was asked."""
    match approval.decided_by, denied:
        case "rule", False:
            return f"ran unasked: {_within(approval.why)}"
        case "rule", True:
            return f"did not run: {_within(approval.why)}"
        case "person", False:
            edited = ", with arguments that you changed" if approval.edited else ""
            return f"you allowed it {_REACH[approval.scope]}{edited}"
        case "person", True:
            reason = f": {reveal(approval.reason)}" if approval.reason else ""
            return f"you did not allow it{reason}"
        case _:
            return ""


def _within(sentence: str) -> str:
    """A sentence as the end of another."""
    return sentence[:1].lower() + sentence[1:]
