"""What a running turn does, in words that count the seconds by themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Literal, TypeAlias

from tui.core.events import (
    REQUEST_TRIES,
    ApprovalAsked,
    CallAnnounced,
    ConversationOpened,
    Event,
    ModelAnswered,
    ModelAsked,
    ReasoningDelta,
    RequestDelayed,
    RequestFailed,
    StreamResumed,
    StreamStalled,
    TextDelta,
    ToolStarted,
    TurnEnded,
    UserSaid,
)
from tui.ui.figures import whole_seconds

WaitKind: TypeAlias = Literal["retry", "rate", "stall"]


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait since a moment of the steady clock. `seconds` is its length, or the silence there was already.

    `about` says why; `then` what comes of it.
    """

    kind: WaitKind
    since: float
    seconds: float
    about: str
    then: str

    def words(self, now: float) -> str:
        """How long it will be still, or has been already."""
        if self.kind == "stall":
            return f"! no data for {whole_seconds(self.seconds + now - self.since)} · {self.then} · esc stop"
        glyph = "↻" if self.kind == "retry" else "◌"
        left = ceil(self.seconds - (now - self.since))
        return f"{glyph} {self.about} · {self.then} in {whole_seconds(left)} · esc stop"

    def is_over(self, now: float) -> bool:
        """Whether the time is up; a silence lasts until something comes."""
        return self.kind != "stall" and now - self.since >= self.seconds


class Activity:
    """Follows a turn through its events. `now` gives seconds of a steady clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._began: float | None = None
        self._doing = ""
        self._wait: Wait | None = None

    @property
    def is_running(self) -> bool:
        """Whether a turn runs."""
        return self._began is not None

    @property
    def elapsed(self) -> float:
        """Seconds since the turn began."""
        return self._now() - self._began if self._began is not None else 0.0

    @property
    def wait(self) -> Wait | None:
        """What is being waited for, if anything is, and for how long."""
        if self._wait and self._wait.is_over(self._now()):
            self._wait, self._doing = None, "asking again"
        return self._wait

    @property
    def words(self) -> str:
        """What the turn does; empty when none runs."""
        if not self.is_running:
            return ""
        return wait.words(self._now()) if (wait := self.wait) else self._doing

    def show(self, event: Event) -> None:
        """Take what the event says of the turn."""
        match event:
            case UserSaid():
                self._began = self._now()
                self._go_on("asking")
            case TurnEnded() | ConversationOpened():
                self._began = self._wait = None
            case ModelAsked() | ReasoningDelta():
                self._go_on("thinking")
            case TextDelta():
                self._go_on("answering")
            case CallAnnounced():
                self._go_on("asking for a call")
            case ApprovalAsked():
                self._go_on("waiting for you")
            case ToolStarted(by="model"):
                self._go_on("running tools")
            case StreamResumed() | ModelAnswered():
                self._wait = None
            case RequestFailed() | RequestDelayed() | StreamStalled():
                self._wait = self._waiting(event)
            case _:
                pass

    def _go_on(self, doing: str) -> None:
        self._doing, self._wait = doing, None

    def _waiting(self, event: RequestFailed | RequestDelayed | StreamStalled) -> Wait:
        match event:
            case RequestFailed():
                status = event.detail.partition(" · ")[0]
                about = status if status.startswith("HTTP ") else "request failed"
                next_try = f"try {event.attempt + 1} of {REQUEST_TRIES}"
                return Wait("retry", self._now(), event.wait_seconds, f"{about} · {next_try}", "again")
            case RequestDelayed():
                about = f"{event.requests_per_minute} requests a minute"
                return Wait("rate", self._now(), event.wait_seconds, about, "going on")
            case StreamStalled():
                then = f"gives up at {whole_seconds(event.limit_seconds)}"
                return Wait("stall", self._now(), event.silent_seconds, "", then)
