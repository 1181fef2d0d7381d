"""Cuts Markdown into pieces that can be rendered one by one while the text still streams.

A piece ends at a blank line outside a fence; long fences, lists and paragraphs are cut every dozen lines, so that no
piece takes long to render. Where it is cut depends on the text alone, never on how it arrived.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

LINES_PER_PIECE = 12
CHARACTERS_PER_PIECE = 2048
"""Dense Markdown of this length renders in 20 ms at worst."""

TABLE_ROWS_PER_PIECE = 60
CONTEXT_CHARACTERS = 3000
"""So much of a fence before a cut is read again, to colour what comes after it rightly."""

_Kind: TypeAlias = Literal["text", "list", "table"]
_BULLET = -1
_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})[ \t]*([^`\n]*)\n?\Z")
_MARKER = re.compile(r"([ \t]*)(?:[-*+]|(\d{1,9})[.)])(?=\s|\Z)")
_DELIMITER_ROW = re.compile(r"\s*+(?:\|\s*+)?:?-++:?\s*+(?:\|\s*+:?-++:?\s*+)*+(?:\|\s*+)?\Z")
"""Possessive throughout: with backtracking, a line of blanks around one dash takes cubic time."""


@dataclass(frozen=True, slots=True)
class Fence:
    """An open fenced block of code; `context` is its code before this piece, empty when that is too long."""

    mark: str
    indent: int
    language: str
    context: str = ""
    opens: bool = True


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an answer. `source` is the text as it came; `text` is what is to be rendered, without its indentation.

    `gap`: a blank line was before it. `indent`: columns it is moved in, within a list. `ordinal`: the number with which
    a cut numbered list goes on. `fence`: the text is code.
    """

    source: str
    text: str
    gap: bool = False
    indent: int = 0
    ordinal: int | None = None
    fence: Fence | None = None


