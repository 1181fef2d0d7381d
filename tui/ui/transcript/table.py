"""A Markdown table in rows: columns shrink and their cells wrap until it fits; too many columns become a list."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from tui.ui.lines.line import Line, Run, lay_out
from tui.ui.lines.look import Look

_BETWEEN = 2
_NARROWEST = 6
"""A column is never made narrower than this, or than its own text."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Styled text and how it is aligned: "left", "right" or "center"."""

    runs: Sequence[Run]
    align: str = "left"

    @property
    def width(self) -> int:
        """Cells that it takes on one row."""
        return sum(cell_len(text) for text, _ in self.runs)


def lay_out_table(rows: Sequence[Sequence[Cell]], width: int, look: Look, lead: Sequence[Run]) -> list[Line]:
    """Rows of a table, whose first row is its head."""
    columns = max(len(row) for row in rows)
    rows = [[*row, *(Cell(()) for _ in range(columns - len(row)))] for row in rows]
    room = width - sum(cell_len(text) for text, _ in lead)
    natural = [max(1, *(row[column].width for row in rows)) for column in range(columns)]
    widths = _fit(natural, room - _BETWEEN * (columns - 1))
    if widths is None:
        return _as_list(rows, width, look, lead)
    lines: list[Line] = []
    for number, row in enumerate(rows):
        lines += _row(row, widths, look, lead)
        if not number:
            rule = (" " * _BETWEEN).join("─" * size for size in widths)
            lines.append(Line(Strip([Segment(*run) for run in (*lead, (rule, look["rule"]))]), 0, 0, ""))
    return lines


def _fit(natural: Sequence[int], room: int) -> list[int] | None:
    """Widths that add up to at most `room`, taken from the widest columns; None when that makes them too narrow."""
    widths = list(natural)
    while (excess := sum(widths) - room) > 0:
        widest = max(widths)
        if widest <= _NARROWEST:
            return None
        at_widest = [column for column, size in enumerate(widths) if size == widest]
        next_widest = max((size for size in widths if size < widest), default=_NARROWEST)
        step = min(widest - max(next_widest, _NARROWEST), -(-excess // len(at_widest)))
        for column in at_widest:
            widths[column] -= max(1, step)
    return widths


def _row(row: Sequence[Cell], widths: Sequence[int], look: Look, lead: Sequence[Run]) -> list[Line]:
    columns = [lay_out(cell.runs, size) for cell, size in zip(row, widths, strict=True)]
    rows: list[Line] = []
    start = sum(len(text) for text, _ in lead)
    for number in range(max(len(column) for column in columns)):
        segments = [Segment(*run) for run in lead]
        for column, cell, size in zip(columns, row, widths, strict=True):
            strip = column[number].strip if number < len(column) else Strip([], 0)
            space = max(0, size - strip.cell_length)
            before = {"right": space, "center": space // 2}.get(cell.align, 0)
            segments += [Segment(" " * before, look["text"]), *strip, Segment(" " * (space - before), look["text"])]
            segments.append(Segment(" " * _BETWEEN, look["text"]))
        strip = Strip([segment for segment in segments[:-1] if segment.text])
        rows.append(Line(strip, start, len(strip.text.rstrip())))
    return rows


def _as_list(rows: Sequence[Sequence[Cell]], width: int, look: Look, lead: Sequence[Run]) -> list[Line]:
    """Each row as lines of "column: value"."""
    head, *body = rows
    lines: list[Line] = []
    for row in body or [head]:
        for name, cell in zip(head, row, strict=True):
            label: list[Run] = [*name.runs, (": ", look["text"])]
            lines += lay_out([*label, *cell.runs], width, lead=lead)
        lines.append(Line(Strip([], 0), 0, 0, ""))
    return lines[:-1]
