"""What all dialogs share."""

from typing import ClassVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, ScreenResultType

from tui.ui.theme import switch_palette
from tui.ui.typed import app_of


class Dialog(ModalScreen[ScreenResultType]):
    """A modal screen that closes once; a second key typed before it was gone changes nothing.

    Textual would close the screen below as well, or fail for want of one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f9", "switch_palette", "Light or dark", show=False)]

    def action_switch_palette(self) -> None:
        """Light or dark, here too."""
        switch_palette(app_of(self))

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with this result, if this is the screen on top."""
        return super().dismiss(result) if self.is_active else AwaitComplete.nothing()
