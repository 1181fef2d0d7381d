"""What a plan is made of: steps that need a tool, and remarks that need none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tui.core.events import Json

Kind: TypeAlias = Literal["calculate", "weather", "system", "greet", "time", "save", "read", "tool"]
"""What a step is for; `tool` is a tool that the person named."""

RemarkKind: TypeAlias = Literal[
    "hello",
    "thanks",
    "help",
    "tools",
    "unclear",
    "ask_person",
    "which_file",
    "which_content",
    "nothing_earlier",
    "bad_expression",
    "cannot_append",
    "unknown_tool",
    "bad_arguments",
]


@dataclass(frozen=True, slots=True)
class Ref:
    """The results of earlier steps of the same plan, by their numbers."""

    steps: tuple[int, ...]


Slot: TypeAlias = "Json | Ref"


@dataclass(frozen=True, slots=True)
class Step:
    """One call to be made. `slots` are what it needs, under neutral names; `after` are steps that must come before.

    `shown` is how the answer names it, as pieces of text and references whose values are filled in. A `partial` step
    is an intermediate one of a larger expression, and is not told of when it goes well.
    """

    kind: Kind
    slots: Mapping[str, Slot]
    shown: tuple[str | Ref, ...] = ()
    after: tuple[int, ...] = ()
    partial: bool = False

    @property
    def needs(self) -> tuple[int, ...]:
        """The steps that must come before this one."""
        return tuple({*self.after, *(n for slot in self.slots.values() if isinstance(slot, Ref) for n in slot.steps)})


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say without a call; `about` is what of the message it concerns."""

    kind: RemarkKind
    about: str = ""


Item: TypeAlias = Step | Remark


def levels(items: Sequence[Item]) -> dict[int, int]:
    """For each step's number, the round in which it runs, from 1: the one after the last of those it needs."""
    level: dict[int, int] = {}
    for number, item in enumerate(items):
        if isinstance(item, Step):
            level[number] = 1 + max((level.get(needed, 0) for needed in item.needs), default=0)
    return level
