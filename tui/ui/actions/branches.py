"""The commands about branches: editing an earlier message, branching off, and going from branch to branch."""

from functools import partial
from typing import TYPE_CHECKING

from tui.core.branches import family, place_in_family
from tui.core.events import ConversationOpened, Event, UserSaid
from tui.core.ports import ConversationSummary
from tui.ui.actions.group import Run, Surface
from tui.ui.glyphs import BRANCH
from tui.ui.top_bar import TopBar
from tui.ui.typed import app_of

if TYPE_CHECKING:
    from tui.ui.dialogs.turns import PickedTurn


MOST_LOOKED_INTO = 50
"""Branches that are read to tell what was said in them; those of larger families go by their titles."""


class BranchCommands:
    """Makes branches of the open conversation; the original is always kept."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface

    def commands(self) -> dict[str, Run]:
        """This group's commands."""
        return {"edit": self._edit, "branches": lambda _: self._surface.work(self._show_family())}

    def submit(self, text: str) -> bool:
        """Send a message; an edited one into a branch. Returns whether it was taken, so that the draft may go."""
        chat, turns = self._surface.screen.chat, self._surface.turns
        if not chat.editing:
            return turns.submit(text)
        return not self._refuses_while_running() and turns.submit(text, partial(self._fork, chat.editing))

    def follow(self, event: Event) -> None:
        """Another conversation is open: nothing of the one before is being edited, and its family is another."""
        if isinstance(event, ConversationOpened):
            self._surface.screen.chat.editing = 0
            self.show_place()

    def show_place(self) -> None:
        """Say in the top bar which branch this is."""
        if self._surface.session.events:
            self._surface.work(self._show_place())
        else:
            self._surface.screen.query_one(TopBar).branch = ""

    async def _show_place(self) -> None:
        session, screen = self._surface.session, self._surface.screen
        conversation_id = session.conversation_id
        await session.archive.flush()
        place, members = place_in_family(await session.archive.summaries(), conversation_id)
        if conversation_id == session.conversation_id and screen.is_attached:
            screen.query_one(TopBar).branch = f"{BRANCH} {place} of {members}" if members > 1 else ""

    def _edit(self, rest: str) -> None:
        said = [event for event in self._surface.session.events if isinstance(event, UserSaid)]
        chosen = next((event for event in said if str(event.turn) == rest), None)
        screen = self._surface.screen
        if self._refuses_while_running():
            return
        if not said:
            screen.say("There is no message to edit yet.")
        elif chosen:
            self._begin_editing(chosen)
        elif rest:
            screen.say(f"There is no turn {rest} here.", "warning", "/edit alone lists the turns.")
        else:
            self._pick_turn(said)

    def _pick_turn(self, said: list[UserSaid]) -> None:
        from tui.ui.dialogs.turns import TurnsDialog  # not before the first paint

        def go(picked: "PickedTurn | None") -> None:
            if picked and picked.edit:
                self._begin_editing(picked.said)
            elif picked and self._surface.attempt(partial(self._fork, picked.said.turn)):
                self._surface.screen.show_tab("chat")
                self._surface.screen.say("This is a branch; the original is kept.", hint="/branches goes back to it.")

        screen = self._surface.screen
        app_of(screen).push_screen(TurnsDialog(said, screen.clocks.write), go)

    def _begin_editing(self, said: UserSaid) -> None:
        screen = self._surface.screen
        screen.show_tab("chat")
        screen.chat.begin_editing(said.turn, said.text)

    def _fork(self, turn: int) -> None:
        self._surface.session.fork(turn)
        self._surface.screen.chat.editing = 0

    def _refuses_while_running(self) -> bool:
        if self._surface.turns.running:
            self._surface.screen.say("An answer is still running; stop it with Esc first.", "warning")
        return self._surface.turns.running

    async def _show_family(self) -> None:
        from tui.ui.dialogs.branches import BranchesDialog  # not before the first paint

        session, screen = self._surface.session, self._surface.screen
        if not session.events:
            screen.say("There is no conversation to branch yet.")
            return
        await session.archive.flush()
        members = family(await session.archive.summaries(), session.conversation_id)
        messages = {
            member.id: await self._message_at(member.summary)
            for member in members[:MOST_LOOKED_INTO]
            if member.summary and member.rails
        }
        dialog = BranchesDialog(members, session.conversation_id, screen.clocks.wall(), messages)

        def go(chosen: str | None) -> None:
            if chosen:
                self._surface.work(self._open(chosen))

        app_of(screen).push_screen(dialog, go)

    async def _message_at(self, branch: ConversationSummary) -> str:
        """What was said where this branch left its original; empty where nothing was yet."""
        events = await self._surface.session.archive.load(branch.id)
        said = (event.text for event in events if isinstance(event, UserSaid) and event.turn == branch.forked_turn)
        return next(said, "")

    async def _open(self, conversation_id: str) -> None:
        await self._surface.session.open(conversation_id)
        self._surface.screen.show_tab("chat")
