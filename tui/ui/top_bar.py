"""The first line: the program's name, the three tabs, and the conversation's title."""

from collections.abc import Sequence
from functools import partial

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from tui.ui.one_line import OneLine, Part
from tui.ui.theme import MUTED

TABS: tuple[tuple[str, str, str], ...] = (
    ("chat", "Chat", "f2"),
    ("tools", "Tools", "f3"),
    ("history", "History", "f4"),
)
"""Each tab's name, label and key."""


class TopBar(OneLine):
    """Shows where one is; a click on a tab chooses it. `title` is the conversation's, cut where it does not fit."""

    DEFAULT_CSS = """
    TopBar { height: 2; border-bottom: solid $rule; }
    """
    GAP = 4

    active: reactive[str] = reactive("chat")
    title: reactive[str] = reactive("")
    branch: reactive[str] = reactive("")
    """Which branch of how many the conversation is; empty where there are none."""

    class TabChosen(Message):
        """A tab was clicked."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def parts(self) -> Sequence[Part]:
        """The name and the tabs with their keys."""
        return [
            Part(Content("Callscope").stylize("bold")),
            *(
                Part(
                    Content(label).stylize("bold underline $accent" if tab == self.active else MUTED)
                    + Content(f" {key}").stylize(MUTED),
                    partial(self._choose, tab),
                )
                for tab, label, key in TABS
            ),
        ]

    def right(self) -> Content:
        """The title, which is untrusted text; before it the branch, which stays when the title is cut."""
        return Content(" · ".join(part for part in (self.branch, self.title) if part)).stylize(MUTED)

    def _choose(self, tab: str) -> None:
        self.post_message(self.TabChosen(tab))
