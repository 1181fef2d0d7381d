"""One line that always tells who answers, how the servers are, what the turn does and how many tokens it took."""

from collections.abc import Sequence

from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer

from tui.ui.clocks import Clocks
from tui.ui.figures import tokens
from tui.ui.one_line import OneLine, Part
from tui.ui.server_state import ServerSummary
from tui.ui.theme import MUTED

CHARACTERS_PER_TOKEN = 3.6
TICK_SECONDS = 0.1


class StatusLine(OneLine):
    """Left the model and the servers, right the turn. It counts the seconds while a turn runs."""

    RIGHT_FIRST = True

    doing: reactive[str] = reactive("")
    """What the running turn does, in a word or two."""

    def __init__(self, model_label: str, *, offline: bool, clocks: Clocks) -> None:
        super().__init__()
        self._model_label = model_label
        self._offline = offline
        self._clocks = clocks
        self._servers = ServerSummary("◌", "warning", "starting")
        self._history_trouble = False
        self._began: float | None = None
        self._exact_tokens = 0
        self._extra_characters = 0
        self._ticker: Timer | None = None

    def show_model(self, label: str, *, offline: bool) -> None:
        """Show that this model answers from now on."""
        self._model_label, self._offline = label, offline
        self.refresh()

    def show_servers(self, servers: ServerSummary) -> None:
        """Show this state of the servers."""
        self._servers = servers
        self.refresh()

    def show_history_trouble(self, *, there_is: bool) -> None:
        """Show that something is wrong with the history, for as long as it is."""
        self._history_trouble = there_is
        self.refresh()

    def begin_turn(self) -> None:
        """A turn begins: count its seconds."""
        self._began = self._clocks.steady()
        self.doing = "asking"
        self._ticker = self._ticker or self.set_interval(TICK_SECONDS, self.refresh)
        self._ticker.resume()

    def end_turn(self) -> None:
        """The turn is over."""
        self._began = None
        if self._ticker:
            self._ticker.pause()
        self.refresh()

    def set_tokens(self, tokens: int) -> None:
        """The endpoint counted this many tokens in the conversation so far."""
        self._exact_tokens, self._extra_characters = tokens, 0
        self.refresh()

    def add_text(self, text: str) -> None:
        """This text came after the last exact count."""
        self._extra_characters += len(text)

    def parts(self) -> Sequence[Part]:
        """Who answers, and how the servers are."""
        badge = Content(f"◆ {self._model_label}")
        state = Content(self._servers.glyph).stylize(f"${self._servers.colour}")
        words = Content(f" {self._servers.words}").stylize(MUTED)
        warnings = [Part(Content("! history").stylize("$warning"))] if self._history_trouble else []
        return [
            Part(badge.stylize("bold $warning" if self._offline else "bold $accent")),
            Part(state + words),
            *warnings,
        ]

    def right(self) -> Content:
        """What the turn does, for how long, and the tokens."""
        return Content(self._turn()).stylize(MUTED)

    def _turn(self) -> str:
        parts: list[str] = []
        if self._began is not None:
            parts += [self.doing, f"{self._clocks.steady() - self._began:.1f} s"]
        estimate = self._exact_tokens + round(self._extra_characters / CHARACTERS_PER_TOKEN)
        if estimate:
            parts.append(f"context {'~' if self._extra_characters else ''}{tokens(estimate)}")
        return " · ".join(parts)
