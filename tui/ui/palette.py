"""The command palette: Textual's, but a choice that is made twice counts once."""

from textual import on
from textual.command import CommandPalette
from textual.widgets import Input, OptionList


class Palette(CommandPalette):
    """Textual's own closes itself for each Enter that was under way, and with the second one the screen beneath."""

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _once(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        if not self.is_current:
            event.stop()
            event.prevent_default()
