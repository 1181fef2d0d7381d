"""The commands that begin, clear, bring back and repeat a conversation."""

from tui.core.events import ModelAnswered
from tui.ui.actions.group import Run, Surface
from tui.ui.typed import app_of


class ConversationCommands:
    """Acts on the open conversation."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._cleared: list[str] = []

    def commands(self) -> dict[str, Run]:
        """This group's commands."""
        return {
            "new": lambda _: self._new(),
            "clear": lambda _: self._surface.work(self._clear()),
            "undo": lambda _: self._surface.work(self._undo()),
            "retry": lambda _: self._surface.turns.retry(),
            "copy": lambda _: self._copy_answer(),
        }

    def _new(self) -> None:
        if self._surface.attempt(self._surface.session.new):
            self._surface.screen.show_tab("chat")

    async def _clear(self) -> None:
        screen, session = self._surface.screen, self._surface.session
        if not session.events:
            screen.say("There is nothing to clear.")
            return
        self._cleared.append(await session.clear())
        screen.show_tab("chat")
        screen.say("The conversation was cleared. /undo brings it back.")

    async def _undo(self) -> None:
        session = self._surface.session
        if not self._cleared:
            self._surface.screen.say("Nothing was cleared.")
            return
        conversation_id = self._cleared[-1]
        await session.archive.restore([conversation_id])
        await session.open(conversation_id)
        self._cleared.pop()
        self._surface.screen.show_tab("chat")

    def _copy_answer(self) -> None:
        screen = self._surface.screen
        answers = [e.text for e in self._surface.session.events if isinstance(e, ModelAnswered) and e.text]
        if not answers:
            screen.say("There is no answer to copy yet.")
            return
        app_of(screen).copy_to_clipboard(answers[-1])
        screen.say("The last answer was copied, if this terminal allows it (OSC 52).")
