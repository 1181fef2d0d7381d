"""How two texts differ: line by line, and word by word within changed lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

Pieces = tuple[tuple[str, bool], ...]
"""A line in pieces; True where it differs from the other side."""

MOST_LINES = 500
"""From the first difference on, so many lines are compared: comparing takes quadratic time at worst."""

MOST_LINES_BY_WORD = 100
"""So many changed lines are compared word by word; further ones differ as a whole."""

_LONGEST_LINE = 500
"""Longer lines differ as a whole."""

_MOST_PAIRS = 400
"""More changed lines than these in one place are not looked at for likeness, but put beside each other in order."""

_ALIKE = 0.5
"""The share of words in common from which a line counts as another version of one."""

_TOKEN = re.compile(r"\w+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DiffRow:
    """A line on both sides; None where one side has none."""

    left: Pieces | None
    right: Pieces | None

    @property
    def is_same(self) -> bool:
        """Whether the two sides are equal."""
        return self.left == self.right


def side_by_side(expected: str, actual: str) -> list[DiffRow]:
    """The lines of both texts beside each other, the expected one left."""
    before, after = expected.split("\n"), actual.split("\n")
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    changed = _Middle(before[head : len(before) - tail], after[head : len(after) - tail])
    same_below = before[len(before) - tail :]
    return [*map(_same, before[:head]), *changed.rows(), *map(_same, same_below)]


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    """With how many equal lines both begin."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((i for i, (left, right) in pairs if left != right), min(len(before), len(after)))


def unified(rows: Sequence[DiffRow], context: int = 3) -> list[str]:
    """The rows as lines with "-", "+" or " " before them; of what is the same, only some lines around the changes."""
    changed = [i for i, row in enumerate(rows) if not row.is_same]
    near = {n for i in changed for n in range(i - context, i + context + 1) if 0 <= n < len(rows)}
    lines: list[str] = []
    removed: list[str] = []
    added: list[str] = []
    before = -1
    for i in sorted(near):
        row = rows[i]
        if row.is_same or i > before + 1:
            lines += removed + added
            removed, added = [], []
        if i > before + 1:
            lines.append("  …")
        if row.is_same:
            lines.append(f"  {_text(row.left)}")
        else:
            removed += [] if row.left is None else [f"- {_text(row.left)}"]
            added += [] if row.right is None else [f"+ {_text(row.right)}"]
        before = i
    lines += removed + added
    return lines + ["  …"] * (bool(near) and before + 1 < len(rows))


class _Middle:
    """What is between the first and the last difference. Only so much of it is compared word by word."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        self._before = before
        self._after = after
        self._word_by_word = MOST_LINES_BY_WORD

    def rows(self) -> Iterator[DiffRow]:
        before, after = self._before[:MOST_LINES], self._after[:MOST_LINES]
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after).get_opcodes():
            if tag == "equal":
                yield from map(_same, before[i1:i2])
            else:
                for left, right in _aligned(before[i1:i2], after[j1:j2]):
                    yield self._changed(left, right)
        left_out = _left_out(self._before), _left_out(self._after)
        if any(left_out):
            yield DiffRow(*left_out)

    def _changed(self, left: str | None, right: str | None) -> DiffRow:
        if left is None or right is None or not self._word_by_word or max(len(left), len(right)) > _LONGEST_LINE:
            return DiffRow(None if left is None else ((left, True),), None if right is None else ((right, True),))
        self._word_by_word -= 1
        words, others = _TOKEN.findall(left), _TOKEN.findall(right)
        codes = SequenceMatcher(None, words, others, autojunk=False).get_opcodes()
        return DiffRow(
            tuple(("".join(words[i1:i2]), tag != "equal") for tag, i1, i2, _, _ in codes if i2 > i1),
            tuple(("".join(others[j1:j2]), tag != "equal") for tag, _, _, j1, j2 in codes if j2 > j1),
        )


def _aligned(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Each changed line beside the first one that is like it; the others stand alone."""
    if len(before) * len(after) > _MOST_PAIRS:
        yield from zip_longest(before, after)
        return
    taken = 0
    for left in before:
        like = next((j for j in range(taken, len(after)) if _are_alike(left, after[j])), None)
        if like is None:
            yield left, None
        else:
            yield from ((None, right) for right in after[taken:like])
            yield left, after[like]
            taken = like + 1
    yield from ((None, right) for right in after[taken:])


def _are_alike(left: str, right: str) -> bool:
    words, others = _TOKEN.findall(left[:_LONGEST_LINE]), _TOKEN.findall(right[:_LONGEST_LINE])
    return SequenceMatcher(None, words, others, autojunk=False).quick_ratio() >= _ALIKE


def _same(line: str) -> DiffRow:
    return DiffRow(((line, False),), ((line, False),))


def _left_out(lines: Sequence[str]) -> Pieces | None:
    left_out = len(lines) - MOST_LINES
    return ((f"… {left_out:,} more lines, which differ …", True),) if left_out > 0 else None


def _text(pieces: Pieces | None) -> str:
    return "".join(text for text, _ in pieces or ())
