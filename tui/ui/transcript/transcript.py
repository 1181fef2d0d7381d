"""The widget that shows a conversation: one for the whole of it, however long."""

from collections.abc import Callable
from time import perf_counter

from textual.timer import Timer

from tui.core.events import ConversationOpened, Event, TextDelta
from tui.ui.figures import clock_time
from tui.ui.lines.block_view import BlockView
from tui.ui.lines.sink import BlockList
from tui.ui.transcript.composer import Composer
from tui.ui.transcript.warm_up import warm_up

_PUMP_INTERVAL = 1 / 30
_PUMP_SECONDS = 0.006
"""At most so long a tick, so that keys are answered between two of them."""


class Transcript(BlockView):
    """The messages, answers and calls of one conversation; `show` is the only way in.

    `clock` writes the time of an event, given in seconds since the epoch.
    """

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
        self.run_worker(warm_up, thread=True, group="warm-up", description="loads what the first answer needs")

    def show(self, event: Event) -> None:
        """Show an event of a live, reopened or replayed conversation."""
        match event:
            case ConversationOpened():
                self._open(event)
            case TextDelta():
                self._composer.show(event)
                if self._pump_timer:
                    self._pump_timer.resume()
            case _:
                with self.editing():
                    self._composer.show(event)

    def go_to_turn(self, turn: int) -> None:
        """Show this turn, with its message at the top where there is enough below it; nothing where it is not here."""
        if (index := self._composer.turns.get(turn)) is not None:
            self.go_to(index)

    def _open(self, opened: ConversationOpened) -> None:
        sink = BlockList()
        self._composer = Composer(sink, self._clock, live=False)
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
