"""A block: the unit that a view of lines renders, remembers, replaces and selects."""

from abc import ABC, abstractmethod

from tui.ui.lines.line import BLANK, PROSE_WIDTH, Line, plain
from tui.ui.lines.look import Look


class Block(ABC):
    """A piece of a document. It never changes; what changes is replaced by another block."""

    __slots__ = ()

    @property
    @abstractmethod
    def source(self) -> str:
        """The text that is copied when the whole block is selected."""

    @abstractmethod
    def estimate(self, width: int) -> int:
        """About how many rows it takes; must be cheap, for it is asked of every block of a long document."""

    @abstractmethod
    def render(self, width: int, look: Look) -> list[Line]:
        """Its rows, none wider than `width` cells. Their number must not depend on the look."""


class TextBlock(Block):
    """Plain text in one style, wrapped. `gap` blank rows come before it; rows that go on stand `hang` cells deeper."""

    __slots__ = ("_gap", "_hang", "_indent", "_style", "_text")

    def __init__(self, text: str, style: str = "text", *, gap: int = 0, indent: int = 1, hang: int = 0) -> None:
        self._hang = hang
        self._text = text
        self._style = style
        self._gap = gap
        self._indent = indent

    @property
    def source(self) -> str:
        """The text, with a line end for each blank row."""
        return "\n" * self._gap + self._text

    def estimate(self, width: int) -> int:
        """By the length of the text."""
        return self._gap + rows_of(self._text, min(width - self._indent, PROSE_WIDTH))

    def render(self, width: int, look: Look) -> list[Line]:
        """The wrapped text."""
        style = look[self._style]
        lead, rest = ([(" " * cells, look["text"])] for cells in (self._indent, self._indent + self._hang))
        room = min(width - 1, PROSE_WIDTH + self._indent)
        return [BLANK] * self._gap + plain(self._text, room, style, lead=lead, rest=rest)


def rows_of(text: str, width: int) -> int:
    """A cheap guess at how many rows a text takes at a width."""
    if len(text) <= width and "\n" not in text:
        return 1
    return text.count("\n") + 1 + len(text) // max(8, width)
