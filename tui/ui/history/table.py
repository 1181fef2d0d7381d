"""The list of conversations, drawn line by line, so that ten thousand cost as much as twenty."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from types import MappingProxyType
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.core.ports import ConversationSummary, SearchHit
from tui.ui.history.layout import Heading, Layout
from tui.ui.history.rows import fit, row_cells, widths_for
from tui.ui.history.snippets import snippet_cells

_HEADINGS: Mapping[Heading, str] = MappingProxyType({"pinned": "Pinned", "others": "Others"})


class ConversationTable(ScrollView, can_focus=True):
    """Shows conversations with a highlight that stays on its conversation when the list changes.

    One takes a line, and a second one below where words were found in it; the pinned stand under a heading.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--title",
        "table--muted",
        "table--failed",
        "table--warning",
        "table--accent",
        "table--heading",
        "table--snippet",
        "table--hit",
        "table--highlight",
    }

    DEFAULT_CSS = """
    ConversationTable {
        height: 1fr;
        overflow-x: hidden;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        & > .table--title { color: $foreground; }
        & > .table--muted { color: $text-muted; }
        & > .table--failed { color: $error; }
        & > .table--warning { color: $warning; }
        & > .table--accent { color: $accent; }
        & > .table--heading { color: $text-muted; text-style: bold; }
        & > .table--snippet { color: $text-muted; }
        & > .table--hit { color: $accent; text-style: bold underline; }
        & > .table--highlight { color: $block-cursor-blurred-foreground; background: $block-cursor-blurred-background; }
        &:focus > .table--highlight { color: $block-cursor-foreground; background: $block-cursor-background; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Open", key_display="⏎"),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "edge(0)", "First", show=False),
        Binding("end", "edge(-1)", "Last", show=False),
    ]

    highlighted = reactive(0, repaint=False)
    """The index of the highlighted row; meaningless while there are none."""

    class Highlighted(Message):
        """Another conversation is highlighted now, or none."""

        def __init__(self, hit: SearchHit | None) -> None:
            super().__init__()
            self.hit = hit

    class Chosen(Message):
        """A conversation was chosen, by Enter or by a click on the highlight."""

        def __init__(self, hit: SearchHit) -> None:
            super().__init__()
            self.hit = hit

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[SearchHit] = ()
        self._titles: Mapping[str, str] = {}
        self._layout_of_rows = Layout()
        self._now = 0.0
        self._shown: SearchHit | None = None

    @property
    def hit(self) -> SearchHit | None:
        """The highlighted conversation, and where the words were found in it."""
        return self._rows[self.highlighted] if self._rows else None

    @property
    def current(self) -> ConversationSummary | None:
        """The highlighted conversation."""
        return self.hit.summary if self.hit else None

    def show(
        self,
        rows: Sequence[SearchHit],
        now: float,
        *,
        titles: Mapping[str, str] | None = None,
        otherwise: int | None = None,
    ) -> None:
        """Show these rows, the pinned first; the highlight stays on its conversation.

        If that is gone, it goes to the row `otherwise`, or stays near its place. `titles` are those of all
        conversations, by id.
        """
        current = self.current
        self._rows = rows
        self._titles = titles or {}
        self._now = now
        pinned = sum(1 for _ in takewhile(lambda row: row.summary.pinned, rows))
        height = 2 if any(row.snippet for row in rows) else 1
        self._layout_of_rows = Layout(len(rows), pinned, height)
        self.virtual_size = Size(0, self._layout_of_rows.lines)
        places = (place for place, row in enumerate(rows) if current and row.summary.id == current.id)
        self._highlight(next(places, self.highlighted if otherwise is None else otherwise))
        self.refresh()

    def go_to(self, conversation_id: str) -> None:
        """Highlight this conversation, if it is shown."""
        for place, row in enumerate(self._rows):
            if row.summary.id == conversation_id:
                self._highlight(place)

    def _highlight(self, index: int) -> None:
        self.highlighted = max(0, min(index, len(self._rows) - 1))
        layout = self._layout_of_rows
        top = 0 if not self.highlighted else layout.top(self.highlighted)  # With the first row goes its heading.
        bottom = layout.top(self.highlighted) + layout.height
        self.scroll_to_region(Region(0, top, 1, bottom - top), animate=False, immediate=True, force=True)
        self.refresh()
        if self.hit != self._shown:
            self._shown = self.hit
            # Textual ends a message at the parent when the parent is its sender, as the list's is that searches.
            self.post_message(self.Highlighted(self.hit).set_sender(self))

    def notify_style_update(self) -> None:
        """Draw anew in another theme."""
        super().notify_style_update()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of a row, a heading, or the blank under the last."""
        width = self.scrollable_content_region.width
        match self._layout_of_rows.at(y + self.scroll_offset.y):
            case None:
                return Strip.blank(width, self.rich_style)
            case (row, part):
                return self._row_line(row, part, width)
            case heading:
                style = self.get_component_rich_style("table--heading")
                return Strip([Segment("  " + fit(_HEADINGS[heading], max(0, width - 2)), style)])

    def _row_line(self, row: int, part: int, width: int) -> Strip:
        hit, marked = self._rows[row], row == self.highlighted
        ground = self.get_component_rich_style("table--highlight") if marked else self.rich_style
        cells: Sequence[tuple[str, str]] = snippet_cells(hit, width)
        if part == 0:
            cells = row_cells(hit.summary, widths_for(width), self._now, marked=marked, titles=self._titles)
        segments = [Segment(text, self._cell_style(style, ground if marked else None)) for text, style in cells]
        return Strip(segments).adjust_cell_length(width, ground)

    def _cell_style(self, style: str, ground: Style | None) -> Style:
        if ground is None:
            return self.get_component_rich_style(f"table--{style}")
        return ground + Style(bold=True, underline=True) if style == "hit" else ground

    def action_move(self, rows: int) -> None:
        """Move the highlight up or down."""
        self._highlight(self.highlighted + rows)

    def action_page(self, pages: int) -> None:
        """Move the highlight by what is on the screen."""
        self._highlight(self.highlighted + pages * self._rows_on_a_page())

    def _rows_on_a_page(self) -> int:
        return max(1, self.scrollable_content_region.height // self._layout_of_rows.height - 1)

    def action_edge(self, index: int) -> None:
        """Go to the first row (0) or the last (-1)."""
        self._highlight(index % max(1, len(self._rows)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be something to choose."""
        return bool(self._rows) if action == "choose" else True

    def action_choose(self) -> None:
        """Choose the highlighted conversation."""
        if self.hit:
            self.post_message(self.Chosen(self.hit))

    def on_click(self, event: events.Click) -> None:
        """Highlight the row; choose it if it is highlighted already."""
        match self._layout_of_rows.at(event.y + self.scroll_offset.y):
            case (row, _) if row == self.highlighted:
                self.action_choose()
            case (row, _):
                self._highlight(row)
            case _:
                pass
