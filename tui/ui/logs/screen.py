"""The log screen: messages or output of one server at a time, with a search over them."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static
from textual.worker import Worker

from tui.core.errors import ServerError
from tui.core.ports import Host, ServerStatus
from tui.ui.dialogs.dialog import Dialog
from tui.ui.key_bar import KeyBar
from tui.ui.logs.bar import LogBar
from tui.ui.logs.entry_detail import EntryDetail
from tui.ui.logs.views import MessageView, OutputView
from tui.ui.typeable import TYPEABLE
from tui.ui.typed import app_of
from tui.ui.working import tell_screen

LOOK_SECONDS = 0.5
"""How often it is looked for what is new."""


class LogsScreen(Dialog[None]):
    """Follows one server. `o` goes from messages to output and back, `s` to the next server, Esc closes."""

    DEFAULT_CSS = """
    LogsScreen {
        /* The status line below stays in sight: it tells at every moment how the servers are. */
        & > Vertical { width: 100%; height: 1fr; margin-bottom: 2; background: $background; }
        LogBar { height: 2; border-bottom: solid $rule; }
        #search { height: 1; padding: 0 1 0 2; }
        #search #mark { width: 2; color: $text-muted; }
        #search Input { width: 1fr; border: none; height: 1; padding: 0; background: transparent; }
        #search .input--placeholder { color: $text-muted; }
        #trouble { height: auto; padding: 0 2; color: $error; display: none; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", key_display="/"),
        Binding("o", "switch", "Messages or output"),
        Binding("s", "next_server", "Next server"),
        Binding("escape", "back", "Close", key_display="esc"),
    ]

    def __init__(self, host: Host, clock: Callable[[float], str], server: str = "", view: str = "messages") -> None:
        super().__init__()
        self._host = host
        self._clock = clock
        self._name = server
        self._view = view

    def compose(self) -> ComposeResult:
        with Vertical():
            yield LogBar()
            yield MessageView(self._clock)
            yield OutputView()
            yield Static(id="trouble", markup=False)
            with Horizontal(id="search"):
                yield Static("/", id="mark")
                yield Input(placeholder="Search", restrict=TYPEABLE, compact=True)
            yield KeyBar()

    def on_mount(self) -> None:
        """Look at once, and again and again."""
        self._show_view(self._view)
        self._look()
        self.set_interval(LOOK_SECONDS, self._look)

    @property
    def _server(self) -> ServerStatus | None:
        """The server that is shown: the one that was asked for, or where it is gone the first there is."""
        servers = self._host.servers()
        return next((server for server in servers if server.name == self._name), servers[0] if servers else None)

    @property
    def _wanted(self) -> str:
        return self.query_one(Input).value.strip()

    def _look(self) -> None:
        server, bar = self._server, self.query_one(LogBar)
        bar.server, bar.servers = server, len(self._host.servers())
        if server is None:
            return
        if server.name != self._name:
            self._name = server.name
            self._begin()
        self.query_one(MessageView).show(self._host.log(server.name))
        if self._view == "output":
            self.run_worker(
                self._read_output(server.name),
                group="server output",
                description="read what a server wrote",
                exclusive=True,
                exit_on_error=False,
            )

    async def _read_output(self, name: str) -> None:
        trouble = self.query_one("#trouble", Static)
        try:
            lines = await self._host.output(name)
        except ServerError as error:
            trouble.update(f"✗ {error.message}")
            trouble.display = True
            return
        trouble.display = False
        self.query_one(OutputView).show(lines, self._wanted)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What breaks off is told by the screen below."""
        tell_screen(app_of(self).screen_stack[0], event)

    def _begin(self) -> None:
        self.query_one(MessageView).begin(self._wanted)
        self.query_one(OutputView).show((), "")

    @on(LogBar.ViewChosen)
    def _view_chosen(self, event: LogBar.ViewChosen) -> None:
        self._show_view(event.view)

    def _show_view(self, view: str) -> None:
        self._view = self.query_one(LogBar).shown = view
        messages, output = self.query_one(MessageView), self.query_one(OutputView)
        messages.display, output.display = view == "messages", view == "output"
        (messages if view == "messages" else output).focus()
        self._look()

    def action_switch(self) -> None:
        """From messages to output, and back."""
        self._show_view("output" if self._view == "messages" else "messages")

    def action_next_server(self) -> None:
        """The next of the servers."""
        names = [server.name for server in self._host.servers()]
        if len(names) > 1:
            self._name = names[(names.index(self._name) + 1) % len(names)] if self._name in names else names[0]
            self._begin()
            self._look()

    def action_search(self) -> None:
        """Go to the search line."""
        self.query_one(Input).focus()

    def action_back(self) -> None:
        """Out of the search line, then out of the search, then close."""
        line = self.query_one(Input)
        if line.has_focus:
            self._show_view(self._view)
        elif line.value:
            line.value = ""
        else:
            self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys that are letters are for the search while one types there."""
        if not self.is_mounted or action not in ("search", "switch", "next_server"):
            return True
        if self.query_one(Input).has_focus:
            return False
        return action != "next_server" or len(self._host.servers()) > 1

    @on(Input.Changed)
    def _search(self) -> None:
        self.query_one(MessageView).begin(self._wanted)
        self._look()

    @on(Input.Submitted)
    def _searched(self) -> None:
        self._show_view(self._view)

    @on(MessageView.Opened)
    def _open(self, event: MessageView.Opened) -> None:
        app_of(self).push_screen(EntryDetail(event.entry, self._name, self._clock))
