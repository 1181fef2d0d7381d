"""What every group of commands works with."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from tui.core.errors import AppError
from tui.core.example import Example
from tui.ui.chat.turns import Turns

if TYPE_CHECKING:
    from tui.core.session import Session
    from tui.ui.main_screen import MainScreen

Run: TypeAlias = Callable[[str], None]
"""Carries out a command; it is given what was typed behind the command's name."""


@dataclass(frozen=True, slots=True)
class Surface:
    """The screen and the session that commands act on."""

    screen: "MainScreen"
    session: "Session"
    turns: Turns
    examples: Sequence[Example]

    def work(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this in the background; what fails is said in words."""

        async def say_failures() -> None:
            try:
                await work
            except AppError as error:
                self.say_error(error)

        self.screen.run_worker(say_failures(), group="command", exit_on_error=False)

    def attempt(self, action: Callable[[], None]) -> bool:
        """Do this at once; what fails is said in words. Returns whether it worked."""
        try:
            action()
        except AppError as error:
            self.say_error(error)
            return False
        return True

    def say_error(self, error: AppError) -> None:
        """Say what went wrong, and what to do."""
        self.screen.say(error.message, "warning", error.hint)


class Group(Protocol):
    """Some commands that belong together."""

    def commands(self) -> dict[str, Run]:
        """What to run for each command of this group, by the command's name."""
        ...
