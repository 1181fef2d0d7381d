"""The list of slash commands that fit what is being typed."""

from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.ui.commands import Command, matching
from tui.ui.theme import MUTED

ROWS = 6
NAME_WIDTH = 10
KEY_WIDTH = 4


class SlashMenu(Widget):
    """Shows the commands that match; the prompt moves the highlight. A click picks one."""

    DEFAULT_CSS = """
    SlashMenu {
        height: auto;
        padding: 0 2;
        background: $panel;
        display: none;
        &.-open { display: block; }
    }
    """

    commands: reactive[tuple[Command, ...]] = reactive((), layout=True)
    index: reactive[int] = reactive(0)

    class Picked(Message):
        """A command was clicked."""

        def __init__(self, command: Command) -> None:
            super().__init__()
            self.command = command

    @property
    def is_open(self) -> bool:
        """Whether there is anything to choose from."""
        return bool(self.commands)

    @property
    def highlighted(self) -> Command | None:
        """The command that Tab or Enter would take."""
        return self.commands[self.index] if self.commands else None

    def follow(self, text: str) -> None:
        """Show what fits this text; nothing unless it is the beginning of one slash command."""
        typing_name = text.startswith("/") and " " not in text and "\n" not in text
        self.commands = tuple(matching(text)) if typing_name else ()
        self.index = 0
        self.set_class(self.is_open, "-open")

    def move(self, step: int) -> None:
        """Move the highlight, around the ends."""
        self.index = (self.index + step) % len(self.commands)

    def render(self) -> Content:
        visible = self._visible()
        lines = [self._line(row, command) for row, command in visible]
        if hidden := len(self.commands) - len(visible):
            lines.append(Content(f"  {hidden} more: ↑ ↓").stylize(MUTED))
        return Content("\n").join(lines)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A row for each command that is shown, and one for how many are not."""
        shown = len(self._visible())
        return shown + (len(self.commands) > shown)

    def _visible(self) -> list[tuple[int, Command]]:
        first = min(max(0, self.index - ROWS + 1), max(0, len(self.commands) - ROWS))
        return list(enumerate(self.commands))[first : first + ROWS]

    def _line(self, row: int, command: Command) -> Content:
        accent = "bold $accent"
        mark = Content("› " if row == self.index else "  ").stylize(accent)
        name = Content(f"/{command.name:<{NAME_WIDTH}}{command.key_display:<{KEY_WIDTH}}").stylize(accent)
        line = mark + name + Content(command.about).stylize(MUTED)
        return line.truncate(self.content_size.width, ellipsis=True)

    def on_click(self, event: object) -> None:
        row = getattr(event, "y", -1)
        visible = self._visible()
        if 0 <= row < len(visible):
            self.post_message(self.Picked(visible[row][1]))
