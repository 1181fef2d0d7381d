"""Rows of text ready to be drawn, and the way there from styled runs of text."""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.core.text import sanitize
from tui.ui.lines.wrap import wrap

Run: TypeAlias = tuple[str, Style]
"""Text in one style, without line ends."""

TAB_SIZE = 4

PROSE_WIDTH = 100
"""Cells; wider lines are hard to read. Code and tables may take all there is."""


class Line(NamedTuple):
    """One row. Of the strip's text, characters `start` to `end` are content, the rest is decoration or padding.

    `ending` is what separates it from the next row in copied text: a line end, or what a soft wrap swallowed.
    """

    strip: Strip
    start: int
    end: int
    ending: str = "\n"

    def content(self, first: int = 0, last: int | None = None) -> str:
        """The content between two character positions of the strip, without its decoration."""
        end = self.end if last is None else min(last, self.end)
        return self.strip.text[max(first, self.start) : end]


BLANK = Line(Strip([], 0), 0, 0)
"""An empty row."""


def lay_out(
    runs: Sequence[Run],
    width: int,
    *,
    lead: Sequence[Run] = (),
    rest: Sequence[Run] | None = None,
    fill: Style | None = None,
) -> list[Line]:
    """Rows of one line of styled text, at most `width` cells each.

    `lead` is drawn before the first row and `rest` (by default `lead`) before the others, as decoration. `fill` pads
    every row to the full width.
    """
    runs = harmless(runs)
    follow = lead if rest is None else rest
    room = max(1, width - max(cells(lead), cells(follow)))
    text = "".join(text for text, _ in runs)
    lines: list[Line] = []
    for cut in wrap(text, room):
        before = follow if lines else lead
        ending = text[cut.end : cut.next] if cut.next < len(text) else "\n"
        lines.append(_row(before, cut_runs(runs, cut.start, cut.end), width, fill, ending))
    return lines


def harmless(runs: Sequence[Run]) -> Sequence[Run]:
    """The runs without anything a terminal would obey: the last look at text before it is drawn."""
    if all(text.isprintable() for text, _ in runs):
        return runs
    return [(sanitize(text).replace("\n", " ").expandtabs(TAB_SIZE), style) for text, style in runs]


def plain(
    text: str, width: int, style: Style, *, lead: Sequence[Run] = (), rest: Sequence[Run] | None = None
) -> list[Line]:
    """Rows of plain text of many lines in one style; `lead` and `rest` as in `lay_out`."""
    sources = text.expandtabs(TAB_SIZE).split("\n")
    return [line for source in sources for line in lay_out([(source, style)], width, lead=lead, rest=rest)]


def spread(left: Sequence[Run], right: Sequence[Run], width: int, ground: Style) -> Line:
    """One row with text at both ends; the left one is shortened with a sign where there is no room for both."""
    left, right = harmless(left), harmless(right)
    room = width - cells(right) - (1 if cells(right) else 0)
    shown = shorten(left, max(1, room))
    gap = max(0, width - cells(shown) - cells(right))
    segments = [Segment(*run) for run in (*shown, (" " * gap, ground), *right) if run[0]]
    strip = Strip(segments).crop(0, width)
    return Line(strip, 0, len(strip.text))


def shorten(runs: Sequence[Run], width: int) -> list[Run]:
    """The runs, cut to `width` cells with "…" where something was left out."""
    if cells(runs) <= width:
        return list(runs)
    kept: list[Run] = []
    room = width - 1
    for text, style in runs:
        if cell_len(text) <= room:
            kept.append((text, style))
            room -= cell_len(text)
            continue
        cut = Strip([Segment(text)]).crop(0, room).text.rstrip() if room > 0 else ""
        return [*kept, (cut + "…", style)]
    return kept


def cut_runs(runs: Sequence[Run], start: int, end: int) -> list[Run]:
    """The part of the runs between two character positions of their joined text."""
    cut: list[Run] = []
    position = 0
    for text, style in runs:
        if position >= end:
            break
        piece = text[max(0, start - position) : end - position]
        if piece and position + len(text) > start:
            cut.append((piece, style))
        position += len(text)
    return cut


def _row(lead: Sequence[Run], runs: Sequence[Run], width: int, fill: Style | None, ending: str) -> Line:
    segments = [Segment(*run) for run in (*lead, *runs) if run[0]]
    strip = Strip(segments)
    if strip.cell_length > width:  # the lead alone is wider, or one wide character does not fit
        strip = strip.crop(0, width)
    start = sum(len(text) for text, _ in lead)
    end = start + sum(len(text) for text, _ in runs)
    if fill is not None:
        strip = strip.extend_cell_length(width, fill)
    return Line(strip, start, end, ending)


def cells(runs: Sequence[Run]) -> int:
    """How wide the runs are together."""
    return sum(cell_len(text) for text, _ in runs)
