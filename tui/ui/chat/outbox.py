"""What happens to a message between Enter and the model: refused, held back once, queued, or sent."""

from collections import deque
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tui.core.intake import refusal, suspicion
from tui.ui.figures import count

Verdict: TypeAlias = Literal["send", "queued", "held", "refused"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done with a message, and what to tell the person about it."""

    verdict: Verdict
    words: str = ""


class Outbox:
    """Decides about messages, and keeps those that wait for the running turn to end."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._held_back = ""

    @property
    def waiting(self) -> int:
        """How many messages wait for their turn."""
        return len(self._waiting)

    def offer(self, text: str, *, running: bool) -> Decision:
        """Take a message that was submitted. Suspicious content is held back once; the same again goes through."""
        if reason := refusal(text):
            return Decision("refused", reason)
        if (found := suspicion(text)) and text != self._held_back:
            self._held_back = text
            return Decision(
                "held",
                f"The message contains {found}, which looks like code meant to run. Enter again sends it as it is.",
            )
        self._held_back = ""
        if running:
            self._waiting.append(text)
            return Decision(
                "queued",
                f"Waiting for the running answer: {count(self.waiting, 'message')}. Esc stops it and drops them.",
            )
        return Decision("send")

    def add(self, texts: tuple[str, ...]) -> None:
        """Queue messages that need no checks: examples."""
        self._waiting.extend(texts)

    def take(self) -> str:
        """The next message that waits; empty when none does."""
        return self._waiting.popleft() if self._waiting else ""

    def drop(self) -> int:
        """Forget what waits; returns how many messages that were."""
        count = len(self._waiting)
        self._waiting.clear()
        return count
