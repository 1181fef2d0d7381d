"""The widget that shows a conversation: one for the whole of it, however long."""

from collections.abc import Callable
from time import perf_counter
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer
from textual.worker import Worker

from tui.core.events import ConversationOpened, Event, ReasoningDelta, TextDelta
from tui.ui.answer_detail.turn_book import TurnRecord
from tui.ui.figures import clock_time
from tui.ui.lines.block_view import BlockView
from tui.ui.lines.sink import BlockList
from tui.ui.transcript.composer import Composer
from tui.ui.transcript.thoughts import ThoughtsBlock
from tui.ui.transcript.turn_line import TurnLine
from tui.ui.transcript.warm_up import warm_up
from tui.ui.working import tell_screen

_PUMP_INTERVAL = 1 / 30
_PUMP_SECONDS = 0.006
"""At most so long a tick, so that keys are answered between two of them."""


class Transcript(BlockView):
    """The messages, answers and calls of one conversation; `show` is the only way in.

    The thoughts and the line under an answer can be chosen with the keys left and right, and opened with Enter or a
    click. `clock` writes the time of an event, given in seconds since the epoch.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open"),
        Binding("left", "choose(-1)", "Earlier line to open", show=False),
        Binding("right", "choose(1)", "Later line to open", show=False),
    ]

    class TurnOpened(Message):
        """A person wants to see all that is known of a turn."""

        def __init__(self, turn: int) -> None:
            super().__init__()
            self.turn = turn

    def __init__(
        self,
        *,
        clock: Callable[[float], str] = clock_time,
        placeholder: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(placeholder=placeholder, id=id, classes=classes)
        self._clock = clock
        self._composer = Composer(self, clock, live=True)
        self._pump_timer: Timer | None = None

    def on_mount(self) -> None:
        """Make the pump ready; it runs only while text is coming."""
        super().on_mount()
        self._pump_timer = self.set_interval(_PUMP_INTERVAL, self._pump, pause=True)
        self.call_after_refresh(self._warm_up)

    def _warm_up(self) -> None:
        self.run_worker(
            warm_up, thread=True, group="warm-up", description="loads what the first answer needs", exit_on_error=False
        )

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What breaks off is told by the screen."""
        tell_screen(self, event)

    def show(self, event: Event) -> None:
        """Show an event of a live, reopened or replayed conversation."""
        match event:
            case ConversationOpened():
                self._open(event)
            case TextDelta() | ReasoningDelta():
                self._composer.show(event)
                if self._pump_timer:
                    self._pump_timer.resume()
            case _:
                with self.editing():
                    self._composer.show(event)

    def record(self, turn: int) -> TurnRecord:
        """What is known of a turn."""
        return self._composer.book.record(turn)

    @property
    def turn_in_mind(self) -> int:
        """The turn of the line that is chosen, or the newest one; 0 where there is none."""
        if self.has_focus and self.chosen is not None and (turn := self._composer.turn_of(self.chosen)):
            return turn
        return self._composer.book.last

    def fold_all_thoughts(self) -> bool | None:
        """Unfold all thoughts, and those to come; fold them where all are unfolded.

        Returns whether they are unfolded now; None where there are none.
        """
        thoughts = [(index, block) for index, block in enumerate(self.flow) if isinstance(block, ThoughtsBlock)]
        if not thoughts:
            return None
        unfolded = not all(block.unfolded for _, block in thoughts)
        self._composer.unfolds_thoughts = unfolded
        with self.editing():
            for index, block in thoughts:
                self._fold(index, block, unfolded=unfolded)
        return unfolded

    def _fold(self, index: int, block: ThoughtsBlock, *, unfolded: bool) -> None:
        stream = self._composer.stream
        if stream and stream.thoughts_index == index:
            stream.fold_thoughts(unfolded=unfolded)
        else:
            self.replace(index, block.folded_to(unfolded=unfolded))

    def action_open(self) -> None:
        """Open the chosen line: unfold thoughts, or show the details of a turn."""
        if self.chosen is None or not self._opens(self.chosen):
            return
        block = self.flow[self.chosen]
        if isinstance(block, ThoughtsBlock):
            self._fold(self.chosen, block, unfolded=not block.unfolded)
        else:
            self.post_message(self.TurnOpened(self._composer.turn_of(self.chosen)))

    def action_choose(self, step: int) -> None:
        """To the next line above or below that can be opened."""
        index = self._last_in_sight + (step > 0) if self.chosen is None else self.chosen + step
        while 0 <= index < len(self.flow) and not self._opens(index):
            index += step
        if 0 <= index < len(self.flow):
            self._choose(index)

    @property
    def _last_in_sight(self) -> int:
        bottom = self.block_at(self.size.height - 1)
        return len(self.flow) - 1 if bottom is None else bottom

    def _choose(self, index: int) -> None:
        self.chosen = index
        self.show_block(index)
        self.refresh()

    def _opens(self, index: int) -> bool:
        return index < len(self.flow) and isinstance(self.flow[index], ThoughtsBlock | TurnLine)

    def on_focus(self) -> None:
        """Begin with the last line in sight that can be opened, where none was chosen."""
        if self.chosen is None:
            in_sight = range(self._last_in_sight, (self.block_at(0) or 0) - 1, -1)
            self.chosen = next((index for index in in_sight if self._opens(index)), None)
        self.refresh()

    def on_blur(self) -> None:
        """The choice shows only while keys go here."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Open the line under the mouse; a drag that selects text opens nothing."""
        super().on_click(event)
        index = self.block_at(event.y)
        if index is None or not self._opens(index) or self.text_selection:
            return
        row = self.scroll_offset.y + event.y - self.flow.top(index)
        block = self.flow[index]
        if not isinstance(block, ThoughtsBlock) or row == block.head_row:
            self.chosen = index
            self.action_open()
            self.refresh()

    def go_to_turn(self, turn: int) -> None:
        """Show this turn, with its message at the top where there is enough below it; nothing where it is not here."""
        if (index := self._composer.turns.get(turn)) is not None:
            self.go_to(index)

    def _open(self, opened: ConversationOpened) -> None:
        sink = BlockList()
        self._composer = Composer(sink, self._clock, live=False, unfolds_thoughts=self._composer.unfolds_thoughts)
        for event in opened.events:
            self._composer.show(event)
        self._composer.sink, self._composer.live = self, True
        self.following = True
        self.load(sink.blocks)

    def _pump(self) -> None:
        """Draw the text that has come since the last tick."""
        end = perf_counter() + _PUMP_SECONDS
        stream = self._composer.stream
        if (stream is None or not stream.work(lambda: perf_counter() < end)) and self._pump_timer:
            self._pump_timer.pause()
