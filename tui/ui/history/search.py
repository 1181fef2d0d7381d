"""The search line over the list: what is typed, and how many conversations it leaves."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from tui.core.ports import ConversationSummary

_TYPEABLE = r"[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*"
"""What the input takes; a paste with controls or invisible marks is refused, for the input draws its text raw."""


class SearchLine(Horizontal):
    """An input without a frame, and the count at its end. It posts the input's own `Input.Changed` and `Submitted`."""

    DEFAULT_CSS = """
    SearchLine {
        height: 1;
        padding: 0 1 0 2;
        #mark { width: 2; color: $text-muted; }
        &.-active #mark { color: $accent; }
        Input { width: 1fr; border: none; height: 1; padding: 0; background: transparent; }
        .input--placeholder { color: $text-muted; }
        #count { width: auto; color: $text-muted; padding-left: 2; }
    }
    """

    def compose(self) -> ComposeResult:
        yield Static("/", id="mark")
        yield Input(placeholder="Search titles and tools", restrict=_TYPEABLE, compact=True)
        yield Static(id="count")

    def on_descendant_focus(self) -> None:
        """Light the mark up while one types."""
        self.add_class("-active")

    def on_descendant_blur(self) -> None:
        """Calm down again."""
        self.remove_class("-active")

    @property
    def input(self) -> Input:
        """Where one types."""
        return self.query_one(Input)

    def count(self, shown: int, total: int) -> None:
        """Say how many conversations there are, and how many of them are shown."""
        noun = "conversation" if total == 1 else "conversations"
        words = f"{total:,} {noun}" if shown == total else f"{shown:,} of {total:,}"
        self.query_one("#count", Static).update(Content(words if total else ""))


class SearchIndex:
    """Finds conversations by words of their titles and tools, wherever in a word, in any case."""

    def __init__(self, summaries: Sequence[ConversationSummary]) -> None:
        self.summaries = summaries
        self._texts = [f"{summary.title}\n{' '.join(summary.tools)}".casefold() for summary in summaries]

    def find(self, query: str) -> Sequence[ConversationSummary]:
        """The conversations that contain every word of the query, in their order."""
        words = query.casefold().split()
        if not words:
            return self.summaries
        return [
            summary
            for summary, text in zip(self.summaries, self._texts, strict=True)
            if all(word in text for word in words)
        ]
