"""The models that a conversation can go to, to pick one or to connect another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList

from tui.core.models import ModelChoice
from tui.ui.dialogs.list_dialog import ListDialog
from tui.ui.theme import MUTED

CURRENT = "◆"
CONNECT_ANOTHER = "Connect another …"


@dataclass(frozen=True, slots=True)
class PickedModel:
    """The model's name; empty means to connect another."""

    name: str


class ModelList(OptionList):
    """The models."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Use", key_display="⏎")]


class ModelsDialog(ListDialog[PickedModel | None]):
    """Enter has the conversation go to the model, c connects another, Esc leaves it as it is."""

    LIST = ModelList
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "connect", "Connect another"),
        Binding("escape", "dismiss", "Close", key_display="esc"),
    ]

    def __init__(self, choices: Sequence[ModelChoice], current: str) -> None:
        self._choices = sorted(choices, key=lambda choice: choice.offline)  # the planner is the last choice
        names = [choice.name for choice in self._choices]
        width = max(cell_len(name) for name in (*names, CONNECT_ANOTHER))
        lines = [_line(choice, width, is_current=choice.name == current) for choice in self._choices]
        connect = Content.assemble(("+ ", "bold $accent"), CONNECT_ANOTHER)
        super().__init__(
            "Which model answers in this conversation",
            [*lines, connect],
            begin=names.index(current) if current in names else 0,
        )

    def pick(self, index: int) -> None:
        """Take this model; behind the last is the way to another."""
        self.dismiss(PickedModel(self._choices[index].name if index < len(self._choices) else ""))

    def action_connect(self) -> None:
        """Connect another."""
        self.dismiss(PickedModel(""))


def _line(choice: ModelChoice, width: int, *, is_current: bool) -> Content:
    colour = "$warning" if choice.offline else "$accent"
    return Content.assemble(
        (f"{CURRENT if is_current else ' '} ", f"bold {colour}"),
        (choice.name, "bold" if is_current else ""),
        " " * (width - cell_len(choice.name) + 2),
        (choice.about, MUTED),
    )
