"""Has what a person wished for in a view carried out by the commands it belongs to."""

from typing import TYPE_CHECKING

from tui.ui.example_list import ExampleList
from tui.ui.history.messages import HistoryWish, RecordingWish
from tui.ui.replay.messages import CheckWanted, ReplayLeft, RunAgainWanted
from tui.ui.replay.stage import Stage
from tui.ui.tools.messages import LogsWanted, PromptChosen, ToolAskedAbout

if TYPE_CHECKING:
    from tui.ui.actions.group import Surface
    from tui.ui.actions.history import HistoryCommands
    from tui.ui.actions.recordings import RecordingCommands
    from tui.ui.actions.servers import ServerCommands
    from tui.ui.wish import Wish


class Wishes:
    """The one place that knows which wish goes where."""

    def __init__(
        self,
        surface: "Surface",
        history: "HistoryCommands",
        recordings: "RecordingCommands",
        servers: "ServerCommands",
        stage: Stage,
    ) -> None:
        self._surface = surface
        self._history = history
        self._recordings = recordings
        self._servers = servers
        self._stage = stage

    def carry_out(self, wish: "Wish") -> None:
        """Do what a person wished for."""
        match wish:
            case RecordingWish():
                self._recordings.carry_out(wish)
            case HistoryWish():
                self._history.carry_out(wish)
            case ReplayLeft():
                self._stage.leave()
            case ExampleList.WatchWanted():
                self._recordings.watch(wish.example)
            case RunAgainWanted():
                self._recordings.run_again(wish.recording)
            case CheckWanted():
                self._recordings.check(wish.recording)
            case ToolAskedAbout():
                self._offer(wish.text)
            case PromptChosen():
                self._send(wish.text)
            case LogsWanted():
                self._servers.show_logs(wish.server)
            case _:
                raise TypeError(f"nobody carries out a {type(wish).__name__}")

    def _offer(self, text: str) -> None:
        screen = self._surface.screen
        screen.show_tab("chat")
        screen.chat.prompt.offer(text)

    def _send(self, text: str) -> None:
        screen = self._surface.screen
        screen.show_tab("chat")
        if not self._surface.turns.submit(text):
            screen.chat.prompt.give_back(text)
