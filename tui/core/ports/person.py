"""What only the person can decide."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from tui.core.events import Json, Scope
from tui.core.ports.host import FileChange, ToolSpec

LimitChoice: TypeAlias = Literal["continue", "wrap_up", "stop"]
"""At the round limit: go on for as many rounds again, have the model answer with what it has, or end the turn."""

AskLimit: TypeAlias = Callable[[int], Awaitable[LimitChoice]]
"""Asks the person what to do after this many rounds."""

Mode: TypeAlias = Literal["ask", "read_only", "never"]
"""Ask by the rules; let also foreign tools that say they only read run unasked; run no tools at all."""


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """A call that waits for the person.

    `risk` and `why` are one sentence each; `warnings` are what stands out in the arguments. `seen_definition` is the
    tool's definition as it was seen before, where it has changed since. `change` is what it would do to a file.
    """

    call_id: str
    spec: ToolSpec
    arguments: Mapping[str, Json]
    risk: str
    why: str
    warnings: tuple[str, ...] = ()
    seen_definition: str = ""
    change: FileChange | None = None


@dataclass(frozen=True, slots=True)
class ApprovalAnswer:
    """What the person says: the arguments with which the call may run, None where it may not; and how far that reaches.

    `reason` is for the model, where it may not.
    """

    arguments: Mapping[str, Json] | None
    scope: Scope = "once"
    reason: str = ""


AskApproval: TypeAlias = Callable[[ApprovalRequest], Awaitable[ApprovalAnswer]]
"""Asks the person about one call; several may be asked about at the same time."""


@dataclass(frozen=True, slots=True)
class SeenTool:
    """A tool's definition as it was first seen, or last approved. `server` is what the server is known by."""

    server: str
    tool: str
    fingerprint: str
    definition: str
    at: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """A tool of a server that may run unasked, as long as its definition stays this one. `at`: since when."""

    server: str
    tool: str
    fingerprint: str
    at: float


class Trust(Protocol):
    """What the person has allowed for good, and the definitions of tools that were seen. It is kept over runs."""

    @property
    def problem(self) -> str:
        """Why it is not being kept, in words; empty while it is."""
        ...

    def seen(self, server: str, tool: str) -> SeenTool | None:
        """The tool as it was seen before."""
        ...

    def remember(self, tools: Sequence[SeenTool]) -> None:
        """Keep these definitions, in place of those before; returns at once."""
        ...

    def allowances(self) -> Sequence[Allowance]:
        """Everything that is allowed for good, oldest first."""
        ...

    def allow(self, allowance: Allowance) -> None:
        """Allow this from now on; returns at once."""
        ...

    def revoke(self, allowance: Allowance) -> None:
        """Allow this no longer; returns at once."""
        ...
