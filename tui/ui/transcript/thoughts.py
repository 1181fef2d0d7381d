"""The summary of a model's thoughts: one line that unfolds."""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.ui.figures import duration
from tui.ui.lines.block import Block, rows_of
from tui.ui.lines.line import BLANK, PROSE_WIDTH, Line, lay_out, plain
from tui.ui.lines.look import NAMES, Look
from tui.ui.transcript.markdown import render_piece
from tui.ui.transcript.splitter import split

_INDENT = 2
_LIVE_CHARACTERS = 2000
"""While they stream, so much of their end is shown: the rest would be laid out again with every piece."""

_MARKDOWN_CHARACTERS = 20_000
"""Longer thoughts are shown as they were written: laying out so much Markdown at once would hold up the screen."""

_BOLD = frozenset({"strong", "heading"})


class ThoughtsBlock(Block):
    """Thoughts under one line. `seconds` is how long the model thought; None while it still does."""

    __slots__ = ("_gap", "_seconds", "_text", "unfolded")

    def __init__(self, text: str, seconds: float | None, *, unfolded: bool, gap: bool) -> None:
        self._text = text
        self._seconds = seconds
        self._gap = gap
        self.unfolded = unfolded

    def folded_to(self, *, unfolded: bool) -> "ThoughtsBlock":
        """The same thoughts, folded or not."""
        return ThoughtsBlock(self._text, self._seconds, unfolded=unfolded, gap=self._gap)

    @property
    def head_row(self) -> int:
        """The row of the line that folds and unfolds them."""
        return int(self._gap)

    @property
    def source(self) -> str:
        """The line, and the thoughts as the model wrote them where they are unfolded."""
        return "\n" * self._gap + self._head() + (f"\n{self._shown()}\n" if self.unfolded else "")

    def estimate(self, width: int) -> int:
        """One row when folded, otherwise by the length of the text."""
        return self._gap + 1 + (1 + rows_of(self._shown(), min(width - 4, PROSE_WIDTH)) if self.unfolded else 0)

    def render(self, width: int, look: Look) -> list[Line]:
        """The line, and under it the thoughts, muted and set in."""
        head = lay_out([(self._head(), look["muted"])], width - 1, lead=[(" ", look["text"])])[:1]
        rows = [BLANK] * self._gap + head
        return [*rows, *self._body(width, look), BLANK] if self.unfolded else rows

    def _body(self, width: int, look: Look) -> list[Line]:
        text = self._shown()
        if len(text) > _MARKDOWN_CHARACTERS:
            lead = [(" " * (1 + _INDENT), look["text"])]
            return plain(text, min(width - 1, PROSE_WIDTH + 1 + _INDENT), look["muted"], lead=lead)
        quiet = _muted(look)
        return [_set_in(line, look) for piece in split(text) for line in render_piece(piece, width - _INDENT, quiet)]

    def _head(self) -> str:
        sign = "▾" if self.unfolded else "▸"
        return f"{sign} Thinking …" if self._seconds is None else f"{sign} Thought for {duration(self._seconds)}"

    def _shown(self) -> str:
        if self._seconds is not None or len(self._text) <= _LIVE_CHARACTERS:
            return self._text.strip()
        return "… " + self._text[-_LIVE_CHARACTERS:].strip()


def _muted(look: Look) -> Look:
    return Look({name: look["muted"] + Style(bold=name in _BOLD) for name in NAMES})


def _set_in(line: Line, look: Look) -> Line:
    strip = Strip([Segment(" " * _INDENT, look["text"]), *line.strip])
    return Line(strip, line.start + _INDENT, line.end + _INDENT, line.ending)
