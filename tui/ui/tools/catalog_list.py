"""The list of everything on offer: a highlight that survives changes, and rows that never wrap."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.ui.tools.catalog import Catalog, ItemKey
from tui.ui.tools.catalog_rows import Row, rows_of


class CatalogList(OptionList):
    """Shows a catalog; headings of groups are skipped by the highlight, headings of servers are not."""

    DEFAULT_CSS = """
    CatalogList {
        width: 100%;
        height: 1fr;
        border: none;
        padding: 0 1 0 2;
        background: transparent;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        &:focus { border: none; background-tint: transparent 0%; }
        & > .option-list--option-disabled { color: $foreground; }
        & > .option-list--option-highlighted {
            color: $block-cursor-blurred-foreground;
            background: $block-cursor-blurred-background;
            text-style: none;
        }
        &:focus > .option-list--option-highlighted {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: none;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Open", show=False),
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
    ]

    class Highlighted(Message):
        """A person moved the highlight."""

        def __init__(self, key: ItemKey) -> None:
            super().__init__()
            self.key = key

    class Chosen(Message):
        """A person pressed Enter on an item."""

        def __init__(self, key: ItemKey) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._rows: Sequence[Row] = ()
        self._catalog = Catalog()
        self._query = ""

    @property
    def highlighted_key(self) -> ItemKey | None:
        """The key of the highlighted item."""
        return None if self.highlighted is None else self._rows[self.highlighted].key

    def show(self, catalog: Catalog, query: str, highlight: ItemKey | None) -> None:
        """Show what the query left of the catalog; the highlight goes to `highlight`, silently, if it is there."""
        self._catalog = catalog
        self._query = query
        self._rows = rows_of(catalog, query, self._text_width())
        keys = [row.key for row in self._rows]
        offset = self.scroll_offset
        with self.prevent(OptionList.OptionHighlighted):
            self.set_options(Option(row.text, disabled=row.key is None) for row in self._rows)
            self.highlighted = keys.index(highlight) if highlight in keys and highlight else None
        if self.highlighted is not None:
            self.scroll_to(y=offset.y, animate=False, immediate=True)
            self.scroll_to_highlight()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap the reasons of servers that are down anew."""
        self.show(self._catalog, self._query, self.highlighted_key)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say which item it is instead; one that a search has taken away meanwhile is none."""
        event.stop()
        if event.option is self.highlighted_option and (key := self.highlighted_key):
            self.post_message(self.Highlighted(key))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click highlights and does no more."""
        event.stop()

    def action_choose(self) -> None:
        """Enter on an item."""
        if key := self.highlighted_key:
            self.post_message(self.Chosen(key))

    def action_page_up(self) -> None:
        """A page up; Textual's own fails where nothing was laid out yet."""
        if self._is_laid_out():
            super().action_page_up()

    def action_page_down(self) -> None:
        """A page down."""
        if self._is_laid_out():
            super().action_page_down()

    def _is_laid_out(self) -> bool:
        if self.highlighted is None:
            self.action_first()
        return self.highlighted is not None and bool(self.scrollable_content_region)

    def _text_width(self) -> int:
        return max(10, self.scrollable_content_region.width)
