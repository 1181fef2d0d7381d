"""The help screen: how it works in a few lines, then every key and command."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.ui.commands import COMMANDS
from tui.ui.dialogs.dialog import Dialog

INTRODUCTION = (
    "Type a message and press Enter. The model may ask for tools; each call appears in the log the moment it is asked "
    "for, with its arguments, its result and its time. Calls that do not depend on each other run at once."
)
TYPING: tuple[tuple[str, str], ...] = (
    ("Enter", "send"),
    ("Ctrl+J", "new line (also Shift+Enter where the terminal tells them apart)"),
    ("↑ ↓", "recall messages sent before; in an empty chat, ↓ goes to the examples"),
    ("Esc", "stop the answer and its tools; drop queued messages; close a dialog"),
    ("Tab", "go to the transcript, the calls, the prompt; complete a command"),
    ("PgUp PgDn", "scroll the transcript, or the calls when you are there; Ctrl+End follows the newest again"),
    ("← → Enter", "in the transcript: choose the thoughts or the line under an answer, and open it"),
    ("Enter on a call", "open the call in full: arguments, result, times"),
    ("Ctrl+C", "copy what is selected; twice without a selection quits"),
    ("Ctrl+P", "command palette"),
)


class HelpScreen(Dialog[None]):
    """Esc or F1 closes it."""

    DEFAULT_CSS = """
    HelpScreen {
        align: center middle;
        & > Vertical {
            width: 92;
            max-width: 94%;
            height: auto;
            max-height: 94%;
            padding: 1 3;
            background: $panel;
        }
        VerticalScroll { height: auto; max-height: 100%; padding: 0 1 0 0; scrollbar-size-vertical: 1; }
        Static { height: auto; }
        .heading { text-style: bold; color: $accent; margin-top: 1; }
        .heading.-first { margin-top: 0; }
        .rows { layout: grid; grid-rows: auto; height: auto; }
        .rows > .key { color: $accent; text-style: bold; }
        #typing { grid-size: 2; grid-columns: 18 1fr; }
        #commands { grid-size: 3; grid-columns: 12 6 1fr; }
        #closing { dock: bottom; color: $text-muted; padding: 1 0 0 0; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        with Vertical():
            with VerticalScroll():
                yield Static("How it works", classes="heading -first")
                yield Static(Content(INTRODUCTION))
                yield Static("Typing and reading", classes="heading")
                with Container(id="typing", classes="rows"):
                    for key, about in TYPING:
                        yield Static(key, classes="key")
                        yield Static(about)
                yield Static("Commands, also in the palette", classes="heading")
                with Container(id="commands", classes="rows"):
                    for command in COMMANDS:
                        yield Static(f"/{command.name}", classes="key")
                        yield Static(command.key_display, classes="key")
                        yield Static(command.about)
            yield Static("Esc closes", id="closing")

    def on_mount(self) -> None:
        """Let the keys scroll."""
        self.query_one(VerticalScroll).focus()
