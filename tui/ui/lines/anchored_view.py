"""A scrolling view of a flow of blocks that keeps its place while heights are corrected and the document grows."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import ClassVar

from textual.geometry import Region, Size
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.widget import Widget

from tui.ui.lines.block import Block
from tui.ui.lines.flow import Flow
from tui.ui.lines.line import Line
from tui.ui.lines.look import COMPONENT_CLASSES, DEFAULT_CSS, Look
from tui.ui.lines.settling import Anchor, settle
from tui.ui.typed import app_of


class AnchoredView(ScrollView):
    """Owns the flow and the scroll position: changes to the document, following its end, and new widths.

    While `following`, the end stays in sight; scrolling up lets go, reaching the bottom takes hold again. `has_unseen`
    tells that the document grew out of sight.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENT_CLASSES)
    DEFAULT_CSS = DEFAULT_CSS

    following: var[bool] = var(True)
    has_unseen: var[bool] = var(False)

    def __init__(self, *, follow: bool = True, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.flow = Flow()
        self.chosen: int | None = None
        """The block that is drawn as selected."""
        self._changed: dict[int, list[Line] | None] = {}
        self._depth = self._height_before = 0
        self._held = (0, 0)
        self._begin_at = 0
        self._steady = False
        self._look: Look | None = None
        self._look_is_stale = True
        self.set_reactive(AnchoredView.following, follow)

    def load(self, blocks: Iterable[Block]) -> None:
        """Show these blocks instead of all, from the end when following, otherwise from the top."""
        self._begin_at = 0
        with self.editing():
            self.flow.load(blocks)
            self.chosen = None
            self._changed[0] = None
        if not self.following:
            self._place(0)
            self._settle("top")
        self.has_unseen = False

    def append(self, block: Block) -> int:
        """Add a block at the end; returns its index."""
        with self.editing():
            index = self.flow.append(block)
            self._changed[index] = None
        return index

    def replace(self, index: int, block: Block) -> None:
        """Put another block in a block's place; only rows that differ are drawn again."""
        with self.editing():
            self._changed.setdefault(index, self.flow.drawn(index))
            self.flow.replace(index, block)

    def remove_last(self, count: int) -> None:
        """Remove blocks at the end."""
        if not count:
            return
        with self.editing():
            self.flow.remove_last(count)
            self._changed = {index: rows for index, rows in self._changed.items() if index < len(self.flow)}
            self._changed[len(self.flow)] = None

    @contextmanager
    def editing(self) -> Generator[None]:
        """Take several changes as one: heights are settled and rows drawn once, at the end."""
        if not self._depth:
            self._height_before = self.flow.height
            self._held = self.flow.locate(self.scroll_offset.y) if len(self.flow) else (0, 0)
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth and self._changed:
                self._take_changes()

    def _take_changes(self) -> None:
        changed, self._changed = self._changed, {}
        top, height = self.scroll_offset.y, self._height_before
        if self.following or not len(self.flow):
            self._settle("end")
        else:
            index, row = self._held
            self._settle("top", self.flow.top(min(index, len(self.flow) - 1)) + row)
        self._repaint(changed, (height, top) != (self.flow.height, self.scroll_offset.y))
        end = self.scroll_offset.y + self._view_height
        if not self.following and self.flow.height > max(end, height):
            self.has_unseen = True

    def _repaint(self, changed: dict[int, list[Line] | None], moved: bool) -> None:
        """Draw again from the first row that differs to the end, or to the last one that differs when nothing moved."""
        first = min(changed)
        top = self.flow.top(first) - self.scroll_offset.y
        rows, height = changed[first], self.size.height
        first_row, last_row = 0, height
        drawn = self.flow.drawn(first) if first < len(self.flow) else None
        if len(changed) == 1 and not moved and drawn is None:
            return  # out of sight
        if len(changed) == 1 and rows is not None and drawn is not None:
            differing = [n for n, (old, new) in enumerate(zip(rows, drawn, strict=False)) if old.strip != new.strip]
            first_row = differing[0] if differing else min(len(rows), len(drawn))
            if not moved:
                last_row = top + differing[-1] + 1 if differing else top
        start = max(0, top + first_row)
        if start < min(last_row, height):
            self.refresh(Region(0, start, self.size.width, min(last_row, height) - start))

    @property
    def _view_height(self) -> int:
        return self.scrollable_content_region.height

    def _settle(self, anchor: Anchor, top: int | None = None) -> None:
        """Render the blocks in sight from row `top`, so that their heights are exact; the anchor stays in place."""
        if self._steady or not self.flow.width:
            return
        self._use_look()
        self._place(settle(self.flow, anchor, self.scroll_offset.y if top is None else top, self._view_height))

    def _place(self, top: int) -> None:
        """Take over the document's height and scroll there, without taking it for a person's scrolling.

        A change of `virtual_size` would lay out the whole screen anew; only the scrollbar needs to know.
        """
        size = Size(self.flow.width, self.flow.height)
        self._steady = True
        try:
            if size != self.virtual_size:
                self.set_reactive(Widget.virtual_size, size)  # pyright: ignore[reportArgumentType] (untyped there)
                self._scroll_update(size)
            self.scroll_target_y = self.scroll_y = max(0, min(top, self.max_scroll_y))
        finally:
            self._steady = False

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Somebody scrolled: by key, wheel or drag."""
        super().watch_scroll_y(old_value, new_value)
        if self._steady or not self.flow.width:
            return
        self._settle("bottom" if new_value < old_value else "top")
        self.following = self.is_vertical_scroll_end
        if self.following:
            self._settle("end")
        self.refresh()

    def watch_following(self, following: bool) -> None:
        """At the end there is nothing unseen."""
        if following:
            self.has_unseen = False

    def watch_has_unseen(self) -> None:
        """The hint comes or goes, on the last row."""
        self.refresh(Region(0, max(0, self.size.height - 1), self.size.width, 1))

    def on_mount(self) -> None:
        """Other colours with another theme."""
        super().on_mount()
        app = app_of(self)
        app.theme_changed_signal.subscribe(self, self._theme_changed)

    def _theme_changed(self, _: object) -> None:
        self._look_is_stale = True
        self.refresh()

    def on_resize(self) -> None:
        """Lay out for the new width, with the same text at the top."""
        width = self.scrollable_content_region.width
        if width <= 0 or not self._view_height:
            return
        if width == self.flow.width:
            self._settle("end" if self.following else "top")
            return
        place = self.flow.locate(self.scroll_offset.y) if self.flow.width and len(self.flow) else (self._begin_at, 0)
        height_before = max(1, self.flow.block_height(place[0])) if len(self.flow) else 1
        self.flow.set_width(width)
        self._use_look()
        if not self.following and len(self.flow):
            rows = len(self.flow.lines(place[0]))
            self._place(self.flow.top(place[0]) + place[1] * rows // height_before)
        self._settle("end" if self.following else "top")
        self.refresh()

    def notify_style_update(self) -> None:
        """The style sheet or a pseudo class changed: colours may be others."""
        super().notify_style_update()
        self._look_is_stale = True

    def _use_look(self) -> Look:
        if self._look is None or self._look_is_stale:
            self._look = Look.resolve(self.get_component_rich_style)
            self._look_is_stale = False
            self.flow.set_look(self._look)
        return self._look
