"""All groups of commands as one: finds the command that was typed or chosen, and runs it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tui.core.example import Example
from tui.core.ports import Connector, Examiner, Exporter
from tui.ui.actions.answers import AnswerCommands
from tui.ui.actions.approval import ApprovalCommands
from tui.ui.actions.branches import BranchCommands
from tui.ui.actions.conversation import ConversationCommands
from tui.ui.actions.doctor import DoctorCommands
from tui.ui.actions.files import FileCommands
from tui.ui.actions.group import Group, Surface
from tui.ui.actions.history import HistoryCommands
from tui.ui.actions.models import ModelCommands
from tui.ui.actions.recordings import RecordingCommands
from tui.ui.actions.servers import ServerCommands
from tui.ui.actions.view import ViewCommands
from tui.ui.actions.wishes import Wishes
from tui.ui.chat.turns import Turns
from tui.ui.commands import COMMANDS, find
from tui.ui.replay.stage import Stage
from tui.ui.wish import Wish

if TYPE_CHECKING:
    from tui.core.session import Session
    from tui.ui.main_screen import MainScreen


class Actions:
    """Carries out commands on the session and the screen; failures are said in words."""

    def __init__(
        self,
        screen: "MainScreen",
        session: "Session",
        turns: Turns,
        examples: Sequence[Example],
        exporter: Exporter,
        connector: Connector,
        examiner: Callable[[], Examiner],
        stage: Stage,
    ) -> None:
        self._screen = screen
        surface = Surface(screen, session, turns, examples)
        files = FileCommands(surface, exporter)
        self.branches = BranchCommands(surface)
        history = HistoryCommands(surface, self.branches, files)
        self.recordings = RecordingCommands(surface, exporter, stage)
        servers = ServerCommands(surface)
        self._wishes = Wishes(surface, history, self.recordings, servers, stage)
        groups: list[Group] = [
            ViewCommands(surface),
            ConversationCommands(surface),
            AnswerCommands(surface),
            self.branches,
            history,
            files,
            self.recordings,
            ModelCommands(surface, connector),
            servers,
            ApprovalCommands(surface),
            DoctorCommands(surface, examiner),
        ]
        self._commands = {name: run for group in groups for name, run in group.commands().items()}

    def run(self, name: str, rest: str = "") -> None:
        """Run the command of this name with what was typed behind it."""
        self._commands[name](rest)

    def carry_out(self, wish: Wish) -> None:
        """Do what a person wished for in a view."""
        self._wishes.carry_out(wish)

    def run_slash(self, text: str) -> bool:
        """Run a slash command as typed; returns whether there is one of that name."""
        name, _, rest = text.strip().removeprefix("/").partition(" ")
        command = find(name)
        if command is None:
            names = ", ".join(f"/{c.name}" for c in COMMANDS)
            self._screen.say(f"There is no command /{name}.", "warning", f"The commands are {names}.")
            return False
        self._screen.chat.notice.hush()
        self.run(command.name, rest.strip())
        return True
