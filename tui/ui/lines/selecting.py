"""Text selection in a flow of blocks: positions that survive re-estimates, and the text to copy."""

from textual.geometry import Offset
from textual.selection import Selection

from tui.ui.lines.flow import Flow

_ROW_BITS = 20
_ROW_MASK = (1 << _ROW_BITS) - 1


def position(block: int, row: int) -> int:
    """A y for Textual's selection that orders like rows do, and stays true when heights above are corrected."""
    return block << _ROW_BITS | row


def copied_text(flow: Flow, selection: Selection) -> str:
    """The selected text: whole blocks as their source, the first and last as far as they are selected.

    Rows that were wrapped come out as one line; decoration and padding are left out.
    """
    if not len(flow):
        return ""
    first, start_row, start = _unpack(selection.start) if selection.start else (0, 0, 0)
    last, end_row, end = _unpack(selection.end) if selection.end else (len(flow) - 1, None, None)
    if last >= len(flow):  # the blank under the last block
        last, end_row, end = len(flow) - 1, None, None
    pieces: list[str] = []
    for index in range(first, last + 1):
        from_row, from_column = (start_row, start) if index == first else (0, 0)
        to_row, to_column = (end_row, end) if index == last else (None, None)
        if to_row is None and not from_row and not from_column:
            pieces.append(flow[index].source)
        else:
            pieces.append(_part(flow, index, from_row, from_column, to_row, to_column))
    return "\n".join(pieces)


def _unpack(offset: Offset) -> tuple[int, int, int]:
    return offset.y >> _ROW_BITS, offset.y & _ROW_MASK, offset.x


def _part(flow: Flow, index: int, start_row: int, start: int, end_row: int | None, end: int | None) -> str:
    lines = flow.lines(index)
    last = len(lines) - 1 if end_row is None else min(end_row, len(lines) - 1)
    text = ""
    for row in range(start_row, last + 1):
        line = lines[row]
        text += line.content(start if row == start_row else 0, end if row == end_row else None)
        if row < last:
            text += line.ending
    return text
