"""A dialog that is a list to pick from."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ScreenResultType
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.ui.dialogs.dialog import Dialog
from tui.ui.key_bar import KeyBar


class ListDialog(Dialog[ScreenResultType]):
    """A heading, one line for each thing, and the keys; Enter or a click calls `pick` with the line's index."""

    DEFAULT_CSS = """
    ListDialog {
        align: center middle;
        & > Vertical {
            width: 100;
            max-width: 96%;
            height: auto;
            max-height: 94%;
            padding: 1 2 0 2;
            background: $panel;
        }
        #heading { text-style: bold; color: $accent; padding: 0 1; margin-bottom: 1; }
        #about { color: $text-muted; padding: 0 1; margin-top: 1; height: auto; }
        OptionList {
            height: auto;
            max-height: 16;
            border: none;
            padding: 0;
            background: transparent;
            scrollbar-size-vertical: 1;
            text-wrap: nowrap;
            text-overflow: ellipsis;
            &:focus { border: none; background-tint: transparent; }
            & > .option-list--option { padding: 0 1; }
            /* Calmer than elsewhere: the lines have words of second rank, which must stay readable. */
            &:focus > .option-list--option-highlighted {
                background: $accent 25%;
                color: $foreground;
                text-style: none;
            }
        }
        KeyBar { padding: 0 1; margin-top: 1; }
    }
    """

    LIST: ClassVar[type[OptionList]] = OptionList
    """The list; one of its own binding for Enter has words for the key bar."""

    def __init__(self, heading: str, lines: Sequence[Content], *, begin: int = 0, about: str = "") -> None:
        super().__init__()
        self._heading = heading
        self._lines = lines
        self._begin = begin
        self._about = about

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(self._heading, id="heading", markup=False)
            yield self.LIST(*(Option(line) for line in self._lines), markup=False)
            if self._about:
                yield Static(self._about, id="about", markup=False)
            yield KeyBar()

    def on_mount(self) -> None:
        """Begin in the list."""
        options = self.query_one(OptionList)
        options.focus()
        options.highlighted = self._begin

    @property
    def highlighted(self) -> int:
        """The index of the highlighted line."""
        return self.query_one(OptionList).highlighted or 0

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.pick(event.option_index)

    def pick(self, index: int) -> None:
        """Take this line."""
        raise NotImplementedError
