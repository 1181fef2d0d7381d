"""Asks for a person's yes right after the start, when that person may be typing already."""

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Static

from tui.ui.approval.guard import QUIET_SECONDS, TypingGuard
from tui.ui.dialogs.confirm import Confirm

TOO_EARLY = "… what was typed before this came up does not count"
KEYS = "The answer yes is remembered; no is asked again at the next start."


class ConsentDialog(Confirm):
    """A `Confirm` that keys count for only when nothing was typed for a moment. `now` is a steady clock."""

    DEFAULT_CSS = """
    ConsentDialog {
        #early { width: 64; max-width: 90%; padding: 0 3 1 3; background: $panel; color: $text-muted; }
        &.-quiet Button { color: $foreground 50%; }
        &.-quiet #early { color: $text-warning; }
    }
    """

    def __init__(self, title: str, message: str, now: Callable[[], float]) -> None:
        super().__init__(title, message)
        self._guard = TypingGuard(now)
        self._looking: Timer | None = None

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Static(TOO_EARLY, id="early")

    def on_mount(self) -> None:
        """Nothing counts until the question is painted and read for a moment."""
        super().on_mount()
        self._looking = self.set_interval(QUIET_SECONDS / 4, self._look_at_clock)
        self.call_after_refresh(self._guard.begin)

    def on_key(self, event: events.Key) -> None:
        """Hold back what was not meant for this question."""
        if self._guard.stops(event, "yn"):
            event.stop()
            event.prevent_default()
        self._look_at_clock()

    def on_paste(self, event: events.Paste) -> None:
        """A paste answers nothing."""
        event.stop()
        self._guard.begin()
        self._look_at_clock()

    def _look_at_clock(self) -> None:
        quiet = self._guard.is_up
        self.set_class(quiet, "-quiet")
        self.query_one("#early", Static).update(TOO_EARLY if quiet else KEYS)
        if self._looking:
            (self._looking.resume if quiet else self._looking.pause)()
