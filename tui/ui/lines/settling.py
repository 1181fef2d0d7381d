"""Makes the heights of what is in sight exact, without moving what a person is looking at."""

from typing import Literal, TypeAlias

from tui.ui.lines.flow import Flow

Anchor: TypeAlias = Literal["top", "bottom", "end"]
"""What stays where it is while heights are corrected: the first row in sight, the last one, or the document's end."""


def settle(flow: Flow, anchor: Anchor, top: int, height: int) -> int:
    """Render what `height` rows from row `top` show; returns the row at which the view must begin instead."""
    if not len(flow):
        return 0
    match anchor:
        case "end":
            _render_up(flow, len(flow) - 1, height)
            return max(0, flow.height - height)
        case "bottom":
            return _keep_bottom(flow, top, height)
        case "top":
            return _keep_top(flow, top, height)


def _keep_top(flow: Flow, top: int, height: int) -> int:
    first, row = flow.locate(top)
    row = min(row, max(0, len(flow.lines(first)) - 1))
    index, missing = first, row + height - flow.block_height(first)
    while missing > 0 and index + 1 < len(flow):
        index += 1
        missing -= len(flow.lines(index))
    if missing > 0:  # the end is in sight: the view is filled from there
        _render_up(flow, len(flow) - 1, height)
        return max(0, min(flow.top(first) + row, flow.height - height))
    return flow.top(first) + row


def _keep_bottom(flow: Flow, top: int, height: int) -> int:
    last, row = flow.locate(min(top + height, flow.height) - 1)
    row = min(row, max(0, len(flow.lines(last)) - 1))
    _render_up(flow, last - 1, height - row - 1)
    new_top = flow.top(last) + row + 1 - height
    return new_top if new_top >= 0 else _keep_top(flow, 0, height)


def _render_up(flow: Flow, index: int, rows: int) -> None:
    """Render blocks from one upwards until they fill so many rows."""
    while index >= 0 and rows > 0:
        rows -= len(flow.lines(index))
        index -= 1
