"""What all dialogs share."""

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType


class Dialog(ModalScreen[ScreenResultType]):
    """A modal screen that closes once; a second key typed before it was gone changes nothing.

    Textual would close the screen below as well, or fail for want of one.
    """

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with this result, if this is the screen on top."""
        return super().dismiss(result) if self.is_active else AwaitComplete.nothing()
