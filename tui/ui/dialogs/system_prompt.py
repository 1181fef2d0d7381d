"""What the model is told about its role in the open conversation, to read and to change."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static, TextArea

from tui.core.text import sanitize
from tui.ui.dialogs.dialog import Dialog
from tui.ui.key_bar import KeyBar
from tui.ui.theme import MUTED
from tui.ui.tools.clean_inputs import CleanTextArea

LONGEST_PROMPT = 20_000
"""In characters."""


class SystemPromptDialog(Dialog[str | None]):
    """The new prompt; None where it stays as it was."""

    DEFAULT_CSS = """
    SystemPromptDialog {
        align: center middle;
        & > Vertical {
            width: 100;
            max-width: 96%;
            height: auto;
            max-height: 94%;
            padding: 1 3 0 3;
            background: $panel;
        }
        #heading { text-style: bold; color: $accent; }
        #about { color: $text-muted; margin-bottom: 1; }
        TextArea {
            height: 12;
            max-height: 100%;
            border: none;
            border-left: outer $surface;
            padding: 0 1;
            background: $surface;
            &:focus { border: none; border-left: outer $accent; }
        }
        #count { margin-bottom: 1; }
        KeyBar { padding: 0; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", key_display="^s", priority=True),
        Binding("ctrl+r", "reset", "Reset to default", key_display="^r", priority=True),
        Binding("escape", "dismiss", "Cancel", key_display="esc", priority=True),
    ]

    def __init__(self, prompt: str, default: str) -> None:
        super().__init__()
        self._prompt = sanitize(prompt)
        self._default = default

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static("System prompt", id="heading")
            yield Static("What the model is told about its role, in this conversation from here on.", id="about")
            yield CleanTextArea(self._prompt, tab_behavior="focus", highlight_cursor_line=False)
            yield Static(id="count")
            yield KeyBar()

    def on_mount(self) -> None:
        """Begin at the end of the text."""
        area = self.query_one(TextArea)
        area.focus()
        area.move_cursor(area.document.end)
        self._count()

    @on(TextArea.Changed)
    def _count(self) -> None:
        self.query_one("#count", Static).update(self._state())

    def _state(self) -> Content:
        text = self.query_one(TextArea).text
        if len(text) > LONGEST_PROMPT:
            too_many = len(text) - LONGEST_PROMPT
            return Content(f"✗ {too_many:,} characters too many; {LONGEST_PROMPT:,} are allowed").stylize("$error")
        if not text.strip():
            return Content("· Empty: the model is told nothing about its role").stylize(MUTED)
        words = "the default" if text == self._default else f"{len(text):,} of {LONGEST_PROMPT:,} characters"
        return Content(f"· {words}").stylize(MUTED)

    def action_save(self) -> None:
        """Take the text, if it is not too long."""
        text = self.query_one(TextArea).text
        if len(text) <= LONGEST_PROMPT:
            self.dismiss(text.strip())

    def action_reset(self) -> None:
        """Put the default into the area; nothing is saved yet."""
        self.query_one(TextArea).text = self._default
