"""The two lists: messages to choose from and open, and lines of output. Both follow their end until one scrolls up."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from tui.core.ports import LogEntry
from tui.ui.lines.block_view import BlockView
from tui.ui.logs.rows import EntryRow, holds, output_row

MOST_ROWS = 3000
"""What was seen stays above what comes, up to so many rows; the host itself keeps fewer."""

NO_MESSAGES = "No message has passed yet."
NOTHING_FOUND = "Nothing here has these words in it. Esc shows everything again."
NO_OUTPUT = (
    "There is no output. Only a server that this application launched writes where it can be read; the log of a "
    "server elsewhere is with that server. Press o for the messages that passed."
)


class MessageView(BlockView):
    """The messages of one server; Enter or a second click opens one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open"),
        Binding("up,k", "choose(-1)", show=False),
        Binding("down,j", "choose(1)", show=False),
    ]

    class Opened(Message):
        """A person wants to see all of a message."""

        def __init__(self, entry: LogEntry) -> None:
            super().__init__()
            self.entry = entry

    def __init__(self, clock: Callable[[float], str]) -> None:
        super().__init__(placeholder=NO_MESSAGES)
        self._clock = clock
        self._last = 0
        self._wanted = ""

    def begin(self, wanted: str = "") -> None:
        """Forget what is shown; from now on only messages with this text in them are."""
        self._last, self._wanted = 0, wanted
        self._placeholder = NOTHING_FOUND if wanted else NO_MESSAGES
        self.following = True
        self.load([])

    def show(self, entries: Sequence[LogEntry]) -> None:
        """Add those that are new."""
        new = [entry for entry in entries if entry.number > self._last]
        if not new:
            return
        if len(self.flow) > MOST_ROWS and self.following:
            self.load([])
            new = list(entries)
        self._last = entries[-1].number
        with self.editing():
            for entry in new:
                if not self._wanted or holds(entry, self._wanted):
                    self.append(EntryRow(entry, self._clock))

    @property
    def entry(self) -> LogEntry | None:
        """The chosen message."""
        if self.chosen is None or self.chosen >= len(self.flow):
            return None
        row = self.flow[self.chosen]
        return row.entry if isinstance(row, EntryRow) else None

    def action_choose(self, step: int) -> None:
        """Choose the message above or below; the newest first of all."""
        if not len(self.flow):
            return
        place = len(self.flow) - 1 if self.chosen is None else self.chosen + step
        self.chosen = max(0, min(place, len(self.flow) - 1))
        self.show_block(self.chosen)
        self.refresh()

    def action_open(self) -> None:
        """Open the chosen message; where none is chosen, the newest is."""
        if self.chosen is None:
            self.action_choose(0)
        if self.entry:
            self.post_message(self.Opened(self.entry))

    def on_click(self, event: events.Click) -> None:
        """Choose the message under the mouse; open it when it was clicked again."""
        super().on_click(event)
        index = self.block_at(event.y)
        if index is None:
            return
        self.chosen = index
        self.refresh()
        if event.chain > 1:
            self.action_open()


class OutputView(BlockView):
    """The last lines that a server wrote."""

    def __init__(self) -> None:
        super().__init__(placeholder=NO_OUTPUT)
        self._lines: Sequence[str] = ()

    def show(self, lines: Sequence[str], wanted: str) -> None:
        """Show these lines, of those the ones with this text in them."""
        found = [line for line in lines if wanted.lower() in line.lower()]
        if found != self._lines:
            self._lines = found
            self._placeholder = NOTHING_FOUND if wanted and lines else NO_OUTPUT
            self.load([output_row(line) for line in found])
