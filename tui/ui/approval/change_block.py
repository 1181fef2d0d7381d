"""A line of a change as a block: what went, what came, and within both the words that differ."""

from collections.abc import Iterator

from rich.style import Style

from tui.core.text import reveal
from tui.core.word_diff import ChangedLine, changed_lines
from tui.ui.figures import count
from tui.ui.lines.block import Block, TextBlock, rows_of
from tui.ui.lines.line import TAB_SIZE, Line, lay_out
from tui.ui.lines.look import Look

_STYLES = {" ": "comment", "-": "number", "+": "string"}
_SIGNS = {" ": " ", "-": "−", "+": "+"}

_LONGEST_PIECE = 4096
"""Characters in a block; longer lines go on in the next."""


def change_blocks(before: str, after: str) -> Iterator[Block]:
    """The whole change, with what lies between its parts counted."""
    for line in changed_lines(before, after):
        if line.skipped:
            yield TextBlock(f"⋯ {count(line.skipped, 'line')} unchanged", "muted", indent=2)
        if len(line.text) <= _LONGEST_PIECE:
            yield ChangeBlock(line)
            continue
        for start in range(0, len(line.text), _LONGEST_PIECE):
            yield ChangeBlock(ChangedLine(line.sign, line.text[start : start + _LONGEST_PIECE]))


class ChangeBlock(Block):
    """One line; a sign tells what became of it, and what differs is in bold and underlined."""

    __slots__ = ("_line",)

    def __init__(self, line: ChangedLine) -> None:
        self._line = line

    @property
    def source(self) -> str:
        """The sign and the line."""
        return f"{self._line.sign} {self._line.text}"

    def estimate(self, width: int) -> int:
        """By the length of the line."""
        return rows_of(self._line.text, width - 4)

    def render(self, width: int, look: Look) -> list[Line]:
        """The line, wrapped, on the ground of code; the words are compared only now."""
        style = look[_STYLES[self._line.sign]] + Style(italic=False)
        differing = style + Style(bold=True, underline=True)
        runs = [
            (reveal(text).expandtabs(TAB_SIZE), differing if differs else style)
            for text, differs in self._line.pieces()
        ]
        margin = (" ", look["text"])
        lead = [margin, (f"{_SIGNS[self._line.sign]} ", style)]
        return lay_out(runs, width, lead=lead, rest=[margin, ("  ", style)], fill=look["block"])