class Splitter:
    """Takes the text as it comes and gives back the pieces that are complete."""

    def __init__(self) -> None:
        self._rest = ""
        self._lines: list[str] = []
        self._size = 0
        self._gap = False
        self._kind: _Kind = "text"
        self._table_head = ""
        """Put before the rows of a table that was cut."""
        self._new_head = ""
        self._fence: Fence | None = None
        self._numbers: dict[int, int] = {}
        self._ordinal: int | None = None
        self._closed: list[Piece] = []

    def feed(self, text: str) -> list[Piece]:
        """The pieces that this text completes."""
        *lines, rest = (self._rest + text).split("\n")
        for line in lines:
            self._line(self._cut_long(line) + "\n")
        self._rest = self._cut_long(rest)
        return self._take()

    def finish(self) -> list[Piece]:
        """The pieces that are left at the end of the text."""
        if self._rest:
            rest, self._rest = self._rest, ""
            self._line(rest)
        self._close()
        return self._take()

    def tail(self) -> Piece | None:
        """What is not complete yet, as a piece."""
        text = "".join(self._lines) + self._rest
        return self._piece(text) if text.strip() else None

    def _take(self) -> list[Piece]:
        closed, self._closed = self._closed, []
        return closed

    def _cut_long(self, line: str) -> str:
        """Take the front of a line that is too long, preferably whole sentences; returns the rest."""
        while len(line) > CHARACTERS_PER_PIECE:
            span = CHARACTERS_PER_PIECE // 2, CHARACTERS_PER_PIECE
            space = line.rfind(". ", *span) + 1 or line.rfind(" ", *span)
            cut = space + 1 if space > 0 else CHARACTERS_PER_PIECE
            self._line(line[:cut])
            line = line[cut:]
        return line

    def _line(self, line: str) -> None:
        if self._fence:
            self._code_line(line, self._fence)
        elif not line.strip():
            self._close()
            self._gap = True
        elif (opening := _FENCE.match(line)) and (len(opening[1]) < 4 or self._numbers):
            self._close()
            indent = len(opening[1].expandtabs(4))
            self._fence = Fence(opening[2], indent, opening[3].partition(" ")[0].strip())
            self._add(line)
        else:
            self._text_line(line)

    def _code_line(self, line: str, fence: Fence) -> None:
        closes = _closes(line.strip(), fence)
        if self._lines and not closes and self._is_long(line):
            code = self._close().text
            context = f"{fence.context}{code}\n" if fence.opens or fence.context else ""
            context = context if len(context) < CONTEXT_CHARACTERS else ""
            fence = self._fence = replace(fence, context=context, opens=False)
        self._add(line)
        if closes:
            self._close()
            self._fence = None

    def _text_line(self, line: str) -> None:
        marker = _MARKER.match(line)
        if self._lines and self._must_cut(line, marker is not None):
            self._close(within_table=self._kind == "table")
        elif self._lines and marker and self._numbers and _leading(line) < _leading(self._lines[0]):
            self._close()
        if marker:
            number = self._count(marker)
            self._ordinal = self._ordinal if self._lines else number
        elif not self._lines and not line.startswith(("  ", "\t")):
            self._numbers.clear()
        if not self._lines and self._kind != "table":
            self._kind = "list" if marker else "text"
        if len(self._lines) == 1 and "|" in self._lines[0] and _DELIMITER_ROW.match(line):
            self._kind, self._table_head = "table", ""
            self._new_head = self._lines[0] + line
        self._add(line)

    def _must_cut(self, line: str, is_marker: bool) -> bool:
        match self._kind:
            case "table":
                is_long = len(self._lines) >= TABLE_ROWS_PER_PIECE or self._size + len(line) > CHARACTERS_PER_PIECE
                return is_long and len(self._lines) > 2  # a head, its rule and one row at least
            case "list":
                return self._is_long(line) and (is_marker or self._is_very_long())
            case "text":
                return self._is_long(line)

    def _is_long(self, line: str) -> bool:
        """Whether a piece is long enough without this line."""
        return len(self._lines) >= LINES_PER_PIECE or self._size + len(line) > CHARACTERS_PER_PIECE

    def _is_very_long(self) -> bool:
        """Whether even an item of a list has to be cut."""
        return len(self._lines) >= 3 * LINES_PER_PIECE or self._size > CHARACTERS_PER_PIECE // 2

    def _count(self, marker: re.Match[str]) -> int | None:
        """The item's number as the list goes on, whatever was written; None for a bullet."""
        indent = len(marker[1].expandtabs(4))
        before = self._numbers.get(indent, _BULLET)
        number = _BULLET if not marker[2] else int(marker[2]) if before == _BULLET else before + 1
        self._numbers = {column: last for column, last in self._numbers.items() if column < indent}
        self._numbers[indent] = number
        return None if number == _BULLET else number

    def _add(self, line: str) -> None:
        self._lines.append(line)
        self._size += len(line)

    def _close(self, *, within_table: bool = False) -> Piece:
        piece = self._piece("".join(self._lines))
        if self._lines:
            self._closed.append(piece)
            self._gap = False
        self._table_head = self._new_head if within_table else ""
        self._kind = "table" if within_table else "text"
        self._lines, self._size, self._ordinal = [], 0, None
        return piece

    def _piece(self, source: str) -> Piece:
        if self._fence:
            return Piece(source, _code(source, self._fence), self._gap, self._fence.indent, fence=self._fence)
        indent = _leading(source) if self._numbers else 0
        indent = indent if indent > 1 else 0  # by one column is not within a list
        text = _dedent(source, indent) if indent else source
        return Piece(source, self._table_head + text, self._gap, indent, self._ordinal)


def split(text: str) -> list[Piece]:
    """All pieces of a text."""
    splitter = Splitter()
    return [*splitter.feed(text), *splitter.finish()]


def _closes(stripped: str, fence: Fence) -> bool:
    return stripped.startswith(fence.mark) and not stripped.strip(fence.mark[0])


def _code(source: str, fence: Fence) -> str:
    """The code of a piece of a fence, without the fence itself."""
    lines = source.removesuffix("\n").split("\n")
    if fence.opens:
        del lines[0]
    if lines and _closes(lines[-1].strip(), fence):
        del lines[-1]
    return _dedent("\n".join(lines), fence.indent) if fence.indent else "\n".join(lines)


def _leading(line: str) -> int:
    """Columns of the first line's indentation."""
    first = line.partition("\n")[0].expandtabs(4)
    return len(first) - len(first.lstrip(" "))


def _dedent(text: str, columns: int) -> str:
    """Each line without so much of its own indentation."""
    lines = (line.expandtabs(4) for line in text.split("\n"))
    return "\n".join(line[min(columns, _leading(line)) :] for line in lines)
