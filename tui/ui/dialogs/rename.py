"""Asks for a conversation's title."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from tui.ui.dialogs.dialog import Dialog
from tui.ui.key_bar import KeyBar
from tui.ui.typeable import TYPEABLE, typeable

LONGEST_TITLE = 200


class TitleField(Input):
    """Where the title is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "Rename", key_display="⏎")]


class RenameDialog(Dialog[str | None]):
    """The title, empty for that of the first message; None where it stays as it was."""

    DEFAULT_CSS = """
    RenameDialog {
        align: center middle;
        & > Vertical {
            width: 76;
            max-width: 94%;
            height: auto;
            padding: 1 3 0 3;
            background: $panel;
        }
        #heading { text-style: bold; color: $accent; margin-bottom: 1; }
        Input { margin-bottom: 1; }
        #about { color: $text-muted; margin-bottom: 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Leave it", key_display="esc"),
    ]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title_before = title

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static("Rename the conversation", id="heading")
            yield TitleField(typeable(self._title_before), restrict=TYPEABLE, max_length=LONGEST_TITLE)
            yield Static("Empty gives it back the title of its first message.", id="about")
            yield KeyBar()

    def on_mount(self) -> None:
        """Type at once; the first letter takes the place of the title before."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(" ".join(event.value.split()))
