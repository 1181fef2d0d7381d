"""One line that always tells who answers, how the servers are, what the turn does and how many tokens it took."""

from collections.abc import Sequence

from textual.content import Content
from textual.timer import Timer

from tui.core.events import (
    ConversationOpened,
    Event,
    ModelAnswered,
    ModelAsked,
    TextDelta,
    ToolFinished,
    ToolStarted,
    TurnEnded,
    UserSaid,
)
from tui.ui.clocks import Clocks
from tui.ui.figures import tokens
from tui.ui.one_line import OneLine, Part
from tui.ui.server_state import ServerSummary

CHARACTERS_PER_TOKEN = 3.6
TICK_SECONDS = 0.1


class StatusLine(OneLine):
    """Left the model and the servers, right the turn. It counts the seconds while a turn runs."""

    def __init__(self, model_label: str, *, offline: bool, clocks: Clocks) -> None:
        super().__init__()
        self._model_label = model_label
        self._offline = offline
        self._clocks = clocks
        self._servers = ServerSummary("◌", "warning", "starting")
        self._began: float | None = None
        self._doing = ""
        self._exact_tokens = 0
        self._extra_characters = 0
        self._ticker: Timer | None = None

    def show_servers(self, servers: ServerSummary) -> None:
        """Show this state of the servers."""
        self._servers = servers
        self.refresh()

    def show(self, event: Event) -> None:
        """Follow the turn."""
        match event:
            case UserSaid(text=text):
                self._began = self._clocks.steady()
                self._doing = "asking"
                self._extra_characters += len(text)
                self._tick_while_running()
            case ModelAsked():
                self._doing = "thinking"
            case TextDelta(text=text):
                self._doing = "answering"
                self._extra_characters += len(text)
                return
            case ModelAnswered(usage=usage):
                if usage:
                    self._exact_tokens = usage.input_tokens + usage.output_tokens
                    self._extra_characters = 0
            case ToolStarted(by="model"):
                self._doing = "running tools"
            case ToolFinished(turn=turn, text=text) if turn:
                self._extra_characters += len(text)
            case TurnEnded():
                self._began = None
                self._tick_while_running()
            case ConversationOpened():
                self._reopen(event)
            case _:
                return
        self.refresh()

    def _reopen(self, event: ConversationOpened) -> None:
        used = [e.usage for e in event.events if isinstance(e, ModelAnswered) and e.usage]
        self._began, self._extra_characters = None, 0
        self._exact_tokens = used[-1].input_tokens + used[-1].output_tokens if used else 0
        self._tick_while_running()

    def _tick_while_running(self) -> None:
        if self._ticker:
            self._ticker.stop()
        self._ticker = self.set_interval(TICK_SECONDS, self.refresh) if self._began is not None else None

    def parts(self) -> Sequence[Part]:
        """Who answers, and how the servers are."""
        badge = Content(f"◆ {self._model_label}")
        state = Content(self._servers.glyph).stylize(f"${self._servers.colour}")
        words = Content(f" {self._servers.words}").stylize("$foreground 60%")
        return [
            Part(badge.stylize("bold $warning" if self._offline else "bold $accent")),
            Part(state + words),
        ]

    def right(self) -> Content:
        """What the turn does, for how long, and the tokens."""
        return Content(self._turn()).stylize("$foreground 60%")

    def _turn(self) -> str:
        parts: list[str] = []
        if self._began is not None:
            parts += [self._doing, f"{self._clocks.steady() - self._began:.1f} s"]
        estimate = self._exact_tokens + round(self._extra_characters / CHARACTERS_PER_TOKEN)
        if estimate:
            parts.append(f"{'~' if self._extra_characters else ''}{tokens(estimate)}")
        return " · ".join(parts)
