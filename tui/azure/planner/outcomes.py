"""What has become of the steps of a plan."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tui.azure.planner.fit import kind_of
from tui.azure.planner.request import Result
from tui.azure.planner.results import plain_number, value_text
from tui.azure.planner.steps import Item, Ref, Step


@dataclass(frozen=True, slots=True)
class Done:
    """The call was made; its result may be a failure."""

    result: Result


@dataclass(frozen=True, slots=True)
class Undone:
    """No call was made, or nothing is known of it any more."""

    why: Literal["no_tool", "needs_failed", "not_a_number", "not_allowed", "forgotten"]


Outcome: TypeAlias = Done | Undone


class Outcomes:
    """The outcomes by step number. `strange` are results of this turn that belong to no step of the plan."""

    def __init__(self, items: tuple[Item, ...], *, strange: tuple[Result, ...]) -> None:
        self._items = items
        self._outcomes: dict[int, Outcome] = {}
        self.strange = strange

    def add(self, number: int, outcome: Outcome) -> None:
        """Note what became of a step."""
        self._outcomes[number] = outcome

    def of(self, number: int) -> Outcome:
        """What became of a step."""
        return self._outcomes.get(number, Undone("needs_failed"))

    def value(self, number: int) -> str | None:
        """The value of a step that went well, as its tool wrote it."""
        outcome = self._outcomes.get(number)
        if not isinstance(outcome, Done) or outcome.result.failed:
            return None
        step = self._items[number]
        kind = step.kind if isinstance(step, Step) and step.kind != "tool" else kind_of(outcome.result.tool)
        return value_text(kind, outcome.result.text)

    def written(self, ref: Ref) -> str | None:
        """The results that went well, as one would write them to a file: one bare, several a line each."""
        if len(ref.steps) == 1:
            return self.value(ref.steps[0])
        lines = [self._line(number, value) for number in ref.steps if (value := self.value(number)) is not None]
        return "\n".join(lines) if lines else None

    def expression(self, number: int) -> str:
        """How a step is written, with the values that it refers to."""
        step = self._items[number]
        pieces = step.shown if isinstance(step, Step) else ()
        return "".join(self._piece(piece) for piece in pieces)

    def _piece(self, piece: str | Ref) -> str:
        if isinstance(piece, str):
            return piece
        return plain_number(self.value(piece.steps[0]) or "?")

    def _line(self, number: int, value: str) -> str:
        step = self._items[number]
        if isinstance(step, Step) and step.kind == "calculate":
            return f"{self.expression(number)} = {value}"
        return value
