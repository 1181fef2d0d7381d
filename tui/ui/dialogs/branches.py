"""The family of a conversation as a tree, to go from one branch to another."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList

from tui.core.branches import FamilyMember
from tui.ui.dialogs.list_dialog import ListDialog
from tui.ui.figures import count
from tui.ui.history.rows import fit
from tui.ui.history.when import when
from tui.ui.theme import MUTED

_LONGEST_MESSAGE = 44
_GONE = "(the original was deleted)"


class BranchList(OptionList):
    """The members of the family."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Open", key_display="⏎")]


class BranchesDialog(ListDialog[str | None]):
    """The id of the conversation to open; None to stay. It begins at the one that is open.

    `messages` tells by id what was said where a branch left its original.
    """

    LIST = BranchList
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", key_display="esc"),
    ]

    def __init__(self, members: Sequence[FamilyMember], current: str, now: float, messages: Mapping[str, str]) -> None:
        ids = [member.id for member in members]
        super().__init__(
            "Branches of this conversation",
            [_line(member, messages.get(member.id, ""), member.id == current, now) for member in members],
            begin=ids.index(current) if current in ids else 0,
            about="" if len(members) > 1 else "It has none yet. F6 edits an earlier message, which makes one.",
        )
        self._members = members
        self._current = current

    def pick(self, index: int) -> None:
        """Open this conversation, if it is another one that is there."""
        member = self._members[index]
        if member.summary:
            self.dismiss(None if member.id == self._current else member.id)


def _line(member: FamilyMember, message: str, is_current: bool, now: float) -> Content:
    mark = ("● ", "bold") if is_current else ("○ ", MUTED)
    summary = member.summary
    if summary is None:
        return Content.assemble((rail(member.rails), MUTED), mark, (_GONE, MUTED))
    left = f"turn {summary.forked_turn}: " if member.rails else ""
    facts = " · ".join(part for part in (count(summary.turns, "turn"), when(summary.updated_at, now)) if part)
    here = " · you are here" if is_current else ""
    return Content.assemble(
        (rail(member.rails), MUTED),
        mark,
        (left, MUTED),
        (_short(message or summary.title), "bold" if is_current else ""),
        (f"  {facts}{here}", MUTED),
    )


def _short(text: str) -> str:
    """The text on one line, cut where it would push the facts behind it out of sight."""
    return fit(text, min(_LONGEST_MESSAGE, cell_len(text)))


def rail(rails: Sequence[bool]) -> str:
    """The lines of a tree before one of its members: `│  ├─ `."""
    if not rails:
        return ""
    return "".join("│  " if more else "   " for more in rails[:-1]) + ("├─ " if rails[-1] else "└─ ")
