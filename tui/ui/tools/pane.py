"""The Tools tab: everything the servers offer on the left, the highlighted item and what to do with it on the right."""

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeAlias

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, TextArea
from textual.worker import Worker

from tui.core.errors import AppError
from tui.core.ports import Host, SentTool, ServerStatus, ToolSpec
from tui.core.text import sanitize
from tui.ui.tools.action_bar import ActionBar
from tui.ui.tools.asking import asking_for
from tui.ui.tools.browser import Browser
from tui.ui.tools.catalog import Catalog, ItemKey, Offer, catalog_of
from tui.ui.tools.catalog_list import CatalogList
from tui.ui.tools.detail import Detail
from tui.ui.tools.messages import LogsWanted, PromptChosen, ToolAskedAbout
from tui.ui.tools.performing import RunTool, panel_for
from tui.ui.tools.run_panel import RunPanel
from tui.ui.working import tell_screen

HowSent: TypeAlias = Callable[[], Sequence[SentTool]]
"""Says how the tools would be sent to the model now."""

_NARROW_BELOW = 100


class ToolsPane(Horizontal):
    """Keeps list and detail in step with the host and with the person; what it cannot do itself, it posts."""

    DEFAULT_CSS = """
    ToolsPane {
        padding: 1 0 0 0;
        Browser { width: 40; border-right: solid $rule; }
        &.-narrow Browser { width: 30; }
        Detail { width: 1fr; }
        CatalogList, VerticalScroll {
            scrollbar-gutter: stable;
            scrollbar-size-vertical: 1;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", key_display="/"),
        Binding("r", "open", "Run", show=False),
        Binding("f5,ctrl+enter", "submit", "Run", show=False),
        Binding("a", "ask", "Ask about this tool", show=False),
        Binding("s", "schema", "Schema", show=False),
        Binding("R", "restart", "Restart server", show=False),
        Binding("L", "logs", "Logs", show=False),
        Binding("escape", "back", "Back", show=False),
    ]

    def __init__(self, host: Host, run_tool: RunTool, sent: HowSent = lambda: (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._host = host
        self._run_tool = run_tool
        self._sent = sent
        self._catalog = Catalog()
        self._wanted: ItemKey | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._refresh_is_due = False

    def compose(self) -> ComposeResult:
        """A search box over the list, and the detail beside them."""
        yield Browser()
        yield Detail(lambda item: panel_for(item, self._host, self._run_tool, self._use_prompt))

    async def on_mount(self) -> None:
        """Show what is there, and follow the host's changes."""
        self._unsubscribe = self._host.subscribe(self._host_changed)
        await self._refresh()

    def on_unmount(self) -> None:
        """Stop following the host."""
        self._unsubscribe()

    def on_resize(self, event: events.Resize) -> None:
        """Make the list narrower on a narrow screen."""
        self.set_class(event.size.width < _NARROW_BELOW, "-narrow")

    def focus_list(self) -> None:
        """Put the focus where a person starts: on the list. What the model is sent may have changed meanwhile."""
        self._browser.focus_list()
        self._host_changed()

    # --- what the person does ---------------------------------------------------------------------------------------

    def action_search(self) -> None:
        """Go to the search box."""
        self._browser.focus_search()

    async def action_open(self) -> None:
        """Open the form; what has nothing to fill in and cannot do harm is done at once."""
        panel = await self._detail.open()
        if panel is None:
            return
        if not panel.focus_first():
            self._detail.query_one(ActionBar).focus_action("submit")
            if not isinstance(self._offer, ToolSpec):
                panel.submit()

    def action_submit(self) -> None:
        """Run what the form says."""
        if panel := self._detail.panel:
            panel.submit()

    def action_ask(self) -> None:
        """Offer the chat a message about the tool."""
        if isinstance(self._offer, ToolSpec):
            self.post_message(ToolAskedAbout(asking_for(self._offer)))

    async def action_schema(self) -> None:
        """Switch between the table of parameters and the schema, beside what the model is sent."""
        await self._detail.toggle_schema()

    def action_restart(self) -> None:
        """Connect anew to the highlighted server."""
        if isinstance(self._offer, ServerStatus):
            name = self._offer.name
            self.run_worker(self._restart(name), group=f"tools-restart-{name}", exclusive=True, exit_on_error=False)

    def action_logs(self) -> None:
        """Show the logs of the highlighted server."""
        if isinstance(self._offer, ServerStatus):
            self.post_message(LogsWanted(self._offer.name))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What breaks off is told by the screen."""
        tell_screen(self, event)

    async def action_back(self) -> None:
        """One step back: stop the run, close the form, clear the search, return to the list."""
        panel, browser = self._detail.panel, self._browser
        if panel and not browser.is_searching:
            if panel.is_running:
                panel.cancel()
                return
            await self._detail.close()
            await self._show_list()
        elif browser.query_text:
            browser.clear_search()
            return
        browser.focus_list()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that mean nothing at the moment go on to the application."""
        if not self.is_mounted:
            return True
        panel, offer = self._detail.panel, self._offer
        match action:
            case "search":
                return not isinstance(self.screen.focused, Input | TextArea)
            case "open":
                return panel is None and offer is not None and not isinstance(offer, ServerStatus)
            case "ask" | "schema":
                return panel is None and isinstance(offer, ToolSpec)
            case "submit":
                return panel is not None and not panel.is_running
            case "restart" | "logs":
                return isinstance(offer, ServerStatus)
            case "back":
                return panel is not None or bool(self._browser.query_text) or not self._browser.list_has_focus
            case _:
                return True

    # --- what the widgets report ------------------------------------------------------------------------------------

    async def on_browser_searched(self, event: Browser.Searched) -> None:
        """Filter as one types."""
        event.stop()
        await self._show_list()

    async def on_catalog_list_highlighted(self, event: CatalogList.Highlighted) -> None:
        """Show what is highlighted now."""
        event.stop()
        self._wanted = event.key
        await self._show_detail(event.key)

    async def on_catalog_list_chosen(self, event: CatalogList.Chosen) -> None:
        """Enter does the first thing that can be done."""
        event.stop()
        if self.check_action("open", ()):
            await self.action_open()

    async def on_action_bar_pressed(self, event: ActionBar.Pressed) -> None:
        """A button does what its key does."""
        event.stop()
        await self.run_action(event.name)

    async def on_run_panel_state_changed(self, event: RunPanel.StateChanged) -> None:
        """Offer to stop while something runs."""
        event.stop()
        await self._detail.refresh_actions()

    # --- keeping in step --------------------------------------------------------------------------------------------

    @property
    def _browser(self) -> Browser:
        return self.query_one(Browser)

    @property
    def _detail(self) -> Detail:
        return self.query_one(Detail)

    @property
    def _offer(self) -> Offer | None:
        return self._detail.item.offer if self._detail.item else None

    def _host_changed(self) -> None:
        if not self._refresh_is_due:
            self._refresh_is_due = True
            self.call_later(self._refresh)

    async def _refresh(self) -> None:
        self._refresh_is_due = False
        self._catalog = catalog_of(self._host, self._sent())
        await self._show_list()

    async def _show_list(self) -> None:
        has_form = self._detail.panel is not None
        key = self._browser.show(self._catalog, self._wanted, may_fall_back=not has_form)
        if self._wanted is None or self._browser.query_text:
            self._wanted = key or self._wanted
        await self._show_detail(key)

    async def _show_detail(self, key: ItemKey | None) -> None:
        item = self._catalog.item(key) if key else None
        if item is None and self._detail.panel:
            self._detail.say_gone()
            return
        await self._detail.show(item, self._catalog.counts(key.server) if key else {})
        self.refresh_bindings()

    def _use_prompt(self, text: str) -> None:
        self.post_message(PromptChosen(text))

    async def _restart(self, name: str) -> None:
        try:
            await self._host.restart(name)
        except AppError as error:
            self.notify(sanitize(f"{error.message} {error.hint}"), severity="error", markup=False)
