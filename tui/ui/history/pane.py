"""The pane of the History tab: it reads and deletes in the archive, and says upward what was chosen and deleted."""

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import ClassVar, Self

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.core.errors import StoreError
from tui.core.ports import Archive, ConversationSummary
from tui.ui.dialogs.confirm import Confirm
from tui.ui.history.finder import Finder
from tui.ui.history.preview_panel import PreviewPanel
from tui.ui.history.rows import fit
from tui.ui.history.table import ConversationTable
from tui.ui.history.words import failure
from tui.ui.theme import MUTED
from tui.ui.typed import app_of

_WIDE = 100
"""From this width, in cells, a preview stands beside the list."""

_LONGEST_NAME = 40


class HistoryPane(Container):
    """Every conversation that was kept: find, preview, open, delete and undo.

    It shows what the archive holds whenever it comes into view, or at `reload`.
    """

    DEFAULT_CSS = """
    HistoryPane {
        layout: horizontal;
        padding-top: 1;
        #left { width: 1fr; }
        #notice { height: auto; padding: 1 2 0 2; display: none; }
        PreviewPanel { display: none; }
        &.-wide #left { width: 2fr; }
        &.-wide PreviewPanel { display: block; width: 1fr; }
        &.-wide.-empty PreviewPanel { display: none; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,delete", "delete", "Delete", key_display="d"),
        Binding("u", "undo", "Undo"),
        Binding("X", "clear", "Clear all", key_display="X"),
    ]

    class ConversationChosen(Message):
        """A person wants to see this conversation."""

        def __init__(self, conversation_id: str) -> None:
            super().__init__()
            self.conversation_id = conversation_id

    class ConversationsDeleted(Message):
        """These conversations were deleted."""

        def __init__(self, ids: Sequence[str]) -> None:
            super().__init__()
            self.ids = tuple(ids)

    def __init__(self, archive: Archive, *, now: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._archive = archive
        self._now = now
        self._deletions: list[Sequence[ConversationSummary]] = []

    def compose(self) -> ComposeResult:
        with Vertical(id="left"):
            yield Finder()
            yield Static(id="notice")
        yield PreviewPanel(self._archive)

    @property
    def finder(self) -> Finder:
        """The list and its search."""
        return self.query_one(Finder)

    def focus(self, scroll_visible: bool = True) -> Self:
        """Begin in the list."""
        self.finder.table.focus(scroll_visible)
        return self

    def on_show(self) -> None:
        """Show what the archive holds now."""
        self._work(self.reload)

    def on_resize(self, event: events.Resize) -> None:
        """Show the preview where there is room for it."""
        wide = event.size.width >= _WIDE
        if wide != self.has_class("-wide"):
            self.set_class(wide, "-wide")
            self._preview(self.finder.table.current)

    async def reload(self) -> None:
        """Read the list anew; the highlight and the search stay."""
        try:
            self.finder.show(await self._archive.summaries(), self._now())
        except StoreError as error:
            self.finder.show_failure(error)
        self.set_class(not self.finder.summaries, "-empty")

    def _say(self, words: Content | None) -> None:
        notice = self.query_one("#notice", Static)
        notice.display = words is not None
        notice.update(words or Content())

    def _work(self, work: Callable[[], Awaitable[None]]) -> None:
        self.run_worker(work, group="history", description="read or change the history")

    def _preview(self, summary: ConversationSummary | None) -> None:
        self.query_one(PreviewPanel).show(summary if self.has_class("-wide") else None)

    @on(ConversationTable.Highlighted)
    def _highlighted(self, event: ConversationTable.Highlighted) -> None:
        event.stop()
        self._preview(event.summary)

    @on(ConversationTable.Chosen)
    def _chosen(self, event: ConversationTable.Chosen) -> None:
        event.stop()
        self.post_message(self.ConversationChosen(event.summary.id))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Undo shows when there is something to undo; the others when there is something to delete."""
        if action == "undo":
            return bool(self._deletions)
        return bool(self.finder.summaries) if action in ("delete", "clear") else True

    def action_delete(self) -> None:
        """Delete the highlighted conversation; `u` takes it back."""
        if summary := self.finder.table.current:
            self._hide([summary])
            self._work(partial(self._delete, [summary]))

    def action_clear(self) -> None:
        """Delete all conversations, after a yes."""
        self._work(self._clear)

    def _hide(self, summaries: Sequence[ConversationSummary]) -> None:
        """Take them off the list at once, so that the next key meets the next conversation."""
        hidden = {summary.id for summary in summaries}
        self.finder.show([found for found in self.finder.summaries if found.id not in hidden], self._now())

    async def _clear(self) -> None:
        summaries = self.finder.summaries
        hidden = len(summaries) - len(self.finder.found)
        message = f"The {hidden:,} that the search hides go too. " if hidden else ""
        question = f"Delete {_how_many(summaries)}?"
        dialog = Confirm(question, f"{message}u takes it back until Callscope ends.", yes_label="Delete all")
        if await app_of(self).push_screen_wait(dialog):
            self._hide(summaries)
            await self._delete(summaries)

    async def _delete(self, summaries: Sequence[ConversationSummary]) -> None:
        ids = [summary.id for summary in summaries]
        try:
            await self._archive.delete(ids)
        except StoreError as error:
            self._say(failure(error))
            kept = sorted([*self.finder.summaries, *summaries], key=lambda summary: summary.updated_at, reverse=True)
            self.finder.show(kept, self._now())
            return
        self._deletions.append(summaries)
        self._say(_deleted(summaries))
        self.post_message(self.ConversationsDeleted(ids))
        self.refresh_bindings()
        await self.reload()

    def action_undo(self) -> None:
        """Take the last deletion back, then the one before."""
        if self._deletions:
            self._work(partial(self._undo, self._deletions.pop()))

    async def _undo(self, summaries: Sequence[ConversationSummary]) -> None:
        try:
            await self._archive.restore([summary.id for summary in summaries])
        except StoreError as error:
            self._deletions.append(summaries)
            self._say(failure(error))
            return
        self._say(_deleted(self._deletions[-1]) if self._deletions else None)
        self.refresh_bindings()
        await self.reload()
        self.finder.table.go_to(summaries[0].id)


def _how_many(summaries: Sequence[ConversationSummary]) -> str:
    if len(summaries) == 1:
        return f"“{fit(summaries[0].title, _LONGEST_NAME).rstrip()}”"
    return f"all {len(summaries):,} conversations"


def _deleted(summaries: Sequence[ConversationSummary]) -> Content:
    return Content.assemble(f"Deleted {_how_many(summaries)}", (" · ", MUTED), ("u", "$accent"), (" undo", MUTED))
