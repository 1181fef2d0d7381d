"""The command that looks everything over."""

from collections.abc import Callable

from tui.core.ports import Examiner
from tui.ui.actions.group import Run, Surface
from tui.ui.typed import app_of


class DoctorCommands:
    """Opens the page of the doctor."""

    def __init__(self, surface: Surface, examiner: Callable[[], Examiner]) -> None:
        self._screen = surface.screen
        self._examiner = examiner

    def commands(self) -> dict[str, Run]:
        """This group's commands."""
        return {"doctor": lambda _: self._open()}

    def _open(self) -> None:
        from tui.ui.doctor.screen import DoctorScreen  # not before the first paint

        app = app_of(self._screen)
        if app.screen is self._screen:
            app.push_screen(DoctorScreen(self._examiner()))
