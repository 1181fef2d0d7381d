"""Which line of the list shows what: rows of one height, under headings where some are pinned."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Heading: TypeAlias = Literal["pinned", "others"]


@dataclass(frozen=True, slots=True)
class Layout:
    """`rows` conversations of `height` lines each, of which the first `pinned` are. Headings only where some are."""

    rows: int = 0
    pinned: int = 0
    height: int = 1

    @property
    def lines(self) -> int:
        """Lines in all."""
        return self.rows * self.height + (self.pinned > 0) + (0 < self.pinned < self.rows)

    def top(self, row: int) -> int:
        """The first line of a row."""
        headings = (self.pinned > 0) + (0 < self.pinned <= row)
        return row * self.height + headings

    def at(self, line: int) -> tuple[int, int] | Heading | None:
        """What this line shows: a row and which of its lines, a heading, or nothing."""
        if not 0 <= line < self.lines:
            return None
        if self.pinned:
            second = 1 + self.pinned * self.height
            if line in (0, second):
                return "pinned" if line == 0 else "others"
            line -= 1 if line < second else 2
        return divmod(line, self.height)
