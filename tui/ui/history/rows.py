"""One conversation as one line of aligned cells, and the heads over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rich.cells import cell_len, set_cell_size

from tui.core.ports import ConversationSummary
from tui.ui.glyphs import BRANCH, SIGNS
from tui.ui.history.when import WIDTH as WHEN_WIDTH
from tui.ui.history.when import when

GAP = "  "
_MARK_WIDTH = 2
_TURNS_WIDTH = 5
_CALLS_WIDTH = 5
_FAILED_WIDTH = 4
_FIXED_WIDTH = _MARK_WIDTH + WHEN_WIDTH + _TURNS_WIDTH + _CALLS_WIDTH + _FAILED_WIDTH + 4 * len(GAP) + 1
_LONGEST_TOOLS = 44
_NARROWEST_TOOLS = 13

PINNED = "◆"
DAMAGED = "!"

CellStyle: TypeAlias = Literal["title", "muted", "failed", "warning", "accent"]
Cells: TypeAlias = Sequence[tuple[str, CellStyle]]
"""Texts of known width in a row, each in the style of the table's component class `table--<style>`."""


@dataclass(frozen=True, slots=True)
class Widths:
    """The cells that the two columns without a fixed width take; 0 leaves the tools out."""

    title: int
    tools: int


def widths_for(width: int) -> Widths:
    """Share a line: two thirds of what is free for the title, the rest for the tools, if that is enough to read."""
    free = width - _FIXED_WIDTH
    tools = min(free // 3, _LONGEST_TOOLS)
    if tools < _NARROWEST_TOOLS:
        return Widths(max(1, free + len(GAP)), 0)
    return Widths(free - tools, tools)


def heads(widths: Widths) -> str:
    """What each column is."""
    calls = "calls".rjust(_CALLS_WIDTH) + " " * _FAILED_WIDTH
    cells = [fit("conversation", widths.title), fit("when", WHEN_WIDTH), "turns".rjust(_TURNS_WIDTH), calls]
    tools = [fit("tools", widths.tools)] if widths.tools else []
    return " " * _MARK_WIDTH + GAP.join([*cells, *tools])


def row_cells(
    summary: ConversationSummary, widths: Widths, now: float, *, marked: bool, titles: Mapping[str, str] | None = None
) -> Cells:
    """The conversation's cells, padded to their columns; text that is too wide ends in "…".

    `titles` are those of all conversations, by id: a branch of one with another title names it.
    """
    failed = f" {SIGNS['error'].glyph}{_count(summary.failed_calls)}" if summary.failed_calls else ""
    tools = fit(", ".join(summary.tools), widths.tools)
    return [
        _mark(summary, marked=marked),
        *_title_cells(summary, widths.title, titles or {}),
        (GAP + fit(when(summary.updated_at, now), WHEN_WIDTH) + GAP, "muted"),
        (_count(summary.turns).rjust(_TURNS_WIDTH) + GAP, "muted"),
        ((_count(summary.calls) if summary.calls else "–").rjust(_CALLS_WIDTH), "muted"),
        (failed.ljust(_FAILED_WIDTH), "failed"),
        (GAP + tools if widths.tools else "", "muted"),
    ]


def _mark(summary: ConversationSummary, *, marked: bool) -> tuple[str, CellStyle]:
    if marked:
        return "❯ ", "title"
    return (f"{PINNED} ", "accent") if summary.pinned else ("  ", "title")


def _title_cells(summary: ConversationSummary, width: int, titles: Mapping[str, str]) -> Cells:
    """The title; behind it that the conversation is damaged, and what it is a branch of, as far as there is room."""
    damage = f"{GAP}{DAMAGED} damaged" if summary.damaged else ""
    line = " ".join(summary.title.split())
    free = width - cell_len(damage)
    forms = _branch_forms(summary, titles)
    branch = next((form for form in forms if cell_len(line) + cell_len(form) <= free), forms[-1])
    title = fit(line, max(0, min(cell_len(line), free - cell_len(branch))))
    cells: Cells = [(title, "title"), (damage, "warning"), (branch, "muted")]
    left = width - sum(cell_len(text) for text, _ in cells)
    return [*cells, (" " * left, "muted")] if title and left >= 0 else [(fit(line, width), "title")]


def _branch_forms(summary: ConversationSummary, titles: Mapping[str, str]) -> Sequence[str]:
    """What a conversation is a branch of, the longest form first; nothing for one that is none."""
    if not summary.origin:
        return ("",)
    left_at = f"{GAP}{BRANCH} turn {summary.forked_turn}"
    origin = " ".join(titles.get(summary.origin, summary.title).split())
    return (f"{left_at} of “{origin}”" if origin != summary.title else left_at, left_at, f" {BRANCH}")


def _count(number: int) -> str:
    return str(number) if number < 1000 else f"{min(number // 1000, 99)}k"


def fit(text: str, width: int) -> str:
    """The text on one line of exactly this many cells; what is cut off leaves a "…"."""
    line = " ".join(text.split())
    if cell_len(line) > width:
        line = set_cell_size(line, width - 1).rstrip() + "…" if width > 0 else ""
    return set_cell_size(line, width)
