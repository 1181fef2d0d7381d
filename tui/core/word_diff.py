"""How one text became another, for judging: every line of the change, and the words that differ when asked for.

Comparing takes quadratic time at worst, and the texts come from strangers; so there is a bound to the work, beyond
which the lines (or the words) of both sides are simply all called different. Nothing is ever left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal, TypeAlias

from tui.core.differences import Pieces

ChangeSign: TypeAlias = Literal[" ", "-", "+"]

_MOST_LINES = 500
"""Between the first and the last line that differ; more are not aligned."""

_MOST_WORDS = 150
"""Between the first and the last word of a line that differ; more are not aligned."""

_WORD = re.compile(r"\w+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line that stayed, went ("-") or came ("+"). `other` is the line it became, or came from, where there is one.

    `skipped` says how many lines that stayed are left out before it.
    """

    sign: ChangeSign
    text: str
    other: str | None = None
    skipped: int = 0

    def pieces(self) -> Pieces:
        """The line in pieces; True where it differs from the other one."""
        if self.sign == " " or self.other is None:
            return ((self.text, False),)
        return _marked(_WORD.findall(self.text), _WORD.findall(self.other))


def changed_lines(before: str, after: str, context: int = 3) -> list[ChangedLine]:
    """What differs, with so many lines around it that stayed."""
    lines = list(_lines(before.split("\n"), after.split("\n")))
    changed = [place for place, line in enumerate(lines) if line.sign != " "]
    near = {place for at in changed for place in range(at - context, at + context + 1)}
    shown: list[ChangedLine] = []
    skipped = 0
    for place, line in enumerate(lines):
        if place not in near:
            skipped += 1
            continue
        shown.append(ChangedLine(line.sign, line.text, line.other, skipped))
        skipped = 0
    return shown


def _lines(before: Sequence[str], after: Sequence[str]) -> Iterator[ChangedLine]:
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    end_before, end_after = len(before) - tail, len(after) - tail
    yield from (ChangedLine(" ", line) for line in before[:head])
    yield from _middle(before[head:end_before], after[head:end_after])
    yield from (ChangedLine(" ", line) for line in before[end_before:])


def _middle(before: Sequence[str], after: Sequence[str]) -> Iterator[ChangedLine]:
    if max(len(before), len(after)) > _MOST_LINES:
        yield from _replaced(before, after)
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            yield from (ChangedLine(" ", line) for line in before[i1:i2])
        else:
            yield from _replaced(before[i1:i2], after[j1:j2])


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[ChangedLine]:
    """Lines in place of others: those that went, then those that came."""
    pairs = list(zip_longest(before, after))
    yield from (ChangedLine("-", old, new) for old, new in pairs if old is not None)
    yield from (ChangedLine("+", new, old) for old, new in pairs if new is not None)


def _marked(words: Sequence[str], others: Sequence[str]) -> Pieces:
    head = _common(words, others)
    tail = _common(words[head:][::-1], others[head:][::-1])
    own, other = words[head : len(words) - tail], others[head : len(others) - tail]
    pieces = [("".join(words[:head]), False)]
    if max(len(own), len(other)) > _MOST_WORDS:
        pieces.append(("".join(own), True))
    else:
        for tag, i1, i2, _, _ in SequenceMatcher(None, own, other, autojunk=False).get_opcodes():
            pieces.append(("".join(own[i1:i2]), tag != "equal"))
    pieces.append(("".join(words[len(words) - tail :]), False))
    return tuple((text, differs) for text, differs in pieces if text)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items they have in common at the beginning."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
