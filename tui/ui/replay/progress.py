"""The progress of a replay as one line of cells, with a mark where each turn begins."""

from collections.abc import Sequence

from textual.content import Content

from tui.ui.theme import MUTED

PASSED, AHEAD, HEAD = "━", "─", "●"
PASSED_MARK, MARK_AHEAD = "┿", "┼"


def progress_line(elapsed: float, duration: float, marks: Sequence[float], width: int) -> Content:
    """`━━┿━━●──┼───` in `width` cells; times in seconds."""
    here = cell_of(elapsed, duration, width)
    turns = {cell_of(mark, duration, width) for mark in marks}
    before = "".join(PASSED_MARK if cell in turns else PASSED for cell in range(here))
    after = "".join(MARK_AHEAD if cell in turns else AHEAD for cell in range(here + 1, width))
    return Content.assemble((before, "$accent"), (HEAD, "bold $accent"), (after, MUTED))


def cell_of(seconds: float, duration: float, width: int) -> int:
    """The cell of a moment."""
    share = seconds / duration if duration > 0 else 1.0
    return min(max(0, round(share * (width - 1))), max(0, width - 1))


def moment_of(cell: int, duration: float, width: int) -> float:
    """The moment of a cell, in seconds."""
    return duration * min(max(0, cell), width - 1) / (width - 1) if width > 1 else 0.0


def minutes(seconds: float) -> str:
    """`0:07`, `12:34`."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
