"""One line that always tells who answers, how the servers are, what the turn does and how full the context is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content
from textual.timer import Timer

from tui.ui.approval.modes import WORDS
from tui.ui.clocks import Clocks
from tui.ui.one_line import OneLine, Part
from tui.ui.server_state import ServerSummary
from tui.ui.theme import MUTED

if TYPE_CHECKING:
    from tui.core.events import Event
    from tui.core.ports import Mode
    from tui.ui.turn_figures import TurnFigures

TICK_SECONDS = 0.1

LEFT_CELLS = 36
"""The right side gives up its lesser parts before the left one has less than this; all of them while it waits."""


class StatusLine(OneLine):
    """Left the model and the servers, right the turn. It counts the seconds while a turn runs."""

    RIGHT_FIRST = True

    def __init__(self, model_label: str, *, offline: bool, clocks: Clocks) -> None:
        super().__init__()
        self._model_label = model_label
        self._offline = offline
        self._servers = ServerSummary("◌", "warning", "starting")
        self._mode: Mode = "ask"
        self._history_trouble = False
        self._is_recording = False
        self._clock = clocks.steady
        self._figures: TurnFigures | None = None
        self._ticker: Timer | None = None

    def on_mount(self) -> None:
        """Make the ticker ready; it runs only while a turn does."""
        self._ticker = self.set_interval(TICK_SECONDS, self.refresh, pause=True)

    def show(self, event: "Event") -> None:
        """Follow the turn and the context through the events of a live, reopened or replayed conversation."""
        if self._figures is None:
            from tui.ui.turn_figures import TurnFigures  # not before the first paint

            self._figures = TurnFigures(self._clock)
        shows_at_once = self._figures.show(event)
        if not shows_at_once:
            return
        if self._ticker:
            (self._ticker.resume if self._figures.is_running else self._ticker.pause)()
        self.refresh()

    def show_model(self, label: str, *, offline: bool) -> None:
        """Show that this model answers from now on."""
        self._model_label, self._offline = label, offline
        self.refresh()

    def show_recording(self, *, is_one: bool) -> None:
        """Show that what is on the screen is a recording, instead of who would answer."""
        self._is_recording = is_one
        self.refresh()

    def show_servers(self, servers: ServerSummary) -> None:
        """Show this state of the servers."""
        self._servers = servers
        self.refresh()

    def show_mode(self, mode: "Mode") -> None:
        """Show which calls are asked about."""
        self._mode = mode
        self.refresh()

    def show_history_trouble(self, *, there_is: bool) -> None:
        """Show that something is wrong with the history, for as long as it is."""
        self._history_trouble = there_is
        self.refresh()

    def parts(self) -> Sequence[Part]:
        """Who answers, how the servers are, and which calls are asked about."""
        badge = Content("◉ recording" if self._is_recording else f"◆ {self._model_label}")
        state = Content(self._servers.glyph).stylize(f"${self._servers.colour}")
        words = Content(f" {self._servers.words}").stylize(MUTED)
        mode = WORDS[self._mode]
        warnings = [Part(Content("! history").stylize("$warning"))] if self._history_trouble else []
        asking = Part(Content(mode.badge).stylize(f"${mode.style}" if mode.style else MUTED))
        servers = Part(state + words)
        return [
            Part(badge.stylize("bold $warning" if self._offline or self._is_recording else "bold $accent")),
            *([servers, asking] if self._mode == "ask" else [asking, servers]),  # a warning must not be squeezed out
            *warnings,
        ]

    def right(self) -> Content:
        """What the turn does and for how long, and the context: as much of it as there is room for."""
        if self._figures is None:
            return Content()
        left = Content(" " * self.GAP).join(part.content for part in self.parts()).cell_length
        needed = left if self._figures.is_waiting else min(left, LEFT_CELLS)
        return self._figures.content(self.content_size.width - self.GAP - needed)
