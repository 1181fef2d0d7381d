"""The live log of calls: a card for each, from the moment the model asks for it."""

from collections.abc import Callable
from time import monotonic
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from tui.core.events import ConversationOpened, Event, TextDelta, ToolStarted
from tui.ui.figures import clock_time, duration
from tui.ui.glyphs import SPINNER_INTERVAL
from tui.ui.lines.block_view import BlockView
from tui.ui.lines.sink import BlockList
from tui.ui.tool_log.call_book import CallBook
from tui.ui.tool_log.call_record import CallRecord
from tui.ui.typed import app_of

_EMPTY = "No calls yet.\n\nWhen the model uses a tool, every step of it shows here as it happens."


class ToolLog(BlockView):
    """The cards of one conversation; `show` is the only way in. Enter or a second click opens the chosen card.

    `clock` writes the time of an event; `now` gives seconds that running times are counted by.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "open", "Open call")]

    class CallOpened(Message):
        """A person wants to see all of a call."""

        def __init__(self, call_id: str) -> None:
            super().__init__()
            self.call_id = call_id

    class TotalsChanged(Message):
        """There are more calls, or one of them has ended. `seconds` is the time of all together."""

        def __init__(self, calls: int, failed: int, seconds: float) -> None:
            super().__init__()
            self.calls = calls
            self.failed = failed
            self.seconds = seconds

    def __init__(
        self,
        *,
        clock: Callable[[float], str] = clock_time,
        now: Callable[[], float] = monotonic,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(placeholder=_EMPTY, id=id, classes=classes)
        self._clock = clock
        self._now = now
        self.call_limit: float | None = None
        """Seconds that a call may take, where that is known."""
        self._book = CallBook(self, clock)
        self._started: dict[str, float] = {}
        self._frame = 0
        self._spinner: Timer | None = None

    def on_mount(self) -> None:
        """Make the spinner ready; it turns only while something runs."""
        super().on_mount()
        self._spinner = self.set_interval(SPINNER_INTERVAL, self._tick, pause=True)

    def record(self, call_id: str) -> CallRecord | None:
        """What is known of a call; None where another conversation was opened meanwhile."""
        return self._book.records.get(call_id)

    def show(self, event: Event) -> None:
        """Show an event of a live, reopened or replayed conversation."""
        if isinstance(event, TextDelta):
            return  # by far the most frequent event, and none of ours
        before = self._book.totals()
        if isinstance(event, ConversationOpened):
            self._open(event)
        else:
            with self.editing():
                self._book.show(event)
        if isinstance(event, ToolStarted):
            self._started[event.call_id] = self._now()
            self._tick()
            if self._spinner:
                self._spinner.resume()
        if (totals := self._book.totals()) != before:
            self.post_message(self.TotalsChanged(*totals))

    def scroll_to_turn(self, turn: int) -> None:
        """Show the calls of a turn, if it has any."""
        if turn in self._book.rule_of:
            self.go_to(self._book.rule_of[turn])

    def choose(self, call_id: str) -> None:
        """Select a call's card and bring it into sight."""
        self.chosen = self._book.index_of[call_id]
        self.show_block(self.chosen)
        self.refresh()

    def _open(self, opened: ConversationOpened) -> None:
        sink = BlockList()
        self._started.clear()
        self._book = CallBook(sink, self._clock)
        for event in opened.events:
            self._book.show(event)
        self._book.sink = self
        self.following = True
        self.load(sink.blocks)

    def _tick(self) -> None:
        running = [call_id for call_id in self._book.running() if call_id in self._started]
        self._frame += 1
        frame = None if app_of(self).animation_level == "none" else self._frame
        with self.editing():
            for call_id in running:
                card = self._book.card(call_id, self._now() - self._started[call_id], frame, self.call_limit)
                self.replace(self._book.index_of[call_id], card)
        if not running and self._spinner:
            self._spinner.pause()

    def action_scroll_up(self) -> None:
        """To the card above."""
        self._choose_next(-1)

    def action_scroll_down(self) -> None:
        """To the card below."""
        self._choose_next(1)

    def action_open(self) -> None:
        """Open the chosen card."""
        if self.chosen is not None:
            self.post_message(self.CallOpened(self._book.call_at[self.chosen]))

    def _choose_next(self, step: int) -> None:
        cards = sorted(self._book.call_at)
        if not cards:
            return
        place = cards.index(self.chosen) + step if self.chosen is not None else len(cards) - 1
        self.choose(self._book.call_at[cards[max(0, min(place, len(cards) - 1))]])

    def on_focus(self) -> None:
        """Begin with the newest card where none was chosen."""
        if self.chosen is None:
            self._choose_next(0)
        self.refresh()

    def on_blur(self) -> None:
        """The choice shows only while keys go here."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Choose the card under the mouse; open it when it was clicked again."""
        super().on_click(event)
        index = self.block_at(event.y)
        if index is None or index not in self._book.call_at:
            return
        self.choose(self._book.call_at[index])
        if event.chain > 1:
            self.action_open()


class ToolLogPane(Vertical):
    """The tool log under a line with its title, the number of calls and their time."""

    DEFAULT_CSS = """
    ToolLogPane {
        height: 1fr;
        & > #tool-log-title { height: 1; padding: 0 1; color: $text-muted; background: $background; }
    }
    """

    def __init__(
        self,
        *,
        clock: Callable[[float], str] = clock_time,
        now: Callable[[], float] = monotonic,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.log_view = ToolLog(clock=clock, now=now)
        self._totals = (0, 0, 0.0)

    def compose(self) -> ComposeResult:
        """The title above the log."""
        yield Static(id="tool-log-title", markup=False)
        yield self.log_view

    def show(self, event: Event) -> None:
        """Show an event in the log."""
        self.log_view.show(event)

    def on_mount(self) -> None:
        """Write the title."""
        self._write_title()

    def on_resize(self) -> None:
        """The figures stand at the right end."""
        self._write_title()

    def on_tool_log_totals_changed(self, message: ToolLog.TotalsChanged) -> None:
        """Bring the figures up to date."""
        self._totals = message.calls, message.failed, message.seconds
        self._write_title()

    def _write_title(self) -> None:
        calls, failed, seconds = self._totals
        figures = [str(calls), f"{failed} failed" if failed else "", duration(seconds) if seconds else ""]
        shown = [figure for figure in figures if figure] if calls else []
        room = self.size.width - 3 - len("CALLS")
        while shown and len(" · ".join(shown)) >= room:
            shown.pop()
        right = " · ".join(shown)
        title = Content.assemble(("CALLS", "bold"), " " * max(0, room - len(right)), right)
        self.query_one("#tool-log-title", Static).update(title)
