"""How full the model's context window is: exact after each answer, an estimate in between."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Literal, TypeAlias

from tui.core.events import (
    ConversationOpened,
    Event,
    HistoryTrimmed,
    ModelAnswered,
    ModelChosen,
    SystemPromptChanged,
    TextDelta,
    ToolFinished,
    UserSaid,
)
from tui.ui.figures import amount, tokens

CHARACTERS_PER_TOKEN = 3.6
"""Measured on English prose and code; only for what came after the endpoint's last count."""

BAR_CELLS = 5
WARNING_FRACTION = 0.80
ERROR_FRACTION = 0.95

Level: TypeAlias = Literal["normal", "warning", "error"]


class ContextMeter:
    """Counts from the endpoint's last count on. `window` is the model's, in tokens, where an answer told it."""

    def __init__(self) -> None:
        self.window: int | None = None
        self._counted = 0
        self._added = 0
        self._streamed = 0
        self._is_exact = True

    @property
    def used(self) -> int:
        """Tokens of the conversation as the model would be sent it now."""
        return self._counted + round((self._added + self._streamed) / CHARACTERS_PER_TOKEN)

    @property
    def level(self) -> Level:
        """Whether it is getting full."""
        fraction = self.used / self.window if self.window else 0.0
        return "error" if fraction > ERROR_FRACTION else "warning" if fraction > WARNING_FRACTION else "normal"

    @property
    def words(self) -> str:
        """`context ~12.4k of 128k`; empty before there is anything to count."""
        return self._counted_as("context ")

    @property
    def brief_words(self) -> str:
        """`~12.4k of 128k`."""
        return self._counted_as("")

    def _counted_as(self, what: str) -> str:
        if not self.used:
            return ""
        sign = "" if self.level == "normal" else "! "
        about = "" if self._is_exact else "~"
        count = f"{amount(self.used)} of {amount(self.window)}" if self.window else tokens(self.used)
        return f"{sign}{what}{about}{count}"

    @property
    def bar(self) -> str:
        """The same as a bar of a few cells; empty where the window is not known."""
        if not self.window or not self.used:
            return ""
        filled = max(1, min(BAR_CELLS, round(BAR_CELLS * self.used / self.window)))
        return "▰" * filled + "▱" * (BAR_CELLS - filled)

    def show(self, event: Event) -> None:
        """Take what the event adds."""
        match event:
            case TextDelta():
                self._streamed += len(event.text)
                self._is_exact = False
            case UserSaid():
                self._add(len(event.text))
            case ToolFinished() if event.turn:
                self._add(len(event.text))
            case ModelAnswered():
                self._answered(event)
            case ModelChosen():
                self.window = None
                self._add(0)
            case SystemPromptChanged():
                self._add(0)
            case HistoryTrimmed(reason="context"):
                self._counted = self._added = 0  # what is left is counted with the next answer
            case ConversationOpened():
                self._open(event.events)
            case _:
                pass

    def _add(self, characters: int) -> None:
        self._added += characters
        if characters or self._counted:
            self._is_exact = False

    def _answered(self, event: ModelAnswered) -> None:
        self._streamed = 0
        self.window = event.report.context_window or self.window
        if event.usage:
            self._counted, self._added, self._is_exact = event.usage.input_tokens + event.usage.output_tokens, 0, True
        else:
            self._add(len(event.text))

    def _open(self, events: Sequence[Event]) -> None:
        """Only what comes after the last count has to be added up."""
        self._counted = self._added = self._streamed = 0
        self._is_exact = True
        last = next(
            (n for n in range(len(events) - 1, -1, -1) if isinstance(e := events[n], ModelAnswered) and e.usage), 0
        )
        same_model = takewhile(lambda e: not isinstance(e, ModelChosen), reversed(events))
        windows = (e.report.context_window for e in same_model if isinstance(e, ModelAnswered))
        for event in events[last:]:
            self.show(event)
        self.window = next((window for window in windows if window), None)
