"""The pane of the History tab: it reads and deletes in the archive, and says upward what else a person wishes."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import ClassVar, Self

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static
from textual.worker import Worker

from tui.core.errors import StoreError
from tui.core.ports import Archive, ConversationSummary, SearchHit
from tui.core.query import written
from tui.ui.dialogs.confirm import Confirm
from tui.ui.dialogs.filters import FiltersDialog
from tui.ui.dialogs.rename import RenameDialog
from tui.ui.history.deletions import Deletions
from tui.ui.history.finder import Finder
from tui.ui.history.messages import (
    ConversationChosen,
    ConversationPinned,
    ConversationRenamed,
    ConversationsDeleted,
    ConversationsRestored,
    ExportWanted,
    RecordingUse,
    RecordingWish,
    StatisticsWanted,
)
from tui.ui.history.preview_panel import PreviewPanel
from tui.ui.history.table import ConversationTable
from tui.ui.history.words import deleted, failure, how_many
from tui.ui.typed import app_of
from tui.ui.working import tell_screen

_WIDE = 100
"""From this width, in cells, a preview stands beside the list."""

_FOR_ONE = frozenset({"delete", "rename", "pin", "export", "use"})
"""What is done with the highlighted conversation."""


class HistoryPane(Container):
    """Every conversation that was kept: find, preview, open, rename, pin, export, delete and undo.

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
        Binding("f", "filter", "Filter"),
        Binding("p", "pin", "Pin"),
        Binding("e,n", "rename", "Rename", key_display="e"),
        Binding("x", "export", "Export"),
        Binding("v", "use('replay')", "Replay"),
        Binding("c", "use('check')", "Check"),
        Binding("t", "use('record')", "Record as test"),
        Binding("d,delete", "delete", "Delete", key_display="d"),
        Binding("u", "undo", "Undo"),
        Binding("S", "statistics", "Statistics", key_display="S"),
        Binding("X", "clear", "Clear all", key_display="X"),
    ]

    def __init__(self, archive: Archive, *, now: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._archive = archive
        self._now = now
        self._deletions = Deletions(archive)

    def compose(self) -> ComposeResult:
        with Vertical(id="left"):
            yield Finder(self._archive, self._now)
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
        self.reload_soon()

    def on_resize(self, event: events.Resize) -> None:
        """Show the preview where there is room for it."""
        wide = event.size.width >= _WIDE
        if wide != self.has_class("-wide"):
            self.set_class(wide, "-wide")
            self._preview(self.finder.table.hit)

    def reload_soon(self) -> None:
        """Read the list anew, in the background."""
        self._work(self.reload)

    async def reload(self) -> None:
        """Read the list anew; the highlight and the search stay."""
        await self.finder.reload()
        self.set_class(not self.finder.summaries, "-empty")

    def _say(self, words: Content | None) -> None:
        notice = self.query_one("#notice", Static)
        notice.display = words is not None
        notice.update(words or Content())

    def _work(self, work: Callable[[], Awaitable[None]]) -> None:
        self.run_worker(work, group="history", description="read or change the history", exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What breaks off is told by the screen."""
        tell_screen(self, event)

    def _preview(self, hit: SearchHit | None) -> None:
        self.query_one(PreviewPanel).show(hit if self.has_class("-wide") else None)

    @on(ConversationTable.Highlighted)
    def _highlighted(self, event: ConversationTable.Highlighted) -> None:
        event.stop()
        self._preview(event.hit)

    @on(ConversationTable.Chosen)
    def _chosen(self, event: ConversationTable.Chosen) -> None:
        event.stop()
        snippet = event.hit.snippet
        self.post_message(ConversationChosen(event.hit.summary.id, snippet.turn if snippet else 0))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Undo shows when there is something to undo; the others when there is something to do it with."""
        if action == "undo":
            return bool(self._deletions.last)
        if action in _FOR_ONE:
            return self.finder.table.current is not None
        return bool(self.finder.summaries) if action in ("filter", "clear") else True

    def action_filter(self) -> None:
        """Choose filters from lists; they are written into the search line."""
        finder = self.finder
        typed = {found.name: found.value or "yes" for found in finder.parsed.filters if not found.problem}
        tools = sorted({tool for summary in finder.summaries for tool in summary.tools})
        models = sorted({model for summary in finder.summaries for model in summary.models})

        def take(filters: Mapping[str, str] | None) -> None:
            if filters is not None:
                finder.search.input.value = written(finder.search.input.value, filters)
                finder.table.focus()

        app_of(self).push_screen(FiltersDialog(tools, models, typed), take)

    def action_rename(self) -> None:
        """Give the highlighted conversation another title."""
        if (summary := self.finder.table.current) is None:
            return

        def take(title: str | None) -> None:
            if title is not None and title != summary.title:
                self.post_message(ConversationRenamed(summary.id, title))

        app_of(self).push_screen(RenameDialog(summary.title), take)

    def action_pin(self) -> None:
        """Put the highlighted conversation at the top of the list, or let it go from there."""
        if summary := self.finder.table.current:
            self.post_message(ConversationPinned(summary.id, pinned=not summary.pinned))

    def action_export(self) -> None:
        """Write the highlighted conversation to a file."""
        if summary := self.finder.table.current:
            self.post_message(ExportWanted(summary))

    def action_use(self, what: RecordingUse) -> None:
        """Play the highlighted conversation, check it, or keep it as a test of its tools."""
        if summary := self.finder.table.current:
            self.post_message(RecordingWish(summary, what))

    def action_statistics(self) -> None:
        """Show what was used."""
        self.post_message(StatisticsWanted())

    def action_delete(self) -> None:
        """Delete the highlighted conversation; `u` takes it back."""
        if summary := self.finder.table.current:
            self._delete_soon([summary])

    def action_clear(self) -> None:
        """Delete all conversations, after a yes."""
        summaries = self.finder.summaries
        hidden = len(summaries) - len(self.finder.hits)
        message = f"The {hidden:,} that the search hides go too. " if hidden else ""

        question = f"Delete {how_many(summaries)}?"
        dialog = Confirm(question, f"{message}u takes it back until Callscope ends.", yes_label="Delete all")
        app_of(self).push_screen(dialog, lambda yes: self._delete_soon(summaries) if yes else None)

    def _delete_soon(self, summaries: Sequence[ConversationSummary]) -> None:
        hidden = self.finder.hide({summary.id for summary in summaries})

        async def delete() -> None:
            try:
                await self._deletions.delete(summaries)
            except StoreError as error:
                self._say(failure(error))
                self.finder.bring_back(hidden)
                return
            self._say(deleted(summaries))
            self.post_message(ConversationsDeleted([summary.id for summary in summaries]))
            self.refresh_bindings()
            await self.reload()

        self._work(delete)

    def action_undo(self) -> None:
        """Take the last deletion back, then the one before."""
        self._work(self._undo)

    async def _undo(self) -> None:
        try:
            restored = await self._deletions.undo()
        except StoreError as error:
            self._say(failure(error))
            return
        self._say(deleted(self._deletions.last) if self._deletions.last else None)
        self.refresh_bindings()
        await self.reload()
        if restored:
            self.post_message(ConversationsRestored())
            self.finder.table.go_to(restored[0].id)
