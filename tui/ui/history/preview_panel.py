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
from tui.core.ports import Archive, SearchHit
from tui.ui.history.preview import heading, outline
from tui.ui.history.words import failure
from tui.ui.working import tell_screen

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
        self._read_last: tuple[SearchHit, Sequence[Event]] | None = None

    def compose(self) -> ComposeResult:
        yield Static()

    def show(self, hit: SearchHit | None) -> None:
        """Show this conversation, from the turn that was found; its title at once, the rest when it is read."""
        self.scroll_home(animate=False)
        self._read_last = None
        self._draw(heading(hit.summary) if hit else Content())
        if self._reading:
            self._reading.cancel()
        if hit:
            self._reading = self.run_worker(
                partial(self._read, hit),
                group="preview",
                description="read a conversation for its preview",
                exit_on_error=False,
            )

    async def _read(self, hit: SearchHit) -> None:
        await asyncio.sleep(DELAY)
        try:
            self._read_last = hit, await self._archive.load(hit.summary.id)
        except StoreError as error:
            self._draw(Content("\n\n").join([heading(hit.summary), failure(error)]))
        else:
            self._draw_outline()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What breaks off is told by the screen."""
        tell_screen(self, event)

    def on_resize(self) -> None:
        """Cut the lines to the new width."""
        self._draw_outline()

    def _draw_outline(self) -> None:
        if self._read_last:
            self._draw(outline(*self._read_last, self.scrollable_content_region.width - _PADDING))

    def _draw(self, content: Content) -> None:
        self.query_one(Static).update(content)
