"""What runs unasked because the person allowed it, to look through and to revoke."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static

from tui.core.rules import allowed_here
from tui.core.session import Session
from tui.ui.dialogs.list_dialog import ListDialog
from tui.ui.history.when import when
from tui.ui.theme import MUTED
from tui.ui.tools.untrusted import on_one_line

FOR_GOOD = "for good"

_NOTHING = "Nothing is allowed yet. When a call waits for you, c allows its tool in the conversation, a for good."
_REVOKED = "Tools that are not listed here are asked about, but for the bundled server's that only read."


@dataclass(frozen=True, slots=True)
class AllowedTool:
    """A tool that runs unasked; `revoke` has it asked about again. `at`: since when."""

    reach: str
    server: str
    tool: str
    at: float
    revoke: Callable[[], None]


class AllowedList(OptionList):
    """The allowed tools."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,delete", "screen.revoke", "Revoke"),
        Binding("enter", "select", show=False),
    ]


class AllowedDialog(ListDialog[None]):
    """What is allowed for good and in the open conversation; d revokes, Esc closes."""

    LIST = AllowedList
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close", key_display="esc")]

    def __init__(self, session: Session, now: Callable[[], float]) -> None:
        self._session = session
        self._now = now
        self._tools = _allowed_tools(session)
        super().__init__("What runs unasked", self._rows(), about=self._about_it())

    def action_revoke(self) -> None:
        """Have the highlighted tool asked about again."""
        if not self._tools:
            return
        place = self.highlighted
        self._tools[place].revoke()
        self._tools = _allowed_tools(self._session)
        options = self.query_one(OptionList)
        options.set_options(self._rows())
        options.highlighted = min(place, len(self._tools) - 1) if self._tools else None
        self.query_one("#about", Static).update(self._about_it())

    def pick(self, index: int) -> None:
        """Enter changes nothing here."""

    def _rows(self) -> list[Content]:
        return [_row(tool, self._now()) for tool in self._tools]

    def _about_it(self) -> str:
        problem = self._session.gate.trust.problem
        return "\n".join(part for part in (problem, _REVOKED if self._tools else _NOTHING) if part)


def _allowed_tools(session: Session) -> list[AllowedTool]:
    """Those of the conversation first, each group oldest first."""
    trust = session.gate.trust
    here = [
        AllowedTool("in this conversation", server, tool, started.at, lambda s=server, t=tool: session.revoke(s, t))
        for (server, tool), started in allowed_here(session.events).items()
    ]
    for_good = [
        AllowedTool(FOR_GOOD, kept.server, kept.tool, kept.at, lambda kept=kept: trust.revoke(kept))
        for kept in trust.allowances()
    ]
    return [*here, *for_good]


def _row(tool: AllowedTool, now: float) -> Content:
    return Content.assemble(
        ("● " if tool.reach == FOR_GOOD else "◌ ", "$accent"),
        (on_one_line(tool.tool), "bold"),
        (f"  {tool.reach}, since {when(tool.at, now)}  {on_one_line(tool.server)}", MUTED),
    )
