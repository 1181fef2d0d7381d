"""Renders a piece of Markdown (CommonMark with tables and strikethrough) to rows. HTML is shown as it is written."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.ui.lines.code import lay_out_code
from tui.ui.lines.line import BLANK, PROSE_WIDTH, Line, Run, harmless, lay_out
from tui.ui.lines.look import Look
from tui.ui.transcript.inline import inline_lines
from tui.ui.transcript.splitter import Piece
from tui.ui.transcript.table import Cell, lay_out_table

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_BULLETS = "•◦‣"
_LEAST_ROOM = 16


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # takes 40 ms; the first paint does not need it

    # A link's definition may be in another piece than the link: both are shown as they are written, nothing is lost.
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("reference")


def render_piece(piece: Piece, width: int, look: Look) -> list[Line]:
    """The rows of one piece of an answer, none wider than `width`."""
    rows = [BLANK] if piece.gap else []
    indent = min(piece.indent + 1, max(1, width - _LEAST_ROOM))
    if fence := piece.fence:
        has_label = fence.opens and bool(fence.language)
        if has_label:
            rows.append(_label(fence.language, indent, width, look))
        if piece.text or not has_label:
            rows += lay_out_code(piece.text, fence.language, width, look, context=fence.context, indent=indent)
        return rows
    renderer = _Renderer(piece.text, width, look, [(" " * indent, look["text"])], piece.ordinal)
    return rows + renderer.rows()


def _label(language: str, indent: int, width: int, look: Look) -> Line:
    """The row above code: its language, on the code's ground."""
    runs = harmless([(" " * indent, look["text"]), (f" {language[:40]}", look["comment"])])
    strip = Strip([Segment(*run) for run in runs]).extend_cell_length(width, look["block"]).crop(0, width)
    return Line(strip, 0, 0, "")


class _Renderer:
    """Walks the tokens of one piece. The lead is what is drawn before each row: indentation, quote bars, bullets."""

    def __init__(self, text: str, width: int, look: Look, lead: list[Run], ordinal: int | None) -> None:
        self._text = text.replace("\r\n", "\n").replace("\r", "\n")  # as the parser counts lines
        self._source = self._text.split("\n")
        self._width = width
        self._look = look
        self._lead = lead
        self._bullet: tuple[int, Run] | None = None
        self._ordinal = ordinal
        self._depth = 0
        self._rows: list[Line] = []

    def rows(self) -> list[Line]:
        """All rows of the piece."""
        self._blocks(_parser().parse(self._text), self._look["text"])
        return self._rows

    def _blocks(self, tokens: Sequence[Token], base: Style) -> None:
        position = 0
        while position < len(tokens):
            token = tokens[position]
            end = _end(tokens, position)
            self._gap_before(token)
            self._block(token, tokens[position + 1 : end], base)
            position = end + 1

    def _gap_before(self, token: Token) -> None:
        """A blank row where the source has a blank line."""
        line = token.map[0] if token.map else 0
        if line and self._rows and not self._bullet and not self._source[line - 1].strip(" \t>"):
            self._rows.append(BLANK)

    def _block(self, token: Token, inner: Sequence[Token], base: Style) -> None:
        look = self._look
        match token.type:
            case "paragraph_open":
                self._inline(inner[0], base)
            case "heading_open":
                self._inline(inner[0], look["heading"] if token.tag in {"h1", "h2", "h3"} else look["strong"])
            case "bullet_list_open" | "ordered_list_open":
                self._list(token, inner, base)
            case "blockquote_open":
                self._within(("▎ ", look["accent"]), ("▎ ", look["accent"]), inner, look["muted"])
            case "fence" | "code_block":
                self._code(token)
            case "table_open":
                self._table(inner)
            case "hr":
                self._put([("─" * max(1, self._prose_width() - self._lead_cells()), look["rule"])])
            case _:
                self._inline(token, base)

    def _list(self, token: Token, items: Sequence[Token], base: Style) -> None:
        number = int(token.attrGet("start") or 1) if token.type.startswith("ordered") else None
        if number is not None and self._ordinal is not None and not self._rows:
            number = self._ordinal
        self._depth += 1
        position = 0
        while position < len(items):
            end = _end(items, position)
            self._gap_before(items[position])
            mark = f"{number}. " if number is not None else _BULLETS[(self._depth - 1) % len(_BULLETS)] + " "
            number = number + 1 if number is not None else None
            style = self._look["accent" if self._depth == 1 else "muted"]
            self._within((mark, style), (" " * len(mark), base), items[position + 1 : end], base)
            position = end + 1
        self._depth -= 1

    def _within(self, first: Run, rest: Run, tokens: Sequence[Token], base: Style) -> None:
        """Blocks with something more before each row; an empty list item still shows its mark."""
        if self._lead_cells() + len(first[0]) > self._width - _LEAST_ROOM:  # too deep to move in any further
            self._blocks(tokens, base)
            return
        outer = self._lead
        if first != rest:
            self._flush_bullet()
            self._bullet = len(outer), first
        self._lead = [*outer, rest]
        self._blocks(tokens, base)
        if first != rest:
            self._flush_bullet()
        self._lead = outer

    def _flush_bullet(self) -> None:
        if self._bullet:
            self._put([])

    def _inline(self, token: Token, base: Style) -> None:
        for runs in inline_lines(token.children or [], self._look, base):
            self._put(runs)

    def _put(self, runs: Sequence[Run]) -> None:
        self._rows += lay_out(runs, self._prose_width(), lead=self._take_lead(), rest=self._lead)

    def _prose_width(self) -> int:
        return min(self._width - 1, PROSE_WIDTH + self._lead_cells())

    def _take_lead(self) -> list[Run]:
        """The lead of the next row: the first row of a list item has its mark in the place of its indentation."""
        if not self._bullet:
            return self._lead
        place, mark = self._bullet
        self._bullet = None
        return [*self._lead[:place], mark, *self._lead[place + 1 :]]

    def _lead_cells(self) -> int:
        return sum(len(text) for text, _ in self._lead)

    def _code(self, token: Token) -> None:
        self._flush_bullet()
        language = token.info.partition(" ")[0]
        lines = lay_out_code(
            token.content.removesuffix("\n"), language, self._width, self._look, indent=self._lead_cells()
        )
        self._rows += lines

    def _table(self, tokens: Sequence[Token]) -> None:
        table: list[list[Cell]] = []
        for position, token in enumerate(tokens):
            if token.type == "tr_open":
                table.append([])
            elif token.type in {"th_open", "td_open"}:
                base = self._look["strong" if token.type == "th_open" else "text"]
                runs = [
                    run for line in inline_lines(tokens[position + 1].children or [], self._look, base) for run in line
                ]
                align = str(token.attrGet("style") or "").removeprefix("text-align:") or "left"
                table[-1].append(Cell(runs, align))
        self._flush_bullet()
        self._rows += lay_out_table(table, self._width - 1, self._look, self._lead)


def _end(tokens: Sequence[Token], start: int) -> int:
    """The index of the token that closes the one at `start`; its own when it has no inside."""
    depth = 0
    for position in range(start, len(tokens)):
        depth += tokens[position].nesting
        if not depth:
            return position
    return len(tokens) - 1
