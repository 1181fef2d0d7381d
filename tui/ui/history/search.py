"""The search line over the list: what is typed, how many conversations it leaves, and the filters in it."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from tui.core.query import FORMS, Filter
from tui.ui.glyphs import SIGNS
from tui.ui.theme import MUTED
from tui.ui.typeable import TYPEABLE


class SearchLine(Horizontal):
    """An input without a frame, and the count at its end. It posts the input's own `Input.Changed` and `Submitted`."""

    DEFAULT_CSS = """
    SearchLine {
        height: 1;
        padding: 0 1 0 2;
        #mark { width: 2; color: $text-muted; }
        &.-active #mark { color: $accent; }
        Input { width: 1fr; border: none; height: 1; padding: 0; background: transparent; }
        .input--placeholder { color: $text-muted; }
        #count { width: auto; color: $text-muted; padding-left: 2; }
    }
    """

    def compose(self) -> ComposeResult:
        yield Static("/", id="mark")
        yield Input(placeholder="Search messages, answers, tools and results", restrict=TYPEABLE, compact=True)
        yield Static(id="count")

    def on_descendant_focus(self) -> None:
        """Light the mark up while one types."""
        self.add_class("-active")

    def on_descendant_blur(self) -> None:
        """Calm down again."""
        self.remove_class("-active")

    @property
    def input(self) -> Input:
        """Where one types."""
        return self.query_one(Input)

    def count(self, shown: int, total: int, *, is_limit: bool = False, is_digesting: bool = False) -> None:
        """Say how many conversations there are, and how many of them are shown.

        `is_limit`: no more were looked for; `is_digesting`: not all could be looked into yet.
        """
        noun = "conversation" if total == 1 else "conversations"
        words = f"{total:,} {noun}" if shown == total else f"{shown:,} of {total:,}"
        if is_limit:
            words = f"first {shown:,} of {total:,}"
        if is_digesting:
            words = f"{words} · still indexing"
        self.query_one("#count", Static).update(Content(words if total else ""))


class FilterLine(Static):
    """The line under the search: the filters that count, or while one begins to type, what can be typed."""

    DEFAULT_CSS = """
    FilterLine {
        height: 1;
        padding: 0 2 0 4;
        color: $text-muted;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    def show(self, filters: Sequence[Filter], *, is_searching: bool, is_empty: bool) -> None:
        """Show these filters; while one types into an empty line, the help."""
        if filters:
            parts = [part for found in filters for part in (chip(found), Content(" "))]
            self.update(Content.assemble(*parts, (" esc", "$accent"), (" shows all", MUTED)))
        elif is_searching and is_empty:
            self.update(Content(FORMS))
        else:
            self.update(Content())


def chip(found: Filter) -> Content:
    """A filter as a small label; one that does not count says why."""
    if found.problem:
        return Content.assemble((f"{SIGNS['timeout'].glyph} {found.problem}", "$warning"))
    words = "failed calls" if found.name == "failed" else f"{found.name} {found.value}"
    return Content(f" {words} ").stylize("$foreground on $panel")
