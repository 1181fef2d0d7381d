"""The document behind a view: blocks, their heights, and the rows of those that were drawn lately."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator

from tui.ui.lines.block import Block
from tui.ui.lines.fenwick import Fenwick
from tui.ui.lines.line import Line
from tui.ui.lines.look import Look

KEPT_BLOCKS = 400
"""Blocks whose rows are remembered: several screens full."""


class Flow:
    """Blocks one below the other at a width. A height is an estimate until the block is rendered."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._heights = Fenwick()
        self._exact = bytearray()
        self._rows: OrderedDict[int, list[Line]] = OrderedDict()
        self._width = 0
        self._look: Look | None = None
        self.render_count = 0
        """How many blocks were rendered so far."""

    def __len__(self) -> int:
        return len(self._blocks)

    def __getitem__(self, index: int) -> Block:
        return self._blocks[index]

    def __iter__(self) -> Iterator[Block]:
        return iter(self._blocks)

    @property
    def width(self) -> int:
        """Cells across; 0 until it is known."""
        return self._width

    @property
    def height(self) -> int:
        """Rows in all, as far as known."""
        return self._heights.before(len(self._blocks))

    def set_width(self, width: int) -> None:
        """Lay everything out anew, with estimates."""
        self._width = width
        self._rows.clear()
        self._exact = bytearray(len(self._blocks))
        # Before the width is known an estimate would be made for nothing.
        self._heights = Fenwick([block.estimate(width) for block in self._blocks] if width else [1] * len(self._blocks))

    def set_look(self, look: Look) -> None:
        """Forget what was drawn in other colours; heights stand."""
        if look != self._look:
            self._look = look
            self._rows.clear()

    def load(self, blocks: Iterable[Block]) -> None:
        """Put these blocks in the place of all."""
        self._blocks = list(blocks)
        self.set_width(self._width)

    def append(self, block: Block) -> int:
        """Add a block at the end; returns its index."""
        self._blocks.append(block)
        self._exact.append(0)
        self._heights.append(block.estimate(self._width) if self._width else 1)
        return len(self._blocks) - 1

    def replace(self, index: int, block: Block) -> None:
        """Put another block in a block's place."""
        self._blocks[index] = block
        self._exact[index] = 0
        self._heights[index] = block.estimate(self._width) if self._width else 1
        self._rows.pop(index, None)

    def remove_last(self, count: int) -> None:
        """Remove blocks at the end."""
        for _ in range(count):
            self._blocks.pop()
            self._exact.pop()
            self._heights.pop()
            self._rows.pop(len(self._blocks), None)

    def is_exact(self, index: int) -> bool:
        """Whether the block's height is known."""
        return bool(self._exact[index])

    def block_height(self, index: int) -> int:
        """Rows of one block, as far as known."""
        return self._heights[index]

    def top(self, index: int) -> int:
        """The row at which a block begins."""
        return self._heights.before(index)

    def locate(self, row: int) -> tuple[int, int]:
        """The block in which a row falls, and the row within it; clamped to the document, which must not be empty."""
        index, rest = self._heights.find(max(0, row))
        if index >= len(self._blocks):
            index = len(self._blocks) - 1
            return index, max(0, self._heights[index] - 1)
        return index, rest

    def drawn(self, index: int) -> list[Line] | None:
        """The block's rows if they are remembered."""
        return self._rows.get(index)

    def lines(self, index: int) -> list[Line]:
        """The block's rows; from here on its height is exact. The width and the look must be set."""
        rows = self._rows.get(index)
        if rows is not None:
            self._rows.move_to_end(index)
            return rows
        assert self._look is not None
        rows = self._blocks[index].render(self._width, self._look)
        self.render_count += 1
        self._heights[index] = len(rows)
        self._exact[index] = 1
        self._rows[index] = rows
        if len(self._rows) > KEPT_BLOCKS:
            self._rows.popitem(last=False)
        return rows
