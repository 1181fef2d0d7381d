"""A scrolling place for text that is laid out for the width it gets."""

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

_WIDEST = 120  # longer lines are hard to read; the same as in the style sheet


class OverviewScroll(VerticalScroll):
    """Shows what `make(width)` returns, and asks it again when the width changes."""

    DEFAULT_CSS = """
    OverviewScroll {
        height: 1fr;
        Static { width: 1fr; max-width: 120; height: auto; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._make: Callable[[int], Content] = lambda _width: Content()

    def compose(self) -> ComposeResult:
        """One text, however long."""
        yield Static(markup=False)

    def show(self, make: Callable[[int], Content], *, from_top: bool) -> None:
        """Show another text, from its top or where the old one was scrolled to."""
        self._make = make
        self._lay_out()
        if from_top:
            self.scroll_home(animate=False)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the text out for the new width."""
        self._lay_out()

    def _lay_out(self) -> None:
        if width := min(self.scrollable_content_region.width, _WIDEST):
            self.query_one(Static).update(self._make(width))
