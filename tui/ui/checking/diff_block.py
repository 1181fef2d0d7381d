"""Two texts beside each other, with what differs marked; one above the other where there is no room."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.core.differences import DiffRow, Pieces
from tui.core.text import reveal
from tui.ui.lines.block import Block, rows_of
from tui.ui.lines.line import Line, Run, lay_out
from tui.ui.lines.look import Look

SIDE_BY_SIDE_CELLS = 70
"""From this width on the two sides stand beside each other."""

_CHUNK_ROWS = 40


class DiffBlock(Block):
    """Some rows of a comparison: the recorded side left or above, what came back right or below."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Sequence[DiffRow]) -> None:
        self._rows = rows

    @property
    def source(self) -> str:
        """The lines with the signs of a unified diff."""
        return "\n".join(line for row in self._rows for line in _unified(row))

    def estimate(self, width: int) -> int:
        """By the length of the longer side."""
        column = _column(width) or width
        return sum(max(rows_of(_text(row.left), column), rows_of(_text(row.right), column)) for row in self._rows)

    def render(self, width: int, look: Look) -> list[Line]:
        """Row by row."""
        column = _column(width)
        render = _beside if column else _stacked
        return [line for row in self._rows for line in render(row, column or width, look)]


def diff_blocks(rows: Sequence[DiffRow]) -> list[Block]:
    """The rows in blocks that render quickly."""
    return [DiffBlock(rows[i : i + _CHUNK_ROWS]) for i in range(0, len(rows), _CHUNK_ROWS)]


def _column(width: int) -> int:
    """How wide each side is; 0 where there is no room for two."""
    return (width - 1) // 2 if width >= SIDE_BY_SIDE_CELLS else 0


def _beside(row: DiffRow, column: int, look: Look) -> list[Line]:
    left = _side(row.left, "-" if not row.is_same else " ", "error", column, look)
    right = _side(row.right, "+" if not row.is_same else " ", "success", column, look)
    divider = Strip([Segment("│", look["rule"])])
    lines: list[Line] = []
    for n in range(max(len(left), len(right))):
        whole = Strip.join([_padded(left, n, column, look), divider, _padded(right, n, column, look)])
        lines.append(Line(whole, 0, len(whole.text)))
    return lines


def _padded(side: Sequence[Line], n: int, column: int, look: Look) -> Strip:
    strip = side[n].strip if n < len(side) else Strip([])
    return strip.adjust_cell_length(column, look["text"])


def _stacked(row: DiffRow, width: int, look: Look) -> list[Line]:
    if row.is_same:
        return _side(row.left, " ", "text", width, look)
    return _side(row.left, "-", "error", width, look) + _side(row.right, "+", "success", width, look)


def _side(pieces: Pieces | None, sign: str, name: str, width: int, look: Look) -> list[Line]:
    if pieces is None:
        return []
    changed = look[name] + Style(underline=True) if sign != " " else look["text"]
    plain = look["muted"] if sign == " " else look["text"]
    runs: list[Run] = [(reveal(text), changed if differs else plain) for text, differs in pieces]
    lead: list[Run] = [(f"{sign} ", look[name] if sign != " " else look["muted"])]
    return lay_out(runs, width, lead=lead, rest=[(" " * cell_len(f"{sign} "), look["text"])])


def _unified(row: DiffRow) -> list[str]:
    if row.is_same:
        return [f"  {_text(row.left)}"]
    sides = (("-", row.left), ("+", row.right))
    return [f"{sign} {_text(pieces)}" for sign, pieces in sides if pieces is not None]


def _text(pieces: Pieces | None) -> str:
    return "".join(text for text, _ in pieces or ())
