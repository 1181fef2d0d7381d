"""The right side of the status line: what the turn does and for how long, and how full the context is."""

from collections.abc import Callable

from textual.content import Content

from tui.core.events import Event, ReasoningDelta, TextDelta
from tui.ui.activity import Activity
from tui.ui.context_meter import ContextMeter
from tui.ui.theme import MUTED


class TurnFigures:
    """Follows a conversation through its events, live, reopened or replayed."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._activity = Activity(clock)
        self._meter = ContextMeter()

    def show(self, event: Event) -> bool:
        """Follow one event; returns whether it shows at once, not only at the next tick."""
        self._activity.show(event)
        self._meter.show(event)
        return not isinstance(event, TextDelta | ReasoningDelta)

    @property
    def is_running(self) -> bool:
        """Whether a turn runs, so that seconds are counted."""
        return self._activity.is_running

    @property
    def is_waiting(self) -> bool:
        """Whether the turn waits, which must be said in full."""
        return self._activity.wait is not None

    def content(self, room: int) -> Content:
        """As much of it as fits into so many cells."""
        turn, meter, shown = self._turn(), self._meter, Content()
        for words in (f"{meter.words} {meter.bar}".strip(), meter.words, meter.brief_words, ""):
            context = Content(words).stylize(MUTED if meter.level == "normal" else f"${meter.level}")
            shown = Content(" · ").stylize(MUTED).join(part for part in (turn, context) if part)
            if shown.cell_length <= room:
                break
        return shown

    def _turn(self) -> Content:
        activity = self._activity
        if not activity.is_running:
            return Content()
        if wait := activity.wait:
            return Content(activity.words).stylize(MUTED if wait.kind == "rate" else "$warning")
        return Content(f"{activity.words} · {activity.elapsed:.1f} s").stylize(MUTED)
