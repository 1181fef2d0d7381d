"""Cells of styled text laid out in aligned columns, each wrapped within its own."""

from collections.abc import Sequence

from textual.content import Content

GAP = 2


def columns(rows: Sequence[Sequence[Content]], widths: Sequence[int]) -> Content:
    """The rows, one below the other; a cell wraps within its width (in terminal cells)."""
    return Content("\n").join(line for row in rows for line in _lines(row, widths))


def fitted(rows: Sequence[Sequence[Content]], limits: Sequence[int], width: int) -> list[int]:
    """A width for each column: its widest line, up to its limit; the last column gets what is left of `width`."""
    widths = [min(limit, max((_widest(row[column]) for row in rows), default=0)) for column, limit in enumerate(limits)]
    taken = sum(found + GAP for found in widths)
    return [*widths, max(1, width - taken)]


def _widest(cell: Content) -> int:
    return max((line.cell_length for line in cell.split(allow_blank=True)), default=0)


def _lines(row: Sequence[Content], widths: Sequence[int]) -> list[Content]:
    cells = [cell.wrap(max(1, width)) for cell, width in zip(row, widths, strict=True)]
    height = max(len(lines) for lines in cells)
    gap = Content(" " * GAP)
    return [
        gap.join(_padded(lines, number, width) for lines, width in zip(cells, widths, strict=True)).rstrip()
        for number in range(height)
    ]


def _padded(lines: Sequence[Content], number: int, width: int) -> Content:
    line = lines[number] if number < len(lines) else Content()
    return line.pad_right(max(0, width - line.cell_length))
