"""Asks for a yes before something that cannot simply be done again."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from tui.ui.dialogs.dialog import Dialog


class Confirm(Dialog[bool]):
    """True for yes. The focus begins on no; Esc and n mean no, y means yes."""

    DEFAULT_CSS = """
    Confirm {
        align: center middle;
        & > Vertical {
            width: 64;
            max-width: 90%;
            height: auto;
            max-height: 90%;
            padding: 1 3;
            background: $panel;
        }
        #question { text-style: bold; margin-bottom: 1; }
        #choices { height: auto; margin-top: 1; }
        Button { margin-right: 2; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("n,escape", "answer(False)", "No", show=False),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(self, title: str, message: str, *, yes_label: str = "Yes", no_label: str = "No") -> None:
        super().__init__()
        self._question = title
        self._message = message
        self._yes_label = yes_label
        self._no_label = no_label

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(self._question, id="question", markup=False)
            yield Static(self._message, markup=False)
            with Horizontal(id="choices"):
                yield Button(Content(f"{self._no_label} (n)"), id="no")
                yield Button(Content(f"{self._yes_label} (y)"), id="yes")

    def on_mount(self) -> None:
        """Begin on the answer that changes nothing."""
        self.query_one("#no").focus()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Answer by key."""
        self.dismiss(yes)
