"""The commands about the history: going to a conversation, its title and place, and what was used."""

from collections.abc import Sequence

from tui.core.transcript import is_pinned, title_of
from tui.ui.actions.branches import BranchCommands
from tui.ui.actions.files import FileCommands
from tui.ui.actions.group import Run, Surface
from tui.ui.history.messages import (
    ConversationChosen,
    ConversationPinned,
    ConversationRenamed,
    ConversationsDeleted,
    ConversationsRestored,
    ExportWanted,
    HistoryWish,
    StatisticsWanted,
)
from tui.ui.history.pane import HistoryPane
from tui.ui.transcript.transcript import Transcript
from tui.ui.typed import app_of


class HistoryCommands:
    """Acts on conversations as the History tab asks for it, and on the open one by command."""

    def __init__(self, surface: Surface, branches: BranchCommands, files: FileCommands) -> None:
        self._surface = surface
        self._branches = branches
        self._files = files

    def commands(self) -> dict[str, Run]:
        """This group's commands."""
        return {
            "resume": lambda _: self._surface.screen.show_tab("history"),
            "rename": self._rename_open,
            "pin": lambda _: self._pin_open(),
            "stats": lambda _: self._show_statistics(),
        }

    def carry_out(self, wish: HistoryWish) -> None:
        """Do what a person wished for in the History tab."""
        match wish:
            case ConversationChosen():
                self._surface.work(self._open(wish.conversation_id, wish.turn))
            case ConversationsDeleted():
                self._leave(wish.ids)
                self._branches.show_place()
            case ConversationsRestored():
                self._branches.show_place()
            case ConversationRenamed():
                self._rename(wish.conversation_id, wish.title)
            case ConversationPinned():
                self._surface.session.pin(wish.conversation_id, pinned=wish.pinned)
                self._show_anew()
            case ExportWanted():
                self._files.export(wish.summary.id, wish.summary.title)
            case StatisticsWanted():
                self._show_statistics()
            case _:
                pass

    async def _open(self, conversation_id: str, turn: int) -> None:
        screen, session = self._surface.screen, self._surface.session
        await session.open(conversation_id)
        await session.shown()
        screen.show_tab("chat")
        if turn:
            screen.query_one(Transcript).go_to_turn(turn)

    def _leave(self, conversation_ids: Sequence[str]) -> None:
        """If the open conversation was deleted, begin a new one."""
        turns, session = self._surface.turns, self._surface.session

        async def leave() -> None:
            turns.stop()
            await turns.finished()
            session.new()

        if session.conversation_id in conversation_ids:
            self._surface.work(leave())

    def _rename(self, conversation_id: str, title: str) -> None:
        self._surface.session.rename(conversation_id, title)
        self._show_anew()

    def _rename_open(self, rest: str) -> None:
        from tui.ui.dialogs.rename import RenameDialog  # not before the first paint

        session, screen = self._surface.session, self._surface.screen
        conversation_id, title = session.conversation_id, title_of(session.events)
        if not session.events:
            screen.say("There is no conversation to rename yet.")
        elif rest:
            self._rename(conversation_id, " ".join(rest.split()))
        else:

            def rename(chosen: str | None) -> None:
                if chosen is not None and chosen != title:
                    self._rename(conversation_id, chosen)

            app_of(screen).push_screen(RenameDialog(title), rename)

    def _pin_open(self) -> None:
        session, screen = self._surface.session, self._surface.screen
        if not session.events:
            screen.say("There is no conversation to pin yet.")
            return
        pinned = not is_pinned(session.events)
        session.pin(session.conversation_id, pinned=pinned)
        self._show_anew()
        screen.say("Pinned: it stands on top in the History tab." if pinned else "No longer pinned.")

    def _show_statistics(self) -> None:
        from tui.ui.statistics.screen import StatisticsScreen  # not before the first paint

        screen = self._surface.screen
        app_of(screen).push_screen(StatisticsScreen(self._surface.session.archive, screen.clocks.wall))

    def _show_anew(self) -> None:
        self._surface.screen.query_one(HistoryPane).reload_soon()
