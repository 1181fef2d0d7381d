"""A run without a person at hand: what was allowed beforehand, and how the run ended as one number."""

from collections.abc import Callable, Collection, Iterable
from enum import IntEnum

from tui.core.events import Event, ToolFinished, TurnEnded
from tui.core.ports import ApprovalAnswer, ApprovalRequest
from tui.core.text import reveal

ALL_TOOLS = "*"
"""Stands for every tool among those that are allowed beforehand."""

NOBODY = "it was not allowed beforehand, and there is nobody here who could be asked"


class ExitStatus(IntEnum):
    """How a run ended, as a command returns it. From 128 on as shells expect it: 128 and the signal's number."""

    DONE = 0
    FAILED = 1
    CANNOT_START = 2
    DENIED = 3
    LIMIT = 4
    INTERRUPTED = 130
    OUTPUT_CLOSED = 141


_BEST_FIRST = (ExitStatus.DONE, ExitStatus.DENIED, ExitStatus.LIMIT, ExitStatus.FAILED, ExitStatus.INTERRUPTED)


def status_of(event: Event) -> ExitStatus:
    """What this event alone makes of the run."""
    match event:
        case TurnEnded(reason="failed"):
            return ExitStatus.FAILED
        case TurnEnded(reason="limit"):
            return ExitStatus.LIMIT
        case TurnEnded(reason="cancelled"):
            return ExitStatus.INTERRUPTED
        case TurnEnded(reason="denied") | ToolFinished(status="denied"):
            return ExitStatus.DENIED
        case _:
            return ExitStatus.DONE


def worst(statuses: Iterable[ExitStatus]) -> ExitStatus:
    """The one that a whole run is told by."""
    return max(statuses, key=_BEST_FIRST.index, default=ExitStatus.DONE)


class AllowedBeforehand:
    """Answers for the person (an `AskApproval`): tools that were named beforehand run, no others; `tell` says why not.

    A name is exactly the tool's, or `ALL_TOOLS`. A definition that has changed, and arguments that stand out, take a
    person whatever was named: who named a tool did not see those.
    """

    def __init__(self, names: Collection[str], tell: Callable[[str], None]) -> None:
        self._names = names
        self._tell = tell

    async def __call__(self, request: ApprovalRequest) -> ApprovalAnswer:
        """Allow this one call, or deny it."""
        name = request.spec.name
        if request.seen_definition or request.warnings:
            words = "Only a person in the application can allow that; --allow does not count."
            self._tell(f"{reveal(name)} is not allowed: {request.why} {words}")
        elif name in self._names or ALL_TOOLS in self._names:
            return ApprovalAnswer(request.arguments)
        else:
            reason = f"{request.why} {request.risk}"
            self._tell(f"{reveal(name)} is not allowed: {reason} --allow {reveal(name)} lets it run.")
        return ApprovalAnswer(None, reason=NOBODY)
