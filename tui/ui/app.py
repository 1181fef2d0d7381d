"""The Textual application: palettes, the command palette, the way out, and what a crash leaves behind."""

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import Theme

from tui.core.example import Example
from tui.ui.beginning import Beginning
from tui.ui.clocks import Clocks
from tui.ui.commands import COMMANDS
from tui.ui.last_look import LastLook
from tui.ui.main_screen import MainScreen
from tui.ui.theme import DARK, LIGHT, RULE

if TYPE_CHECKING:
    from tui.core.ports import Connector, Examiner, Exporter
    from tui.core.session import Session

NOT_OFFERED = frozenset({"Keys", "Maximize", "Minimize"})
"""Commands of Textual's own palette that have a better counterpart here, or no use."""

QUIT_AGAIN_SECONDS = 2.0

_log = logging.getLogger(__name__)


class CallscopeApp(App[None]):
    """Shows one `MainScreen`. `open_session` is awaited after the first paint, so it may import and connect."""

    TITLE = "Callscope"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "command_palette", "Palette", key_display="^p", priority=True),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
        Binding("ctrl+c", "interrupt", "Copy or quit", show=False, system=True),
    ]

    def __init__(
        self,
        open_session: "Callable[[], Awaitable[Session]]",
        *,
        examples: Sequence[Example],
        exporter: "Exporter",
        connector: "Callable[[], Connector]",
        examiner: "Callable[[], Examiner]",
        beginning: Beginning | None = None,
        model_label: str,
        offline: bool,
        theme_name: str = DARK.name,
        crash_folder: Path | None = None,
        redact: Callable[[str], str] = str,
        clocks: Clocks | None = None,
    ) -> None:
        # App.__init__ makes the style sheet from the palette it finds; as a change, it would have every style worked
        # out twice.
        self.set_reactive(App.theme, theme_name)
        super().__init__()
        self._main_screen = MainScreen(
            open_session,
            examples=examples,
            exporter=exporter,
            connector=connector,
            examiner=examiner,
            beginning=beginning or Beginning(),
            model_label=model_label,
            offline=offline,
            clocks=clocks or Clocks(),
        )
        self._crash_folder = crash_folder
        self._redact = redact
        self._interrupted_at = 0.0
        self._last_look = LastLook()

    def get_driver_class(self) -> type[Driver]:
        """For POSIX terminals, the driver that does not take what is pasted for keys."""
        driver = super().get_driver_class()
        if driver.__name__ != "LinuxDriver":
            return driver
        from tui.ui.paste_parser import PasteDriver  # not to be imported on Windows

        return PasteDriver

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every row of every widget goes through before it is drawn."""
        return [*super().get_line_filters(), self._last_look]

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Textual's palettes and ours."""
        return super().available_themes | {theme.name: theme for theme in (DARK, LIGHT)}

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colours of our own that another palette does not bring."""
        return {"rule": RULE}

    def get_default_screen(self) -> Screen[object]:
        """The one screen under all dialogs."""
        return cast(Screen[object], self._main_screen)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: our commands, then Textual's own."""
        for command in COMMANDS:
            yield SystemCommand(command.title, command.about, self._runner(command.name))
        own = {command.title.lower() for command in COMMANDS}
        for system_command in super().get_system_commands(screen):  # pyright: ignore[reportUnknownMemberType] (Screen is open)
            if system_command.title.lower() not in own and system_command.title not in NOT_OFFERED:
                yield system_command

    def action_command_palette(self) -> None:
        """No palette over a dialog: its commands would act beneath.

        A disabled action would leave the key bar beneath, too: the screen would change behind the dialog.
        """
        if self.screen is self._main_screen:
            from tui.ui.palette import Palette  # not before the first paint

            self.push_screen(Palette(id="--command-palette"))

    async def confirm(self, question: str, message: str) -> bool:
        """Ask the person, from any task, as soon as something is painted."""
        answered: asyncio.Future[bool | None] = asyncio.get_running_loop().create_future()

        def ask() -> None:
            from tui.ui.dialogs.consent import ConsentDialog  # not before the first paint

            self.push_screen(ConsentDialog(question, message, self._main_screen.clocks.steady), answered.set_result)

        self.call_later(ask)
        return await answered is True

    def tell(self, words: str, hint: str) -> None:
        """Tell the person something, from any task."""
        self.call_later(self._main_screen.say, words, "warning", hint)

    def exit_on_signal(self, number: int) -> None:
        """Leave because the process was told to by this signal; the exit status says so, as shells expect it."""
        self.exit(return_code=128 + number)

    def action_interrupt(self) -> None:
        """Ctrl+C with nothing to copy: stop the answer; twice in a row: leave."""
        now = time.monotonic()
        if now - self._interrupted_at < QUIT_AGAIN_SECONDS:
            self.exit()
            return
        self._interrupted_at = now
        self._main_screen.interrupt()

    def _runner(self, name: str) -> Callable[[], None]:
        return lambda: self._main_screen.action_command(name)

    def _handle_exception(self, error: Exception) -> None:
        """Pass over what fails while leaving: a screen that is left while it is built fails for want of its widgets."""
        if self._exit:
            _log.warning("while leaving", exc_info=error)
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Leave after a mistake in this program: the traceback goes to a file, without the values of variables.

        Textual's own version prints a traceback with all local variables, keys among them.
        """
        text = self._redact(traceback.format_exc())
        _log.error("crashed\n%s", text)
        where = ""
        if self._crash_folder:
            path = self._crash_folder / time.strftime("crash-%Y%m%d-%H%M%S.txt")
            try:
                self._crash_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                path.touch(mode=0o600)
                path.write_text(text, encoding="utf-8")
                where = f" What happened is in {path}."
            except OSError:
                where = " What happened could not be written to a file."
        self._exit_renderables.append(Text(f"Callscope made a mistake and had to close.{where}"))
        self._close_messages_no_wait()
