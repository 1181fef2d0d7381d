"""The commands that change what is on the screen."""

from typing import TYPE_CHECKING

from tui.ui.actions.group import Run, Surface
from tui.ui.example_list import ExampleList
from tui.ui.theme import switch_palette
from tui.ui.typed import app_of

if TYPE_CHECKING:
    from tui.ui.dialogs.examples import PickedExample


class ViewCommands:
    """Goes to the tabs, opens what lies over them, and leaves."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._screen = surface.screen

    def commands(self) -> dict[str, Run]:
        """This group's commands."""
        return {
            "help": lambda _: self._open_help(),
            "chat": lambda _: self._screen.show_tab("chat"),
            "tools": lambda _: self._screen.show_tab("tools"),
            "history": lambda _: self._screen.show_tab("history"),
            "examples": lambda _: self._pick_example(),
            "calls": lambda _: self._toggle_calls(),
            "theme": lambda _: switch_palette(app_of(self._screen)),
            "quit": lambda _: app_of(self._screen).exit(),
        }

    def _open_help(self) -> None:
        from tui.ui.dialogs.help import HelpScreen  # not before the first paint

        app_of(self._screen).push_screen(HelpScreen())

    def _pick_example(self) -> None:
        from tui.ui.dialogs.examples import ExamplesDialog  # not before the first paint

        def send(picked: "PickedExample | None") -> None:
            if picked and picked.watch:
                self._screen.post_message(ExampleList.WatchWanted(picked.example))
            elif picked:
                self._screen.send_example(picked.example, edit=picked.edit)

        app_of(self._screen).push_screen(ExamplesDialog(self._surface.examples), send)

    def _toggle_calls(self) -> None:
        chat = self._screen.chat
        chat.calls_wanted = not chat.calls_wanted
        if not chat.calls_wanted:
            self._screen.say("The log of calls is hidden. Ctrl+L shows it again.")
        else:
            chat.notice.hush()
