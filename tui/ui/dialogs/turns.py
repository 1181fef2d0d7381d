"""The turns of a conversation as a list: to edit a message and send it again, or to branch off before it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList

from tui.core.events import UserSaid
from tui.ui.dialogs.list_dialog import ListDialog
from tui.ui.theme import MUTED


@dataclass(frozen=True, slots=True)
class PickedTurn:
    """What was picked; `edit` means its message into the prompt, otherwise a branch without it."""

    said: UserSaid
    edit: bool


class TurnList(OptionList):
    """The turns."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Edit and send again", key_display="⏎")]


class TurnsDialog(ListDialog[PickedTurn | None]):
    """Enter edits, f branches off, Esc closes. It begins at the last turn."""

    LIST = TurnList
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "fork", "Branch off before it"),
        Binding("escape", "dismiss", "Close", key_display="esc"),
    ]

    def __init__(self, said: Sequence[UserSaid], clock: Callable[[float], str]) -> None:
        width = len(str(said[-1].turn)) if said else 1
        super().__init__(
            "Go back to a message",
            [_line(event, width, clock) for event in said],
            begin=len(said) - 1,
            about="Both make a branch: a conversation of its own with everything before. This one stays as it is.",
        )
        self._said = said

    def pick(self, index: int) -> None:
        """Edit this turn's message."""
        self.dismiss(PickedTurn(self._said[index], edit=True))

    def action_fork(self) -> None:
        """Branch off before the highlighted turn."""
        self.dismiss(PickedTurn(self._said[self.highlighted], edit=False))


def _line(event: UserSaid, width: int, clock: Callable[[float], str]) -> Content:
    return Content.assemble(
        (f"{event.turn:>{width}}  ", "bold"), (f"{clock(event.at)}  ", MUTED), " ".join(event.text.split())
    )
