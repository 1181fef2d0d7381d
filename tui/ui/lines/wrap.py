"""Where a line of text breaks to fit a width, measured in terminal cells."""

from typing import NamedTuple

from rich.cells import CellSpan, cell_len, split_graphemes

_NO_LINE_START = frozenset("、。，．！？：；）」』】》〉’”…ー々")
"""Wide punctuation that must not begin a line (the core of the rules for Chinese and Japanese, UAX #14 class CL/EX)."""


class Cut(NamedTuple):
    """A row of a wrapped line: characters `start` to `end`; the break swallowed the spaces from `end` to `next`."""

    start: int
    end: int
    next: int


def wrap(text: str, width: int) -> list[Cut]:
    """Break one line (no "\\n" in it) into rows of at most `width` cells; an empty line is one empty row.

    Breaks at spaces, between wide characters, and within a word only when the word alone does not fit.
    """
    size = len(text)
    if text.isascii():
        return [Cut(0, size, size)] if size <= width else _wrap_ascii(text, width)
    return [Cut(0, size, size)] if cell_len(text) <= width else _wrap_wide(text, width)


def _wrap_ascii(text: str, width: int) -> list[Cut]:
    cuts: list[Cut] = []
    start, size = 0, len(text)
    while size - start > width:
        space = text.rfind(" ", start, start + width + 1)
        cut = _at_space(text, start, space) if space >= 0 else None
        cuts.append(cut or Cut(start, start + width, start + width))
        start = cuts[-1].next
    if start < size or not cuts:
        cuts.append(Cut(start, size, size))
    return cuts


def _at_space(text: str, start: int, space: int) -> Cut | None:
    """The cut at a space; None where only indentation is before it."""
    end = space
    while end > start and text[end - 1] == " ":
        end -= 1
    following = space
    while following < len(text) and text[following] == " ":
        following += 1
    return Cut(start, end, following) if end > start else None


def _wrap_wide(text: str, width: int) -> list[Cut]:
    spans, _ = split_graphemes(text)
    cuts: list[Cut] = []
    here = 0
    while here < len(spans):
        cells, beyond = 0, here
        while beyond < len(spans) and cells + spans[beyond][2] <= width:
            cells += spans[beyond][2]
            beyond += 1
        beyond = max(beyond, here + 1)  # one that is wider than the whole row still has to go somewhere
        if beyond == len(spans):
            cuts.append(Cut(spans[here][0], len(text), len(text)))
            break
        end, following = _break(text, spans, here, beyond)
        next_start = spans[following][0] if following < len(spans) else len(text)
        cuts.append(Cut(spans[here][0], spans[end][0], next_start))
        here = following
    return cuts


def _break(text: str, spans: list[CellSpan], here: int, beyond: int) -> tuple[int, int]:
    """The last good place to break: the index of the span where the row ends, and of the one where the next begins."""
    for index in range(beyond, here, -1):
        character = text[spans[index][0]]
        if character == " ":
            end, following = index, index + 1
            while end > here and text[spans[end - 1][0]] == " ":
                end -= 1
            while following < len(spans) and text[spans[following][0]] == " ":
                following += 1
            if end > here:
                return end, following
        elif (spans[index][2] > 1 or spans[index - 1][2] > 1) and character not in _NO_LINE_START:
            return index, index
    return beyond, beyond
