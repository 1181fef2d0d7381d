"""Asks what to do when a turn has used up its rounds."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from tui.core.ports import LimitChoice
from tui.ui.dialogs.dialog import Dialog


class LimitDialog(Dialog[LimitChoice]):
    """Go on, wrap up, or stop. Esc stops."""

    DEFAULT_CSS = """
    LimitDialog {
        align: center middle;
        & > Vertical {
            width: 72;
            max-width: 90%;
            height: auto;
            padding: 1 3;
            background: $panel;
        }
        #question { text-style: bold; margin-bottom: 1; }
        #choices { height: auto; margin-top: 1; }
        Button { margin-right: 2; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "choose('continue')", "Continue"),
        Binding("w", "choose('wrap_up')", "Wrap up"),
        Binding("s,escape", "choose('stop')", "Stop"),
    ]

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self._rounds = rounds

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(f"The model has asked for tools {self._rounds} times in this turn", id="question")
            yield Static(
                f"Continue lets it ask {self._rounds} times more. Wrap up has it answer with what it has. "
                "Stop ends the turn here; everything so far is kept."
            )
            with Horizontal(id="choices"):
                yield Button("Stop (s)", id="stop")
                yield Button("Wrap up (w)", id="wrap_up")
                yield Button("Continue (c)", id="continue")

    def on_mount(self) -> None:
        """Begin on the choice that does least."""
        self.query_one("#stop").focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take the pressed choice."""
        choices: dict[str, LimitChoice] = {"continue": "continue", "wrap_up": "wrap_up", "stop": "stop"}
        self.dismiss(choices[event.button.id or "stop"])

    def action_choose(self, choice: LimitChoice) -> None:
        """Take a choice by key."""
        self.dismiss(choice)
