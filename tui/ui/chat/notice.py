"""One thing to tell the person, in words, right above the prompt."""

from typing import Literal, TypeAlias

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

Kind: TypeAlias = Literal["info", "warning", "error"]
SEVERITIES: dict[Kind, Literal["information", "warning", "error"]] = {
    "info": "information",
    "warning": "warning",
    "error": "error",
}
"""What Textual's toasts call each kind."""

GLYPHS: dict[Kind, str] = {"info": "·", "warning": "!", "error": "✗"}


class Notice(Static):
    """Shows one message with what to do about it; gone when there is nothing to say."""

    DEFAULT_CSS = """
    Notice {
        height: auto;
        max-height: 4;
        padding: 0 2;
        color: $text-muted;
        display: none;
        &.-info, &.-warning, &.-error { display: block; }
        &.-warning { color: $text-warning; }
        &.-error { color: $text-error; }
    }
    """

    kind: reactive[Kind | None] = reactive[Kind | None](None)

    def say(self, words: str, kind: Kind = "info", hint: str = "") -> None:
        """Say this instead of what was said before."""
        text = f"{GLYPHS[kind]} {words}" + (f"  {hint}" if hint else "")
        self.update(Content(text))
        self.kind = kind

    def hush(self) -> None:
        """Say nothing."""
        self.kind = None

    def expire(self) -> None:
        """Take back what was said of a moment that is over; an error stays until it is answered."""
        if self.kind != "error":
            self.hush()

    def watch_kind(self, before: Kind | None, now: Kind | None) -> None:
        """Let the style sheet draw the kind."""
        if before:
            self.remove_class(f"-{before}")
        if now:
            self.add_class(f"-{now}")
