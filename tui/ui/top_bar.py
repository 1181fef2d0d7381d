"""The first line: the program's name, the three tabs, and the conversation's title."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

TABS: tuple[tuple[str, str], ...] = (("chat", "Chat"), ("tools", "Tools"), ("history", "History"))


class Tab(Static):
    """A tab's name; a click chooses it."""

    DEFAULT_CSS = """
    Tab {
        width: auto;
        padding: 0 2;
        color: $text-muted;
        pointer: pointer;
        &:hover { color: $foreground; }
        &.-active { color: $accent; text-style: bold underline; }
    }
    """
    ALLOW_SELECT = False

    def __init__(self, tab: str, label: str) -> None:
        super().__init__(Content(label))
        self.tab = tab

    def on_click(self) -> None:
        """Choose this tab."""
        self.post_message(TopBar.TabChosen(self.tab))


class TopBar(Horizontal):
    """Shows where one is. `title` is the conversation's, cut where it does not fit."""

    DEFAULT_CSS = """
    TopBar {
        height: 2;
        padding: 0 2;
        border-bottom: solid $rule;
        #brand { width: auto; padding: 0 2 0 0; text-style: bold; color: $foreground; }
        #title {
            width: 1fr;
            text-align: right;
            color: $text-muted;
            padding: 0 0 0 2;
            text-wrap: nowrap;
            text-overflow: ellipsis;
        }
    }
    """

    active: reactive[str] = reactive("chat")
    title: reactive[str] = reactive("")

    class TabChosen(Message):
        """A tab was clicked."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def compose(self) -> ComposeResult:
        yield Static("Callscope", id="brand")
        for tab, label in TABS:
            yield Tab(tab, label)
        yield Static(id="title")

    def watch_active(self) -> None:
        """Mark the active tab."""
        for tab in self.query(Tab):
            tab.set_class(tab.tab == self.active, "-active")

    def watch_title(self, title: str) -> None:
        """Show the title, which is untrusted text."""
        if self.is_mounted:
            self.query_one("#title", Static).update(Content(title))
