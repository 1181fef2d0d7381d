"""The examples picker: the messages to try, and what each sends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from tui.core.example import Example
from tui.ui.dialogs.dialog import Dialog
from tui.ui.example_list import ExampleList
from tui.ui.key_bar import KeyBar


@dataclass(frozen=True, slots=True)
class PickedExample:
    """What was picked; `edit` means into the prompt instead of sent, `watch` that its recording is to be played."""

    example: Example
    edit: bool = False
    watch: bool = False


class ExamplesDialog(Dialog[PickedExample | None]):
    """Enter sends, e edits first, p plays the recording, Esc closes."""

    DEFAULT_CSS = """
    ExamplesDialog {
        align: center middle;
        & > Vertical {
            width: 96;
            max-width: 94%;
            height: auto;
            max-height: 100%;
            padding: 1 2 0 2;
            background: $panel;
        }
        #heading { text-style: bold; color: $accent; padding: 0 1; margin-bottom: 1; }
        ExampleList { height: auto; max-height: 14; }
        #preview {
            height: auto;
            min-height: 4;
            max-height: 8;
            padding: 0 1;
            border-top: solid $rule;
        }
        KeyBar { padding: 0 1; margin-top: 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", key_display="esc"),
    ]

    def __init__(self, examples: Sequence[Example]) -> None:
        super().__init__()
        self._examples = examples

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static("Examples", id="heading")
            yield ExampleList(self._examples)
            yield Static(id="preview")
            yield KeyBar()

    def on_mount(self) -> None:
        """Begin in the list."""
        self.query_one(ExampleList).focus()

    @on(OptionList.OptionHighlighted)
    def _preview(self) -> None:
        example = self.query_one(ExampleList).current
        if example:
            lines = "\n".join(f"❯ {message}" for message in example.messages)
            self.query_one("#preview", Static).update(Content(f"{example.about.capitalize()}\n{lines}"))

    @on(ExampleList.Picked)
    def _picked(self, event: ExampleList.Picked) -> None:
        self.dismiss(PickedExample(event.example, event.edit))

    @on(ExampleList.WatchWanted)
    def _watch(self, event: ExampleList.WatchWanted) -> None:
        self.dismiss(PickedExample(event.example, watch=True))
