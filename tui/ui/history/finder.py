"""The list of conversations with its search and its heads; it says what to do where there is nothing to show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static
from textual.worker import Worker

from tui.core.errors import StoreError
from tui.core.ports import Archive, ConversationSummary, SearchHit, SearchQuery
from tui.core.query import ParsedQuery, parse_query
from tui.ui.history.rows import fit, heads, widths_for
from tui.ui.history.search import FilterLine, SearchLine
from tui.ui.history.table import ConversationTable
from tui.ui.history.words import advice, failure
from tui.ui.working import tell_screen

_LONGEST_QUERY = 30
MOST_HITS = 200
"""More than anybody reads through; a further word finds what is beyond."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Conversations that were taken off the list; `hits` are those of them that were shown."""

    summaries: Sequence[ConversationSummary]
    hits: Sequence[SearchHit]


def _order(summary: ConversationSummary) -> tuple[bool, float]:
    return summary.pinned, summary.updated_at


class ColumnHeads(Widget):
    """What the table's columns are."""

    DEFAULT_CSS = "ColumnHeads { height: 1; color: $text-muted; }"

    def render(self) -> Content:
        """The heads, in the table's columns; its last cell is the scrollbar's."""
        return Content(heads(widths_for(self.size.width - 1)))


class Finder(Vertical):
    """Finds conversations by everything said and done in them; what was found stays until the next is found.

    The table's own messages say what is highlighted and chosen.
    """

    DEFAULT_CSS = """
    Finder {
        height: 1fr;
        #empty { height: auto; padding: 1 2; display: none; }
        &.-empty { ColumnHeads { display: none; } #empty { display: block; } }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        # Before the letters typed after it, which would be taken for keys of the list.
        Binding("slash", "search", "Search", key_display="/", priority=True),
        Binding("escape", "leave_search", "Show all", key_display="esc"),
    ]

    def __init__(self, archive: Archive, now: Callable[[], float]) -> None:
        super().__init__()
        self._archive = archive
        self._now = now
        self._failure: StoreError | None = None
        self._is_partial = False  # what is looked for may also be in conversations that cannot be searched yet
        self.summaries: Sequence[ConversationSummary] = ()
        """All conversations, whether the search shows them or not."""
        self.hits: Sequence[SearchHit] = ()
        """Those that are shown."""

    def compose(self) -> ComposeResult:
        yield SearchLine()
        yield FilterLine(markup=False)
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
    def parsed(self) -> ParsedQuery:
        """What is looked for."""
        return parse_query(self.search.input.value, self._now())

    async def reload(self) -> None:
        """Read everything anew; the highlight and the search stay."""
        try:
            await self._archive.flush()
            self.summaries = await self._archive.summaries()
        except StoreError as error:
            self.summaries = ()
            self._show((), failed=error)
        else:
            await self._find(self.search.input.value)

    def hide(self, conversation_ids: set[str]) -> Hidden:
        """Take conversations off the list at once, so that the next key meets the next conversation."""
        summaries = [summary for summary in self.summaries if summary.id in conversation_ids]
        hits = [hit for hit in self.hits if hit.summary.id in conversation_ids]
        self.summaries = [summary for summary in self.summaries if summary.id not in conversation_ids]
        self._show([hit for hit in self.hits if hit.summary.id not in conversation_ids])
        return Hidden(summaries, hits)

    def bring_back(self, hidden: Hidden) -> None:
        """Show again what was hidden, in its place."""
        self.summaries = sorted([*self.summaries, *hidden.summaries], key=_order, reverse=True)
        self._show(sorted([*self.hits, *hidden.hits], key=lambda hit: _order(hit.summary), reverse=True))

    async def _find(self, typed: str, otherwise: int | None = None) -> None:
        """Look for this; what comes back when something else is typed already is passed over."""
        parsed = parse_query(typed, self._now())
        self._is_partial = bool(parsed.query.text) and self._archive.is_digesting
        if parsed.is_empty:
            self._show([SearchHit(summary) for summary in self.summaries], otherwise=otherwise)
            return
        try:
            hits = await self._archive.search(parsed.query, MOST_HITS)
        except StoreError as error:
            self._show((), failed=error)
        else:
            if typed == self.search.input.value:
                self._show(hits, otherwise=otherwise)
        if self._is_partial:
            work = self._find_the_rest
            self.run_worker(work, group="rest", description="search again", exclusive=True, exit_on_error=False)

    async def _find_the_rest(self) -> None:
        """Look again once everything can be found."""
        await self._archive.digested()
        await self._find(self.search.input.value)

    def _show(
        self, hits: Sequence[SearchHit], *, failed: StoreError | None = None, otherwise: int | None = None
    ) -> None:
        self.hits, self._failure = hits, failed
        total = len(self.summaries)
        is_limit = len(hits) == MOST_HITS < total and not self.parsed.is_empty
        self.search.count(len(hits), total, is_limit=is_limit, is_digesting=self._is_partial)
        titles = {summary.id: summary.title for summary in self.summaries}
        self.table.show(hits, self._now(), titles=titles, otherwise=otherwise)
        self._show_filters()
        self.set_class(not hits, "-empty")
        if not hits:
            self.query_one("#empty", Static).update(self._why_empty())
        self.refresh_bindings()

    def _show_filters(self) -> None:
        line, field = self.query_one(FilterLine), self.search.input
        line.show(self.parsed.filters, is_searching=field.has_focus, is_empty=not field.value)

    def _why_empty(self) -> Content:
        if self._failure:
            return failure(self._failure)
        if not self.summaries:
            return advice(
                "No conversations yet", "What is said on the Chat tab is kept here, to find and to go on with."
            )
        if not (text := self.parsed.query.text):
            return advice("No conversation passes these filters", "Esc shows all of them.")
        words = f"“{fit(text, _LONGEST_QUERY).rstrip()}”"
        if self._is_partial:
            return advice(f"Nothing contains {words} so far", "Older conversations are still being indexed.")
        if self.parsed.query != SearchQuery(text=text):
            return advice(f"Nothing that passes these filters contains {words}", "Esc shows all of them.")
        return advice(f"Nothing contains {words}", "Esc shows all of them.")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc is the screen's when nothing is searched for."""
        searching = self.search.input.has_focus
        if action == "leave_search":
            return searching or bool(self.search.input.value)
        return not searching if action == "search" else True

    def action_search(self) -> None:
        """Type to search, from the very next letter on."""
        self.screen.set_focus(self.search.input)

    def action_leave_search(self) -> None:
        """Show all again, back in the list."""
        self.search.input.value = ""
        self.table.focus()

    @on(Input.Changed)
    def _query_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show_filters()
        work = partial(self._find, event.value, otherwise=0)
        self.run_worker(work, group="search", description="search the history", exclusive=True, exit_on_error=False)

    @on(Input.Submitted)
    def _query_done(self, event: Input.Submitted) -> None:
        event.stop()
        self.table.focus()

    def on_descendant_focus(self) -> None:
        """The search line's help comes and goes with the focus."""
        self._show_filters()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A search that breaks off is told by the screen."""
        tell_screen(self, event)

    def on_key(self, event: events.Key) -> None:
        """Arrows lead from the search into the list."""
        if event.key in ("down", "up", "pagedown", "pageup") and self.search.input.has_focus:
            event.stop()
            self.table.focus()
