"""One widget that draws a document of blocks, however long: only what is in sight is rendered."""

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.selection import Selection
from textual.strip import Strip

from tui.ui.lines.anchored_view import AnchoredView
from tui.ui.lines.line import plain
from tui.ui.lines.look import Look
from tui.ui.lines.selecting import copied_text, position


class BlockView(AnchoredView, can_focus=True):
    """A document of blocks with keys to move about, text selection, and a hint when its end grew out of sight."""

    ALLOW_SELECT = True
    JUMP_HINT: ClassVar[str] = " ↓ jump to latest (Ctrl+End) "
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+home", "scroll_home", "Top", show=False),
        Binding("ctrl+end", "scroll_end", "Latest", show=False),
        Binding("ctrl+up", "scroll_up", "Scroll up", show=False),
        Binding("ctrl+down", "scroll_down", "Scroll down", show=False),
    ]

    def __init__(
        self, *, placeholder: str = "", follow: bool = True, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(follow=follow, id=id, classes=classes)
        self._placeholder = placeholder
        self._painting = False

    def go_home(self) -> None:
        """Show the beginning."""
        self.following = False
        self._place(0)
        self._settle("top")
        self.following = self.max_scroll_y == 0
        self.refresh()

    def go_end(self) -> None:
        """Show the end, and stay with it as it grows."""
        self.following = True
        self._settle("end")
        self.refresh()

    def go_to(self, index: int) -> None:
        """Show a block, at the top of the view where the document is long enough; as soon as the width is known."""
        if not self.flow.width:
            self.following, self._begin_at = False, index
            return
        self._place(self.flow.top(index))
        self._settle("top")
        self.following = self.is_vertical_scroll_end
        self.refresh()

    def show_block(self, index: int) -> None:
        """Scroll no further than needed to have a block in sight."""
        top = self.flow.top(index)
        bottom = top + len(self.flow.lines(index))
        if top < self.scroll_offset.y:
            self._scroll_by(top - self.scroll_offset.y)
        elif bottom > self.scroll_offset.y + self._view_height:
            self._scroll_by(min(bottom - self._view_height, top) - self.scroll_offset.y)

    def _scroll_by(self, rows: int) -> None:
        self.scroll_target_y = self.scroll_y = self.scroll_offset.y + rows

    def action_scroll_up(self) -> None:
        """One row up."""
        self._scroll_by(-1)

    def action_scroll_down(self) -> None:
        """One row down."""
        self._scroll_by(1)

    def action_page_up(self) -> None:
        """A screenful up, less one row to hold on to."""
        self._scroll_by(1 - self._view_height)

    def action_page_down(self) -> None:
        """A screenful down, less one row to hold on to."""
        self._scroll_by(self._view_height - 1)

    def action_scroll_home(self) -> None:
        """To the beginning."""
        self.go_home()

    def action_scroll_end(self) -> None:
        """To the end."""
        self.go_end()

    def block_at(self, y: int) -> int | None:
        """The block at a row of the view, if there is one."""
        row = self.scroll_offset.y + y
        return self.flow.locate(row)[0] if 0 <= row < self.flow.height else None

    def on_click(self, event: events.Click) -> None:
        """The hint is a button too."""
        if self.has_unseen and event.y == self.size.height - 1 and event.x >= self._hint_start:
            self.go_end()
            event.stop()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint; positions for selection are left out, they are only for looking up what is under the mouse."""
        self._use_look()
        self._painting = True
        try:
            return super().render_lines(crop)
        finally:
            self._painting = False

    def render_line(self, y: int) -> Strip:
        """One row of the view."""
        look = self._use_look()
        row = self.scroll_offset.y + y
        if not len(self.flow):
            return self._placeholder_row(y, look)
        if row >= self.flow.height:
            # With a position, too: a selection that ends on a row without one is taken to go on in the next widget.
            strip = Strip.blank(self.size.width, look["text"])
            return strip if self._painting else strip.apply_offsets(0, position(len(self.flow), 0))
        index, inner_row = self.flow.locate(row)
        lines = self.flow.lines(index)
        strip = lines[inner_row].strip if inner_row < len(lines) else Strip([], 0)
        strip = strip.extend_cell_length(self.flow.width, look["text"])
        y_position = position(index, inner_row)
        if index == self.chosen and self.has_focus:
            strip = _restyle(strip, 0, len(strip.text), Style(bgcolor=look["chosen"].bgcolor))
        if (selection := self.text_selection) and (span := selection.get_span(y_position)):
            ground = Style(bgcolor=self.screen.get_component_rich_style("screen--selection").bgcolor)
            strip = _restyle(strip, span[0], len(strip.text) if span[1] < 0 else span[1], ground)
        if self.has_unseen and y == self.size.height - 1:
            strip = self._with_hint(strip, look)
        return strip if self._painting else strip.apply_offsets(0, y_position)

    def _placeholder_row(self, y: int, look: Look) -> Strip:
        lines = plain(self._placeholder, max(1, self.flow.width - 1), look["muted"], lead=[(" ", look["text"])])
        strip = lines[y - 1].strip if self._placeholder and 0 < y <= len(lines) else Strip([], 0)
        return strip.extend_cell_length(self.size.width, look["text"])

    @property
    def _hint_start(self) -> int:
        return max(0, self.flow.width - cell_len(self.JUMP_HINT) - 1)

    def _with_hint(self, strip: Strip, look: Look) -> Strip:
        end = self._hint_start + cell_len(self.JUMP_HINT)
        hint = Strip([Segment(self.JUMP_HINT, look["hint"])])
        return Strip.join([strip.crop(0, self._hint_start), hint, strip.crop(end)]).crop(0, self.flow.width)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text as it was before it was wrapped and decorated."""
        self._use_look()
        return copied_text(self.flow, selection), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the selection."""
        self.refresh()


def _restyle(strip: Strip, start: int, end: int, style: Style) -> Strip:
    """The strip with a style laid over some of its characters."""
    segments: list[Segment] = []
    position = 0
    for text, own, _ in strip:
        first, last = max(0, start - position), max(0, end - position)
        over = (own + style) if own else style
        for piece, piece_style in ((text[:first], own), (text[first:last], over), (text[max(first, last) :], own)):
            if piece:
                segments.append(Segment(piece, piece_style))
        position += len(text)
    return Strip(segments, strip.cell_length)
