"""Where blocks go: a view, or a list when a whole document is made at once."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from tui.ui.lines.block import Block


class Sink(Protocol):
    """Takes blocks, one below the other."""

    def append(self, block: Block) -> int:
        """Add a block at the end; returns its index."""
        ...

    def replace(self, index: int, block: Block) -> None:
        """Put another block in a block's place."""
        ...

    def remove_last(self, count: int) -> None:
        """Remove blocks at the end."""
        ...

    def editing(self) -> AbstractContextManager[None]:
        """Take several changes as one."""
        ...


class BlockList:
    """A sink without a screen, for a whole conversation at once."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []

    def append(self, block: Block) -> int:
        """Add a block at the end; returns its index."""
        self.blocks.append(block)
        return len(self.blocks) - 1

    def replace(self, index: int, block: Block) -> None:
        """Put another block in a block's place."""
        self.blocks[index] = block

    def remove_last(self, count: int) -> None:
        """Remove blocks at the end."""
        del self.blocks[len(self.blocks) - count :]

    def editing(self) -> AbstractContextManager[None]:
        """Nothing to hold back."""
        return nullcontext()
