"""The one screen: it hands the session's events to the views, and the person's wishes to the session."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from tui.core.errors import AppError, SettingsError
from tui.core.example import Example
from tui.ui.beginning import Beginning
from tui.ui.chat import ChatPane
from tui.ui.chat.notice import SEVERITIES, Kind
from tui.ui.chat.prompt import Prompt
from tui.ui.clocks import Clocks, SteadyClock
from tui.ui.commands import bindings
from tui.ui.example_list import ExampleList
from tui.ui.gc_pauses import calm_garbage_collection
from tui.ui.key_bar import KeyBar
from tui.ui.status_line import StatusLine
from tui.ui.tabs import Tabs
from tui.ui.top_bar import TopBar
from tui.ui.typed import app_of
from tui.ui.wish import Wish

if TYPE_CHECKING:
    from tui.core.events import Event
    from tui.core.ports import Connector, Examiner, Exporter
    from tui.core.session import Session
    from tui.ui.desk import Desk

_log = logging.getLogger(__name__)


class MainScreen(Screen[None]):
    """Three tabs over one status line. The session comes after the first paint; until then messages wait."""

    DEFAULT_CSS = """
    MainScreen {
        ChatPane, ToolsPane, HistoryPane { height: 1fr; }
        &.-low TopBar, &.-low KeyBar { display: none; }
        &.-narrow #views { layout: vertical; }
        &.-narrow Transcript { width: 100%; }
        &.-narrow #calls {
            width: 100%;
            max-width: 100%;
            height: 35%;
            min-height: 5;
            border-left: none;
            border-top: solid $rule;
            padding: 0 1;
        }
    }
    """

    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual declares it as an instance variable
    VERTICAL_BREAKPOINTS = [(0, "-low"), (12, "-high")]  # noqa: RUF012 - as above

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "Stop", key_display="esc"),
        Binding("escape", "back", show=False),
        *bindings(),
        Binding("alt+1", "command('chat')", show=False, priority=True),
        Binding("alt+2", "command('tools')", show=False, priority=True),
        Binding("alt+3", "command('history')", show=False, priority=True),
    ]

    def __init__(
        self,
        open_session: "Callable[[], Awaitable[Session]]",
        *,
        examples: Sequence[Example],
        exporter: "Exporter",
        connector: "Callable[[], Connector]",
        examiner: "Callable[[], Examiner]",
        beginning: Beginning,
        model_label: str,
        offline: bool,
        clocks: Clocks,
    ) -> None:
        super().__init__()
        self._open_session = open_session
        self._examples = examples
        self._exporter = exporter
        self._connector = connector
        self._examiner = examiner
        self._beginning = beginning
        self._model_label = model_label
        self._offline = offline
        self.steady = SteadyClock(clocks.steady)
        self.clocks = replace(clocks, steady=self.steady)
        self._early: list[str] = []
        self._early_command = ""
        self._bar = TopBar()
        self._tabs = Tabs(self._bar)
        self._desk: Desk | None = None

    def compose(self) -> ComposeResult:
        yield self._bar
        yield ChatPane(self._examples, self._model_label, offline=self._offline, clocks=self.clocks)
        yield StatusLine(self._model_label, offline=self._offline, clocks=self.clocks)
        yield KeyBar()

    @property
    def chat(self) -> ChatPane:
        """The Chat tab."""
        return self.query_one(ChatPane)

    def on_mount(self) -> None:
        """Paint first; everything slow comes after."""
        self._tabs.add("chat", self.chat, self.chat.focus_input)
        self.chat.prompt.focus()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        calm_garbage_collection()
        self.run_worker(self._start(), group="start", description="open the session", exit_on_error=False)

    async def _start(self) -> None:
        try:
            session = await self._open_session()
        except AppError as error:
            status = 2 if isinstance(error, SettingsError) else 1
            app_of(self).exit(return_code=status, message=Text(f"callscope: {error.message}\n{error.hint}"))
            return
        from tui.ui.desk import Desk  # not before the first paint, which its imports would put off

        views = await self.chat.mount_views()
        self._desk = Desk(self, session, views, self._examples, self._exporter, self._connector(), self._examiner)
        self._desk.open()
        await self._mount_panes(session)
        await self._desk.begin(self._beginning)
        calm_garbage_collection()
        for text in self._early:
            self._take(text)
        if self._early_command:
            self._desk.actions.run(self._early_command)

    async def _mount_panes(self, session: "Session") -> None:
        from tui.ui.history.pane import HistoryPane
        from tui.ui.tools.pane import ToolsPane

        tools = ToolsPane(session.host, session.run_tool, lambda: session.model.sent_tools(session.host.specs()))
        history = HistoryPane(session.archive, now=self.clocks.wall)
        self._tabs.add("tools", tools, tools.focus_list)
        self._tabs.add("history", history, history.focus)
        await self.mount(tools, history, after=self.chat)

    def show(self, event: "Event") -> None:
        """Draw one event of the session."""
        if self._desk:
            self._desk.show(event)

    def show_tab(self, chosen: str) -> None:
        """Go to a tab, into the widget that one uses first there; to none that is not there yet."""
        self._tabs.show(chosen)

    def say(self, words: str, kind: Kind = "info", hint: str = "") -> None:
        """Tell the person something; on the Chat tab above the prompt, elsewhere as a toast."""
        self.chat.notice.say(words, kind, hint)
        if self._tabs.active != "chat" or not self.is_current:
            self.notify(f"{words} {hint}".strip(), severity=SEVERITIES[kind], markup=False)

    def action_command(self, name: str) -> None:
        """Run a command of the table, by key or from the palette."""
        if self._desk:
            self._desk.actions.run(name)
        elif name == "quit":
            app_of(self).exit()
        else:
            self._early_command = name
            self.say("Starting; the command is carried out in a moment.")

    def action_stop(self) -> None:
        """Esc while a turn runs: stop it."""
        if self._desk:
            self._desk.turns.stop()

    def action_back(self) -> None:
        """Esc otherwise: back to the prompt."""
        self.show_tab("chat")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Stop only what runs; send again and edit from the Chat tab only, elsewhere the keys are the tab's own."""
        if action == "stop":
            return self._desk is not None and self._desk.turns.running
        return parameters not in (("retry",), ("edit",)) or self._tabs.active == "chat"

    def interrupt(self) -> None:
        """Ctrl+C: stop the turn, or say how to leave."""
        if not (self._desk and self._desk.turns.stop()):
            self.say("Press Ctrl+C again to quit.")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A worker that broke off is a mistake in this program: say so, keep everything, write it to the log."""
        self.refresh_bindings()
        worker = cast(Worker[object], event.worker)
        if event.state is WorkerState.ERROR and (error := worker.error):
            _log.error("worker %s failed", worker.description, exc_info=error)
            self.say(f"Something went wrong inside Callscope ({type(error).__name__}).", "error", "The log has it.")

    @on(Prompt.Submitted)
    def _submitted(self, event: Prompt.Submitted) -> None:
        if self._desk:
            self._take(event.text)
        elif event.text.strip():
            self._early.append(event.text)
            self.say("Starting; the message is sent in a moment.")

    def _take(self, text: str) -> None:
        prompt = self.chat.prompt
        if self._desk and self._desk.submit(text):
            prompt.remember([text])
        else:
            prompt.give_back(text)

    @on(ExampleList.Picked)
    def _example_picked(self, event: ExampleList.Picked) -> None:
        self.send_example(event.example, edit=event.edit)

    @on(ChatPane.DraftOffered)
    def _leave_replay(self) -> None:
        if self._desk:
            self._desk.stage.leave()

    def send_example(self, example: Example, *, edit: bool) -> None:
        """Send an example's messages, or put the first into the prompt."""
        self.show_tab("chat")
        if edit:
            self.chat.prompt.offer(example.messages[0])
        elif self._desk:
            self._desk.turns.send_all(example.messages)
        else:
            self._early.extend(example.messages)

    @on(Wish)
    def _wished(self, event: Wish) -> None:
        if self._desk:
            self._desk.actions.carry_out(event)
        else:
            self.say("Still starting; try again in a moment.")

    @on(TopBar.TabChosen)
    def _tab_chosen(self, event: TopBar.TabChosen) -> None:
        self.show_tab(event.tab)
