"""The examples as a list to pick from: on the empty chat and in the picker."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.core.example import Example
from tui.ui.wish import Wish

TITLE_WIDTH = 21


class ExampleList(OptionList):
    """Enter or a click picks an example to be sent; `e` picks it for editing, `p` plays it."""

    DEFAULT_CSS = """
    ExampleList {
        height: auto;
        border: none;
        padding: 0;
        background: transparent;
        scrollbar-size-vertical: 1;
        &:focus { border: none; background-tint: transparent; }
        text-wrap: nowrap;
        text-overflow: ellipsis;
        & > .option-list--option { padding: 0 1; }
        & > .option-list--option-highlighted { background: transparent; color: $foreground; }
        &:focus > .option-list--option-highlighted {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Send", key_display="⏎"),
        Binding("e", "edit", "Edit first"),
        Binding("p", "watch", "Watch"),
    ]

    class Picked(Message):
        """An example was picked, to be sent or to be edited first."""

        def __init__(self, example: Example, *, edit: bool) -> None:
            super().__init__()
            self.example = example
            self.edit = edit

    class WatchWanted(Wish):
        """An example's recording is to be played."""

        def __init__(self, example: Example) -> None:
            super().__init__()
            self.example = example

    class LeftAtTop(Message):
        """Up was pressed on the first example."""

    def __init__(self, examples: Sequence[Example]) -> None:
        super().__init__(*(Option(_line(example)) for example in examples), markup=False)
        self._examples = examples

    def on_focus(self) -> None:
        """Begin at the first example."""
        if self.highlighted is None:
            self.highlighted = 0

    @property
    def current(self) -> Example | None:
        """The highlighted example."""
        return None if self.highlighted is None else self._examples[self.highlighted]

    def action_cursor_up(self) -> None:
        """Up; from the first example, out of the list."""
        if self.highlighted:
            super().action_cursor_up()
        else:
            self.post_message(self.LeftAtTop())

    def action_edit(self) -> None:
        """Pick the highlighted example for editing."""
        if self.current:
            self.post_message(self.Picked(self.current, edit=True))

    def action_watch(self) -> None:
        """Play the recording of the highlighted example."""
        if self.current:
            self.post_message(self.WatchWanted(self.current))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Pick what was selected."""
        event.stop()
        self.post_message(self.Picked(self._examples[event.option_index], edit=False))


def _line(example: Example) -> Content:
    message = example.messages[0] if len(example.messages) == 1 else example.about
    name = Content(f"{example.title:<{TITLE_WIDTH}}").stylize(Style(bold=True))
    return name + Content(" " + message)
