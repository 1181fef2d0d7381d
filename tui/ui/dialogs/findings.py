"""What a test of a deployment found out, line by line, or what the form means before it is tested."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.core.ports import Finding
from tui.core.text import sanitize
from tui.ui.theme import MUTED


class Findings(VerticalScroll):
    """Shows one state at a time; its words may come from an endpoint, so they are made harmless."""

    DEFAULT_CSS = """
    Findings {
        height: auto;
        max-height: 10;
        min-height: 2;
        scrollbar-size-vertical: 1;
        Static { height: auto; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._text = Static()

    def compose(self) -> ComposeResult:
        yield self._text

    def say(self, words: str, *, glyph: str = "·", colour: str = MUTED) -> None:
        """One sentence."""
        self._text.update(Content.assemble((f"{glyph} ", colour), (words, colour)))

    def show(self, findings: Sequence[Finding], closing: str) -> None:
        """A line for each finding, below those that failed what to do, and a last one on what can be done now."""
        lines = [line for finding in findings for line in _lines(finding)]
        self._text.update(Content("\n").join([*lines, Content(closing).stylize(MUTED)]))
        self.scroll_home(animate=False)


def _lines(finding: Finding) -> list[Content]:
    glyph, colour = ("✓", "$success") if finding.ok else ("✗", "$error")
    lines = [Content.assemble((f"{glyph} ", colour), sanitize(finding.words))]
    lines += [Content(f"  {sanitize(text)}").stylize(MUTED) for text in (finding.hint, finding.detail) if text]
    return lines
