"""The commands about what a model answered."""

from typing import TYPE_CHECKING

from tui.ui.actions.group import Run, Surface
from tui.ui.typed import app_of

if TYPE_CHECKING:
    from tui.ui.transcript.transcript import Transcript


class AnswerCommands:
    """Shows all that is known of an answer, and unfolds the model's thoughts."""

    def __init__(self, surface: Surface) -> None:
        self._screen = surface.screen

    def commands(self) -> dict[str, Run]:
        """This group's commands."""
        return {"details": lambda _: self._show_details(), "thoughts": lambda _: self._fold_thoughts()}

    def _transcript(self) -> "Transcript":
        from tui.ui.transcript.transcript import Transcript  # not before the first paint

        return self._screen.query_one(Transcript)

    def _show_details(self) -> None:
        transcript = self._transcript()
        if app_of(self._screen).screen is not self._screen:
            return
        if turn := transcript.turn_in_mind:
            transcript.post_message(transcript.TurnOpened(turn))
        else:
            self._screen.say("There is no answer to tell about yet.")

    def _fold_thoughts(self) -> None:
        self._screen.show_tab("chat")
        if self._transcript().fold_all_thoughts() is None:
            self._screen.say("The model has told no thoughts in this conversation.")
