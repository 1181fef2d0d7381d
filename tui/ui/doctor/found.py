"""A finding as rows: its sign and words, below them what to do and what is known besides."""

from dataclasses import dataclass

from tui.core.ports import Finding, Grade
from tui.core.text import reveal
from tui.ui.lines.block import Block, rows_of
from tui.ui.lines.line import PROSE_WIDTH, Line, lay_out
from tui.ui.lines.look import Look

_STYLES: dict[Grade, str] = {"ok": "success", "note": "warning", "fault": "error"}
_LEAD_CELLS = 4


@dataclass(frozen=True, slots=True)
class FoundBlock(Block):
    """Shows one finding."""

    glyph: str
    grade: Grade
    finding: Finding

    @property
    def source(self) -> str:
        """Words, what to do, and the detail, a line each."""
        finding = self.finding
        return "\n".join(part for part in (f"{self.glyph} {finding.words}", finding.hint, finding.detail) if part)

    def estimate(self, width: int) -> int:
        """By the length of the texts."""
        return rows_of(self.source, min(width, PROSE_WIDTH) - _LEAD_CELLS)

    def render(self, width: int, look: Look) -> list[Line]:
        """The rows, wrapped below their signs."""
        width = min(width - 1, PROSE_WIDTH + _LEAD_CELLS)
        blank = [(" " * _LEAD_CELLS, look["text"])]
        words = "text" if self.grade != "fault" else "strong"
        sign = [(f"  {self.glyph} ", look[_STYLES[self.grade]])]
        rows = lay_out([(reveal(self.finding.words), look[words])], width, lead=sign, rest=blank)
        if self.finding.hint:
            arrow = [(f"{' ' * _LEAD_CELLS}→ ", look["accent"])]
            rest = [(" " * (_LEAD_CELLS + 2), look["text"])]
            rows += lay_out([(reveal(self.finding.hint), look["text"])], width, lead=arrow, rest=rest)
        for line in self.finding.detail.splitlines():
            rows += lay_out([(reveal(line), look["muted"])], width, lead=blank)
        return rows
