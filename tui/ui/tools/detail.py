"""The right side: what the highlighted item is, or the form to run it, and what can be done with it."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tui.core.ports import PromptSpec, ResourceSpec, ServerStatus, ToolSpec
from tui.ui.tools.action_bar import Action, ActionBar
from tui.ui.tools.catalog import Item, ItemKey
from tui.ui.tools.overview import heading, overview
from tui.ui.tools.overview_scroll import OverviewScroll
from tui.ui.tools.performing import schema_of
from tui.ui.tools.run_panel import RunPanel

MakePanel: TypeAlias = Callable[[Item], RunPanel]
_MOST_PANELS = 20

_VERBS: dict[type, str] = {ToolSpec: "Run", ResourceSpec: "Read", PromptSpec: "Use in chat"}


class Detail(Vertical):
    """Shows one item at a time; forms that were opened stay alive behind it, with what was typed and what runs."""

    DEFAULT_CSS = """
    Detail {
        padding: 0 1 0 2;
        #heading { height: auto; max-height: 4; margin: 0 0 1 0; }
        #gone { height: auto; color: $text-warning; margin: 0 0 1 0; display: none; }
        ActionBar { margin: 1 0 0 0; }
    }
    """

    def __init__(self, make_panel: MakePanel) -> None:
        super().__init__()
        self._make_panel = make_panel
        self._panels: dict[ItemKey, RunPanel] = {}
        self._opened: set[ItemKey] = set()
        self._counts: Mapping[str, int] = {}
        self.item: Item | None = None
        self.raw_schema = False

    def compose(self) -> ComposeResult:
        """Heading, the text or the open form, and the actions at the bottom."""
        yield Static(id="heading")
        yield Static("It is not on offer at the moment; what you typed stays here.", id="gone")
        yield OverviewScroll()
        yield ActionBar()

    async def on_mount(self) -> None:
        """Begin with nothing."""
        await self.show(None, {})

    @property
    def panel(self) -> RunPanel | None:
        """The open form of the shown item."""
        key = self.item.key if self.item else None
        return self._panels.get(key) if key and key in self._opened else None

    async def show(self, item: Item | None, counts: Mapping[str, int]) -> None:
        """Show an item, with its form if that is open; a definition that changed reaches the form."""
        is_other = (item.key if item else None) != (self.item.key if self.item else None)
        self.item, self._counts = item, counts
        self.query_one("#gone").display = False
        if item and item.key in self._panels:
            await self._panels[item.key].change_schema(schema_of(item.offer))
        await self._refresh(from_top=is_other)

    def say_gone(self) -> None:
        """The item is no longer on offer, but its form is open: it stays."""
        self.query_one("#gone").display = True

    async def open(self) -> RunPanel | None:
        """Show the form of the item, made on first use, in place of the text; None where there is none."""
        item = self.item
        if item is None or item.key.kind == "server":
            return None
        if item.key not in self._panels:
            panel = self._make_panel(item)
            await self.mount(panel, before=self.query_one(ActionBar))
            self._panels[item.key] = panel
            await self._forget_oldest()
        self._opened.add(item.key)
        await self._refresh(from_top=False)
        return self._panels[item.key]

    async def close(self) -> None:
        """Show the text again; the form keeps what was typed."""
        if self.item:
            self._opened.discard(self.item.key)
        await self._refresh(from_top=False)

    async def toggle_schema(self) -> None:
        """Show the tool's schema beside what the model is sent, or the table of parameters again."""
        self.raw_schema = not self.raw_schema
        await self._refresh(from_top=False)

    async def refresh_actions(self) -> None:
        """Offer what can be done at this moment."""
        await self.query_one(ActionBar).show(self._actions())

    async def _refresh(self, *, from_top: bool) -> None:
        item, open_panel = self.item, self.panel
        for panel in self._panels.values():
            panel.display = panel is open_panel
        text = self.query_one(OverviewScroll)
        text.display = item is not None and open_panel is None
        title = self.query_one("#heading", Static)
        title.display = item is not None
        if item:
            title.update(heading(item.offer))
            counts, raw = self._counts, self.raw_schema
            text.show(lambda width: overview(item, counts, width, raw_schema=raw), from_top=from_top)
        await self.refresh_actions()

    def _actions(self) -> list[Action]:
        if self.item is None:
            return []
        offer = self.item.offer
        if isinstance(offer, ServerStatus):
            return [
                Action("R", "Restart" if offer.bundled else "Reconnect", "restart"),
                Action("L", "Logs", "logs"),
            ]
        verb = _VERBS[type(offer)]
        if panel := self.panel:
            if panel.is_running:
                return [Action("esc", "Stop", "back")]
            return [Action("f5", verb, "submit"), Action("esc", "Back", "back")]
        actions = [Action("r" if isinstance(offer, ToolSpec) else "enter", verb, "open")]
        if isinstance(offer, ToolSpec):
            actions.append(Action("a", "Ask about this tool", "ask"))
            actions.append(Action("s", "Table" if self.raw_schema else "Schema", "schema"))
        return actions

    async def _forget_oldest(self) -> None:
        shown = self.item.key if self.item else None
        idle = [key for key, panel in self._panels.items() if key != shown and not panel.is_running]
        for key in idle[: max(0, len(self._panels) - _MOST_PANELS)]:
            self._opened.discard(key)
            await self._panels.pop(key).remove()
