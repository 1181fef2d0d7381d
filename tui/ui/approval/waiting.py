"""A call that waits for the person's answer."""

import asyncio
from dataclasses import dataclass

from tui.core.events import Scope
from tui.core.ports import ApprovalAnswer, ApprovalRequest


@dataclass(slots=True, eq=False)
class WaitingRequest:
    """A question and its answer to come. `edited`: the person has changed the arguments in `request`."""

    request: ApprovalRequest
    answer: asyncio.Future[ApprovalAnswer]
    edited: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it still waits; one that was stopped meanwhile does not."""
        return not self.answer.done()

    def allow(self, scope: Scope) -> None:
        """Let it run with exactly these arguments."""
        if self.is_open:
            self.answer.set_result(ApprovalAnswer(self.request.arguments, scope))

    def deny(self, reason: str = "") -> None:
        """Do not let it run; the reason is for the model."""
        if self.is_open:
            self.answer.set_result(ApprovalAnswer(None, reason=reason))

    def is_of_the_tool_of(self, other: "WaitingRequest") -> bool:
        """Whether both call one tool, with one definition."""
        mine, theirs = self.request.spec, other.request.spec
        return (mine.server, mine.name, mine.fingerprint) == (theirs.server, theirs.name, theirs.fingerprint)
