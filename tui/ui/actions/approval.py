"""The commands about what runs unasked."""

from tui.core.ports import Mode
from tui.ui.actions.group import Run, Surface
from tui.ui.approval.modes import WORDS, mode_of, next_mode
from tui.ui.status_line import StatusLine
from tui.ui.typed import app_of


class ApprovalCommands:
    """Changes the mode, and shows what was allowed."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface

    def commands(self) -> dict[str, Run]:
        """This group's commands."""
        return {"mode": self._change_mode, "allowed": lambda _: self._show_allowed()}

    def _change_mode(self, rest: str) -> None:
        mode = mode_of(rest) if rest else next_mode(self._surface.session.gate.mode)
        if mode:
            self._begin(mode)
        else:
            hint = f"The modes are {', '.join(words.typed for words in WORDS.values())}."
            self._surface.screen.say(f"There is no mode “{rest}”.", "warning", hint)

    def _begin(self, mode: Mode) -> None:
        screen = self._surface.screen
        self._surface.session.gate.mode = mode
        screen.query_one(StatusLine).show_mode(mode)
        screen.say(WORDS[mode].said, "info" if mode == "ask" else "warning", "F8 changes it.")

    def _show_allowed(self) -> None:
        from tui.ui.approval.allowed import AllowedDialog  # not before the first paint

        app_of(self._surface.screen).push_screen(AllowedDialog(self._surface.session, self._surface.screen.clocks.wall))
