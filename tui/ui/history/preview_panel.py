"""The panel beside the list: it reads the highlighted conversation once the highlight rests."""

import asyncio
from collections.abc import Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static
from textual.worker import Worker

from tui.core.errors import StoreError
from tui.core.events import Event
from tui.core.ports import Archive, ConversationSummary
from tui.ui.history.preview import heading, outline
from tui.ui.history.words import failure

DELAY = 0.08
"""Seconds that the highlight must rest before its conversation is read."""

_PADDING = 3
"""Cells that the text keeps free at its two sides."""


class PreviewPanel(VerticalScroll, can_focus=False):
    """Shows the beginning of one conversation, or nothing."""

    DEFAULT_CSS = """
    PreviewPanel {
        border-left: solid $rule;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        Static { padding: 0 1 0 2; }
    }
    """

    def __init__(self, archive: Archive) -> None:
        super().__init__()
        self._archive = archive
        self._reading: Worker[None] | None = None
        self._read_last: tuple[ConversationSummary, Sequence[Event]] | None = None

    def compose(self) -> ComposeResult:
        yield Static()

    def show(self, summary: ConversationSummary | None) -> None:
        """Show this conversation; its title at once, the rest when it is read."""
        self.scroll_home(animate=False)
        self._read_last = None
        self._draw(heading(summary) if summary else Content())
        if self._reading:
            self._reading.cancel()
        if summary:
            read = partial(self._read, summary)
            self._reading = self.run_worker(read, group="preview", description="read a conversation for its preview")

    async def _read(self, summary: ConversationSummary) -> None:
        await asyncio.sleep(DELAY)
        try:
            self._read_last = summary, await self._archive.load(summary.id)
        except StoreError as error:
            self._draw(Content("\n\n").join([heading(summary), failure(error)]))
        else:
            self._draw_outline()

    def on_resize(self) -> None:
        """Cut the lines to the new width."""
        self._draw_outline()

    def _draw_outline(self) -> None:
        if self._read_last:
            self._draw(outline(*self._read_last, self.scrollable_content_region.width - _PADDING))

    def _draw(self, content: Content) -> None:
        self.query_one(Static).update(content)
