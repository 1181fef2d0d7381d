"""The list of conversations with its search and its heads; it says what to do where there is nothing to show."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.core.errors import StoreError
from tui.core.ports import ConversationSummary
from tui.ui.history.rows import fit, heads, widths_for
from tui.ui.history.search import SearchIndex, SearchLine
from tui.ui.history.table import ConversationTable
from tui.ui.history.words import advice, failure

_LONGEST_QUERY = 30


class ColumnHeads(Widget):
    """What the table's columns are."""

    DEFAULT_CSS = "ColumnHeads { height: 1; color: $text-muted; }"

    def render(self) -> Content:
        """The heads, in the table's columns; its last cell is the scrollbar's."""
        return Content(heads(widths_for(self.size.width - 1)))


class Finder(Vertical):
    """Finds conversations by title and tools; the table's own messages say what is highlighted and chosen."""

    DEFAULT_CSS = """
    Finder {
        height: 1fr;
        ColumnHeads { margin-top: 1; }
        #empty { height: auto; padding: 1 2; display: none; }
        &.-empty { ColumnHeads { display: none; } #empty { display: block; } }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", key_display="/"),
        Binding("escape", "leave_search", "Show all", key_display="esc"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._index = SearchIndex(())
        self._now = 0.0
        self._failure: StoreError | None = None
        self.found: Sequence[ConversationSummary] = ()

    def compose(self) -> ComposeResult:
        yield SearchLine()
        yield ColumnHeads()
        yield Static(id="empty")
        yield ConversationTable()

    @property
    def table(self) -> ConversationTable:
        """The list of conversations."""
        return self.query_one(ConversationTable)

    @property
    def search(self) -> SearchLine:
        """The search line."""
        return self.query_one(SearchLine)

    @property
    def summaries(self) -> Sequence[ConversationSummary]:
        """All conversations, newest first, whether the search shows them or not."""
        return self._index.summaries

    def show(self, summaries: Sequence[ConversationSummary], now: float) -> None:
        """Show these conversations, as seen at this time; the highlight and the search stay."""
        self._index = SearchIndex(summaries)
        self._now = now
        self._failure = None
        self._find()

    def show_failure(self, error: StoreError) -> None:
        """Say why there is nothing to show."""
        self._index = SearchIndex(())
        self._failure = error
        self._find()

    def _find(self, otherwise: int | None = None) -> None:
        self.found = self._index.find(self.search.input.value)
        self.search.count(len(self.found), len(self.summaries))
        self.table.show(self.found, self._now, otherwise=otherwise)
        self.set_class(not self.found, "-empty")
        if not self.found:
            self.query_one("#empty", Static).update(self._why_empty())
        self.refresh_bindings()

    def _why_empty(self) -> Content:
        if self._failure:
            return failure(self._failure)
        if self.summaries:
            query = fit(self.search.input.value, _LONGEST_QUERY).rstrip()
            return advice(f"No title and no tool contains “{query}”", "Esc shows all of them.")
        return advice("No conversations yet", "What is said on the Chat tab is kept here, to find and to go on with.")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc is the screen's when nothing is searched for."""
        searching = self.search.input.has_focus
        if action == "leave_search":
            return searching or bool(self.search.input.value)
        return not searching if action == "search" else True

    def action_search(self) -> None:
        """Type to filter."""
        self.search.input.focus()

    def action_leave_search(self) -> None:
        """Show all again, back in the list."""
        self.search.input.value = ""
        self.table.focus()

    @on(Input.Changed)
    def _query_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._find(otherwise=0)

    @on(Input.Submitted)
    def _query_done(self, event: Input.Submitted) -> None:
        event.stop()
        self.table.focus()

    def on_key(self, event: events.Key) -> None:
        """Arrows lead from the search into the list."""
        if event.key in ("down", "up", "pagedown", "pageup") and self.search.input.has_focus:
            event.stop()
            self.table.focus()
