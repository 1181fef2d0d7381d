"""What opens above the question: the arguments to edit, and the reason for a denial."""

import json
from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ScreenResultType
from textual.widgets import Input, Static, TextArea

from tui.core.arguments import parse_arguments
from tui.core.events import Json
from tui.core.text import reveal
from tui.ui.dialogs.dialog import Dialog
from tui.ui.key_bar import KeyBar
from tui.ui.theme import MUTED
from tui.ui.tools.clean_inputs import CleanInput, CleanTextArea

LONGEST_EDITED = 50_000
"""In characters; an editor with more is too slow to type in."""

LONGEST_REASON = 500
"""In characters."""


class AboveQuestion(Dialog[ScreenResultType]):
    """Closes without a result when the call is stopped meanwhile, and on Esc."""

    DEFAULT_CSS = """
    AboveQuestion {
        align: center middle;
        & > Vertical {
            width: 100; max-width: 92%; height: auto; max-height: 84%; padding: 1 2 0 2; background: $panel;
            border-left: outer $accent;
        }
        #heading { text-style: bold; color: $accent; }
        #about { color: $text-muted; margin-bottom: 1; height: auto; }
        Input, TextArea { border: none; padding: 0 1; background: $surface; }
        Input { height: 1; }
        Input:focus, TextArea:focus { border: none; }
        TextArea { height: 1fr; }
        KeyBar { padding: 0; }
        #verdict { height: auto; max-height: 3; margin-bottom: 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back", key_display="esc", priority=True),
    ]


class EditArguments(AboveQuestion[Mapping[str, Json] | None]):
    """The arguments as they are to be; None where they stay as they were."""

    DEFAULT_CSS = """
    EditArguments > Vertical { height: 80%; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "use", "Use these", key_display="^s", priority=True),
    ]

    def __init__(self, arguments: Mapping[str, Json]) -> None:
        super().__init__()
        self._before = editable(arguments)
        self._arguments = arguments

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static("Edit the arguments", id="heading")
            yield Static("You are asked once more with these; the model is told that you changed them.", id="about")
            yield CleanTextArea(self._before, tab_behavior="focus", highlight_cursor_line=False)
            yield Static(id="verdict", markup=False)
            yield KeyBar()

    def on_mount(self) -> None:
        """Begin in the text."""
        self.query_one(TextArea).focus()
        self._judge()

    @on(TextArea.Changed)
    def _judge(self) -> None:
        """Say whether it can be sent."""
        try:
            self._parsed()
        except ValueError as error:
            words = Content.styled(f"✗ {error}", "$error")
        else:
            words = Content.styled("✓ a JSON object", MUTED)
        self.query_one("#verdict", Static).update(words)

    def action_use(self) -> None:
        """Go back with these, if they can be sent."""
        try:
            arguments = self._parsed()
        except ValueError:
            return  # it is said below the text
        self.dismiss(arguments)

    def _parsed(self) -> Mapping[str, Json]:
        text = self.query_one(TextArea).text
        return self._arguments if text == self._before else parse_arguments(text)


class DenialReason(AboveQuestion[str | None]):
    """What the model is told about the denial; None to go back to the question."""

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static("Deny, and say why", id="heading")
            yield Static("The model reads this, and may go about it in another way. Enter denies.", id="about")
            yield CleanInput(placeholder="such as: use the test folder instead", max_length=LONGEST_REASON)
            yield Static(id="verdict")
            yield KeyBar()

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(" ".join(event.value.split()))


def editable(arguments: Mapping[str, Json]) -> str:
    """The arguments as JSON to type in; what cannot be seen is written as an escape, and so stays what it is."""
    text = json.dumps(arguments, indent=2, ensure_ascii=False)
    return "".join(c if reveal(c) == c else json.dumps(c)[1:-1] for c in text)
