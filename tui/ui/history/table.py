"""The list of conversations, drawn line by line, so that ten thousand cost as much as twenty."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.core.ports import ConversationSummary
from tui.ui.history.rows import row_cells, widths_for


class ConversationTable(ScrollView, can_focus=True):
    """Shows conversations, one a line, with a highlight that stays on its conversation when the list changes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--title",
        "table--muted",
        "table--failed",
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

        def __init__(self, summary: ConversationSummary | None) -> None:
            super().__init__()
            self.summary = summary

    class Chosen(Message):
        """A conversation was chosen, by Enter or by a click on the highlight."""

        def __init__(self, summary: ConversationSummary) -> None:
            super().__init__()
            self.summary = summary

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[ConversationSummary] = ()
        self._now = 0.0
        self._shown: ConversationSummary | None = None

    @property
    def current(self) -> ConversationSummary | None:
        """The highlighted conversation."""
        return self._rows[self.highlighted] if self._rows else None

    def show(self, rows: Sequence[ConversationSummary], now: float, *, otherwise: int | None = None) -> None:
        """Show these rows; the highlight stays on its conversation.

        If that is gone, it goes to the row `otherwise`, or stays near its place.
        """
        current = self.current
        self._rows = rows
        self._now = now
        self.virtual_size = Size(0, len(rows))
        places = (place for place, row in enumerate(rows) if current and row.id == current.id)
        self._highlight(next(places, self.highlighted if otherwise is None else otherwise))
        self.refresh()

    def go_to(self, conversation_id: str) -> None:
        """Highlight this conversation, if it is shown."""
        for place, row in enumerate(self._rows):
            if row.id == conversation_id:
                self._highlight(place)

    def _highlight(self, index: int) -> None:
        self.highlighted = max(0, min(index, len(self._rows) - 1))
        self.scroll_to_region(Region(0, self.highlighted, 1, 1), animate=False, immediate=True, force=True)
        self.refresh()
        if self.current != self._shown:
            self._shown = self.current
            # Textual ends a message at the parent when the parent is its sender, as the list's is that searches.
            self.post_message(self.Highlighted(self.current).set_sender(self))

    def notify_style_update(self) -> None:
        """Draw anew in another theme."""
        super().notify_style_update()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row, or the blank under the last."""
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        if index >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        marked = index == self.highlighted
        ground = self.get_component_rich_style("table--highlight") if marked else self.rich_style
        segments = [
            Segment(text, ground if marked else self.get_component_rich_style(f"table--{style}"))
            for text, style in row_cells(self._rows[index], widths_for(width), self._now, marked=marked)
        ]
        return Strip(segments).adjust_cell_length(width, ground)

    def action_move(self, rows: int) -> None:
        """Move the highlight up or down."""
        self._highlight(self.highlighted + rows)

    def action_page(self, pages: int) -> None:
        """Move the highlight by what is on the screen."""
        self._highlight(self.highlighted + pages * max(1, self.scrollable_content_region.height - 1))

    def action_edge(self, index: int) -> None:
        """Go to the first row (0) or the last (-1)."""
        self._highlight(index % max(1, len(self._rows)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be something to choose."""
        return bool(self._rows) if action == "choose" else True

    def action_choose(self) -> None:
        """Choose the highlighted conversation."""
        if self.current:
            self.post_message(self.Chosen(self.current))

    def on_click(self, event: events.Click) -> None:
        """Highlight the row; choose it if it is highlighted already."""
        index = event.y + self.scroll_offset.y
        if index == self.highlighted:
            self.action_choose()
        elif index < len(self._rows):
            self._highlight(index)
