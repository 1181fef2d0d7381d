"""Sums over a growing list of heights, and which block a row falls into, both in O(log n)."""

from collections.abc import Iterable


class Fenwick:
    """A binary indexed tree over non-negative integers. Indices count from 0."""

    def __init__(self, values: Iterable[int] = ()) -> None:
        self._values = list(values)
        self._tree = [0, *self._values]
        for node in range(1, len(self._tree)):
            parent = node + (node & -node)
            if parent < len(self._tree):
                self._tree[parent] += self._tree[node]

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, index: int) -> int:
        return self._values[index]

    def append(self, value: int) -> None:
        """Add a value at the end."""
        node = len(self._tree)
        total = value
        child, lowest = node - 1, node - (node & -node)
        while child > lowest:
            total += self._tree[child]
            child -= child & -child
        self._values.append(value)
        self._tree.append(total)

    def pop(self) -> None:
        """Remove the last value."""
        self._values.pop()
        self._tree.pop()

    def __setitem__(self, index: int, value: int) -> None:
        change = value - self._values[index]
        if not change:
            return
        self._values[index] = value
        node = index + 1
        while node < len(self._tree):
            self._tree[node] += change
            node += node & -node

    def before(self, index: int) -> int:
        """The sum of all values before `index`."""
        total = 0
        while index > 0:
            total += self._tree[index]
            index -= index & -index
        return total

    def find(self, offset: int) -> tuple[int, int]:
        """The index whose span holds `offset`, and the offset within it; past the end: `(len(self), rest)`."""
        node, rest = 0, offset
        step = 1 << len(self._values).bit_length()
        while step:
            further = node + step
            if further < len(self._tree) and self._tree[further] <= rest:
                node = further
                rest -= self._tree[node]
            step >>= 1
        return node, rest
