"""Blocks that a detail consists of: facts with their labels, and the table of the content filter."""

from collections.abc import Sequence

from rich.cells import cell_len

from tui.core.events import FilteredText, FilterVerdict
from tui.core.text import reveal
from tui.ui.answer_detail.words import is_harmless
from tui.ui.lines.block import Block, rows_of
from tui.ui.lines.line import Line, Run, lay_out, shorten
from tui.ui.lines.look import Look

LABEL_CELLS = 13
_CATEGORY_CELLS = 28
_VERDICT_CELLS = 18
_ABOUT: tuple[FilteredText, ...] = ("prompt", "answer")


class FactBlock(Block):
    """A label, and what is known; the rest of a long one stands under its beginning."""

    __slots__ = ("_label", "_style", "_value")

    def __init__(self, label: str, value: str, style: str = "text") -> None:
        self._label = label
        self._value = " ".join(reveal(value).split())
        self._style = style

    @property
    def source(self) -> str:
        """Label and value on one line."""
        return f"{self._label:<{LABEL_CELLS}}{self._value}"

    def estimate(self, width: int) -> int:
        """By the length of the value."""
        return rows_of(self._value, width - LABEL_CELLS - 2)

    def render(self, width: int, look: Look) -> list[Line]:
        """The value, wrapped beside its label."""
        lead = [(f" {self._label:<{LABEL_CELLS}}", look["muted"])]
        rest = [(" " * (LABEL_CELLS + 1), look["text"])]
        return lay_out([(self._value, look[self._style])], width - 1, lead=lead, rest=rest)


class FilterTable(Block):
    """What the content filter said: a row for each category, a column for the prompt and one for the answer."""

    __slots__ = ("_cells",)

    def __init__(self, verdicts: Sequence[FilterVerdict]) -> None:
        self._cells: dict[str, dict[FilteredText, FilterVerdict]] = {}
        for verdict in verdicts:
            self._cells.setdefault(reveal(verdict.category).replace("_", " "), {})[verdict.about] = verdict

    @property
    def source(self) -> str:
        """The table, with blanks between its columns."""
        return "\n".join("  ".join(text for text, _ in row).rstrip() for row in self._rows())

    def estimate(self, width: int) -> int:
        """A row for each category, and the head."""
        return 1 + len(self._cells)

    def render(self, width: int, look: Look) -> list[Line]:
        """One row each."""
        widths = (min(_CATEGORY_CELLS, max(8, width - 2 * _VERDICT_CELLS - 2)), _VERDICT_CELLS, _VERDICT_CELLS)
        lines: list[Line] = []
        for row in self._rows():
            runs: list[Run] = []
            for (text, style), room in zip(row, widths, strict=True):
                cell = shorten([(text, look[style])], room - 1)
                runs += [*cell, (" " * (room - sum(cell_len(part) for part, _ in cell)), look["text"])]
            lines += lay_out(shorten(runs, width - 2), width - 1, lead=[(" ", look["text"])])[:1]
        return lines

    def _rows(self) -> list[list[tuple[str, str]]]:
        rows = [[("content filter", "muted"), *((about, "muted") for about in _ABOUT)]]
        for category, verdicts in self._cells.items():
            rows.append([(category, "text"), *(_cell(verdicts.get(about)) for about in _ABOUT)])
        return rows


def _cell(verdict: FilterVerdict | None) -> tuple[str, str]:
    if verdict is None:
        return "—", "muted"
    words = reveal(verdict.severity) or ("detected" if verdict.detected or verdict.filtered else "not detected")
    if verdict.filtered:
        return f"✗ {words}, blocked", "error"
    return (f"✓ {words}", "success") if is_harmless(verdict) else (f"! {words}", "warning")
