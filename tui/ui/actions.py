"""What the commands of the table in `commands` do."""

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from tui.core.errors import AppError
from tui.core.events import ModelAnswered
from tui.core.example import Example
from tui.ui.chat.turns import Turns
from tui.ui.commands import COMMANDS, find
from tui.ui.theme import switch_palette
from tui.ui.typed import app_of

if TYPE_CHECKING:
    from tui.core.session import Session
    from tui.ui.dialogs.examples import PickedExample
    from tui.ui.main_screen import MainScreen


class Actions:
    """Carries out commands on the session and the screen; failures are said in words."""

    def __init__(self, screen: "MainScreen", session: "Session", turns: Turns, examples: Sequence[Example]) -> None:
        self._screen = screen
        self._session = session
        self._turns = turns
        self._examples = examples
        self._cleared: list[str] = []
        self._commands: dict[str, Callable[[str], None]] = {
            "help": lambda _: self._open_help(),
            "chat": lambda _: screen.show_tab("chat"),
            "tools": lambda _: screen.show_tab("tools"),
            "history": lambda _: screen.show_tab("history"),
            "examples": lambda _: self._pick_example(),
            "new": lambda _: self._new(),
            "clear": lambda _: self._work(self._clear()),
            "undo": lambda _: self._work(self._undo()),
            "retry": lambda _: self._turns.retry(),
            "calls": lambda _: self._toggle_calls(),
            "server": self._server,
            "copy": lambda _: self._copy_answer(),
            "theme": lambda _: self._switch_theme(),
            "quit": lambda _: app_of(self._screen).exit(),
        }

    def run(self, name: str, rest: str = "") -> None:
        """Run the command of this name with what was typed behind it."""
        self._commands[name](rest)

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

    def open_conversation(self, conversation_id: str) -> None:
        """Show a conversation from the history, to read and to go on."""

        async def open_it() -> None:
            await self._session.open(conversation_id)
            self._screen.show_tab("chat")

        self._work(open_it())

    def forget(self, conversation_ids: Sequence[str]) -> None:
        """Conversations were deleted in the History tab; if the open one is among them, begin a new one."""

        async def leave() -> None:
            self._turns.stop()
            await self._turns.finished()
            self._session.new()

        if self._session.conversation_id in conversation_ids:
            self._work(leave())

    def _work(self, work: Coroutine[Any, Any, None]) -> None:
        async def say_failures() -> None:
            try:
                await work
            except AppError as error:
                self._screen.say(error.message, "warning", error.hint)

        self._screen.run_worker(say_failures(), group="command", exit_on_error=False)

    def _open_help(self) -> None:
        from tui.ui.dialogs.help import HelpScreen  # not before the first paint

        app_of(self._screen).push_screen(HelpScreen())

    def _pick_example(self) -> None:
        from tui.ui.dialogs.examples import ExamplesDialog  # not before the first paint

        def send(picked: "PickedExample | None") -> None:
            if picked:
                self._screen.send_example(picked.example, edit=picked.edit)

        app_of(self._screen).push_screen(ExamplesDialog(self._examples), send)

    def _new(self) -> None:
        try:
            self._session.new()
        except AppError as error:
            self._screen.say(error.message, "warning", error.hint)
        else:
            self._screen.show_tab("chat")

    async def _clear(self) -> None:
        if not self._session.events:
            self._screen.say("There is nothing to clear.")
            return
        self._cleared.append(await self._session.clear())
        self._screen.show_tab("chat")
        self._screen.say("The conversation was cleared. /undo brings it back.")

    async def _undo(self) -> None:
        if not self._cleared:
            self._screen.say("Nothing was cleared.")
            return
        conversation_id = self._cleared[-1]
        await self._session.archive.restore([conversation_id])
        await self._session.open(conversation_id)
        self._cleared.pop()
        self._screen.show_tab("chat")

    def _toggle_calls(self) -> None:
        chat = self._screen.chat
        chat.calls_wanted = not chat.calls_wanted
        if not chat.calls_wanted:
            self._screen.say("The log of calls is hidden. Ctrl+L shows it again.")
        else:
            chat.notice.hush()

    def _server(self, rest: str) -> None:
        if rest != "restart":
            self._screen.show_tab("tools")
            return

        async def restart() -> None:
            host = self._session.host
            for server in host.servers():
                self._screen.say(f"Connecting to {server.name} anew …")
                await host.restart(server.name)
            await host.settle()
            if ready := [server.name for server in host.servers() if server.state == "ready"]:
                self._screen.say(f"{' and '.join(ready)} {'is' if len(ready) == 1 else 'are'} ready.")

        self._work(restart())

    def _copy_answer(self) -> None:
        answers = [e.text for e in self._session.events if isinstance(e, ModelAnswered) and e.text]
        if not answers:
            self._screen.say("There is no answer to copy yet.")
            return
        app_of(self._screen).copy_to_clipboard(answers[-1])
        self._screen.say("The last answer was copied, if this terminal allows it (OSC 52).")

    def _switch_theme(self) -> None:
        switch_palette(app_of(self._screen))
