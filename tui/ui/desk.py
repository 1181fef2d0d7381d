"""What the main screen works with once a session is open: turns, commands, and news of servers and history."""

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from textual.worker import Worker

from tui.core.events import ConversationOpened, Event, ModelChosen, TurnEnded
from tui.core.example import Example
from tui.core.ports import Connector, Examiner, Exporter, LimitChoice
from tui.core.session import Session
from tui.ui.actions import Actions
from tui.ui.approval.approvals import Approvals
from tui.ui.approval.trust_news import TrustNews
from tui.ui.beginning import Beginning, begin
from tui.ui.chat.turns import Turns
from tui.ui.commands import is_command
from tui.ui.presenter import Presenter
from tui.ui.replay.stage import Stage
from tui.ui.server_state import ServerNews, summarise
from tui.ui.status_line import StatusLine
from tui.ui.tool_log.tool_log import ToolLog
from tui.ui.top_bar import TopBar
from tui.ui.typed import app_of

if TYPE_CHECKING:
    from tui.ui.main_screen import MainScreen


class Desk:
    """Joins one session to the screen: events go to the presenter, messages to the turns, commands to the actions."""

    def __init__(
        self,
        screen: "MainScreen",
        session: Session,
        views: Sequence[Callable[[Event], None]],
        examples: Sequence[Example],
        exporter: Exporter,
        connector: Connector,
        examiner: Callable[[], Examiner],
    ) -> None:
        self._screen = screen
        self._session = session
        self._presenter = Presenter(views, screen.chat, screen.query_one(StatusLine), screen.query_one(TopBar))
        self._server_news = ServerNews()
        self._trust_news = TrustNews()
        self.stage = Stage(screen, session, self._presenter.show, self._reopen)
        self.approvals = Approvals(app_of(screen), session.host, session.gate.revised, screen.steady.real)
        self.turns = Turns(session, self._start_worker, screen.say, screen.chat.notice.expire)
        self.actions = Actions(screen, session, self.turns, examples, exporter, connector, examiner, self.stage)

    def open(self) -> None:
        """Listen to the session, its servers and its archive from now on, and say how they are."""
        self._session.attach(self.show, self._ask_limit, self.approvals.ask)
        self._screen.query_one(ToolLog).call_limit = self._session.host.call_limit
        self._session.models.subscribe(self._show_model)
        self._session.host.subscribe(self._show_servers)
        self._session.archive.subscribe(self._show_archive_problem)
        self._show_model()
        self._show_servers()
        self._show_archive_problem()
        self._say_trust_problem()

    async def begin(self, beginning: Beginning) -> None:
        """Open what the application is to begin with."""
        await begin(self._screen, self._session, beginning)
        if beginning.recording:
            self.actions.recordings.replay(beginning.recording)

    def show(self, event: Event) -> None:
        """Draw one event of the session; while a recording plays, later."""
        if not self.stage.holds_back(event):
            self._draw(event)

    def _reopen(self, opened: ConversationOpened) -> None:
        """The same conversation again, after a recording: what was begun in it, such as an edit, goes on."""
        self._presenter.show(opened)
        self.actions.branches.show_place()

    def _draw(self, event: Event) -> None:
        self._presenter.show(event)
        self.actions.branches.follow(event)
        if isinstance(event, ConversationOpened | ModelChosen):
            self._show_model()
        if isinstance(event, ConversationOpened):
            self._say_missing_model()
        if isinstance(event, TurnEnded):
            self._say_trust_problem()

    def submit(self, text: str) -> bool:
        """Take what was typed: a command or a message; returns whether it was taken, so that the draft may go."""
        return self.actions.run_slash(text) if is_command(text) else self.actions.branches.submit(text)

    def _start_worker(self, turns: Callable[[], Coroutine[Any, Any, None]]) -> Worker[None]:
        return self._screen.run_worker(turns, group="turn", description="turns", exit_on_error=False)

    async def _ask_limit(self, rounds: int) -> LimitChoice:
        from tui.ui.dialogs.limit import LimitDialog

        return await app_of(self._screen).push_screen_wait(LimitDialog(rounds))

    def _show_model(self) -> None:
        if not self._screen.is_attached:
            return
        name = self._session.model_name
        model = next(choice for choice in self._session.models.choices() if choice.name == name)
        self._screen.query_one(StatusLine).show_model(model.name, offline=model.offline)
        self._screen.chat.show_model(model)

    def _say_missing_model(self) -> None:
        if missing := self._session.missing_model:
            self._screen.say(
                f"This conversation was with {missing}, which is not set up here; {self._session.model_name} answers.",
                "warning",
                "/connect sets it up, /model picks another.",
            )

    def _show_servers(self) -> None:
        if not self._screen.is_attached:
            return
        host = self._session.host
        servers = host.servers()
        summary = summarise(servers, len(host.specs()))
        self._screen.query_one(StatusLine).show_servers(summary)
        self._screen.chat.show_servers(summary)
        for server in servers:
            if news := self._server_news.of(server):
                self._screen.say(*news)
        if changed := self._trust_news.of_changed(self._session.gate.look_at(host.specs())):
            self._screen.say(changed, "warning")

    def _say_trust_problem(self) -> None:
        if problem := self._trust_news.of_problem(self._session.gate.trust.problem):
            self._screen.say(problem, "error")

    def _show_archive_problem(self) -> None:
        if not self._screen.is_attached:
            return
        problem = self._session.archive.problem
        self._screen.query_one(StatusLine).show_history_trouble(there_is=bool(problem))
        if problem:
            self._screen.say(problem, "warning")
