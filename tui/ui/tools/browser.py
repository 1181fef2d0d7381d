"""The left side: a search box over the list of everything on offer."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from tui.ui.tools.catalog import Catalog, ItemKey
from tui.ui.tools.catalog_list import CatalogList
from tui.ui.tools.clean_inputs import CleanInput
from tui.ui.tools.empty_state import NO_SERVERS, EmptyState
from tui.ui.tools.untrusted import on_one_line


class Browser(Vertical):
    """Filters the catalog as one types, and keeps the highlight on the wanted item."""

    DEFAULT_CSS = """
    Browser {
        #search { height: 1; margin: 0 1 1 2; }
        #mark { width: 2; color: $text-muted; }
        #search:focus-within #mark { color: $accent; }
        Input { width: 1fr; border: none; height: 1; padding: 0; background: transparent; }
        Input:focus { border: none; background-tint: transparent; }
        .input--placeholder { color: $text-muted; }
    }
    """

    class Searched(Message):
        """The search box has another text."""

    def compose(self) -> ComposeResult:
        """The list, or what to do where there is none."""
        with Horizontal(id="search"):
            yield Static("/", id="mark")
            yield CleanInput(placeholder="Search")
        yield EmptyState()
        yield CatalogList()

    @property
    def query_text(self) -> str:
        """What stands in the search box."""
        return self.query_one(Input).value

    @property
    def is_searching(self) -> bool:
        """Whether the search box has the focus."""
        return self.query_one(Input).has_focus

    @property
    def list_has_focus(self) -> bool:
        """Whether the list has the focus."""
        return self.query_one(CatalogList).has_focus

    def focus_search(self) -> None:
        """Go to the search box."""
        self.query_one(Input).focus()

    def focus_list(self) -> None:
        """Go to the list."""
        self.query_one(CatalogList).focus()

    def clear_search(self) -> None:
        """Show everything again."""
        self.query_one(Input).value = ""

    def show(self, catalog: Catalog, wanted: ItemKey | None, *, may_fall_back: bool) -> ItemKey | None:
        """Show what the search leaves; the key that is highlighted now: the wanted one, else the next best."""
        query = self.query_text
        found = catalog.filtered(query)
        keys = [item.key for item in found.items()]
        # What was looked for is an offer; a server stays in the list with every offer that is found.
        stays = wanted in keys and not (query and wanted and wanted.kind == "server")
        highlight = wanted if stays else None
        if highlight is None and (may_fall_back or query):
            highlight = _next_best(keys, wanted, query)
        self._say_if_empty(catalog, found, query)
        self.query_one(CatalogList).show(found, query, highlight)
        return highlight

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as one types."""
        event.stop()
        self.post_message(self.Searched())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to what was found."""
        event.stop()
        self.focus_list()

    def on_key(self, event: events.Key) -> None:
        """Down in the search box goes to what was found."""
        if event.key == "down" and self.is_searching:
            event.stop()
            self.focus_list()

    def _say_if_empty(self, catalog: Catalog, found: Catalog, query: str) -> None:
        empty = self.query_one(EmptyState)
        is_empty = not found.sections
        if not catalog.sections:
            empty.say(*NO_SERVERS)
        elif is_empty:
            empty.say(f"Nothing found for “{on_one_line(query, 60)}”", "Esc clears the search.")
        empty.display = is_empty
        self.query_one(CatalogList).display = not is_empty


def _next_best(keys: list[ItemKey], wanted: ItemKey | None, query: str) -> ItemKey | None:
    """The wanted item's server, else the first thing on offer, else the first server."""
    of_its_server = [key for key in keys if wanted and key.server == wanted.server and not query]
    offers = [key for key in keys if key.kind != "server"]
    return next(iter([*of_its_server, *offers, *keys]), None)
