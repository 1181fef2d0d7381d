"""Inputs that clean what is pasted: they draw their text as it is, and a clipboard may hold escape sequences."""

from textual.events import Paste
from textual.widgets import Input, TextArea

from tui.core.text import sanitize


class CleanInput(Input):
    """One line of text."""

    def on_paste(self, event: Paste) -> None:
        """Clean the text before the input takes it."""
        event.text = sanitize(event.text)


class CleanTextArea(TextArea):
    """Several lines of text."""

    def on_paste(self, event: Paste) -> None:
        """Clean the text before the area takes it."""
        event.text = sanitize(event.text)
