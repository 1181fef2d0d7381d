"""Bars of block characters, exact to an eighth of a cell."""

from collections.abc import Sequence

_LYING = " ▏▎▍▌▋▊▉█"
_STANDING = " ▁▂▃▄▅▆▇█"
EIGHTHS = 8


def lying(value: float, most: float, width: int) -> str:
    """A bar from left to right that takes all `width` cells at `most`; what is not nothing is seen."""
    whole, rest = divmod(_eighths(value, most, width), EIGHTHS)
    return "█" * whole + (_LYING[rest] if rest else "")


def standing(values: Sequence[float], height: int, cells: int = 1, gap: int = 0) -> list[str]:
    """A column of `cells` for each value, as lines from top to bottom; the largest takes all `height` lines."""
    most = max(values, default=0)
    eighths = [_eighths(value, most, height) for value in values]
    return [
        (" " * gap).join(_STANDING[max(0, min(EIGHTHS, filled - line * EIGHTHS))] * cells for filled in eighths)
        for line in reversed(range(height))
    ]


def _eighths(value: float, most: float, cells: int) -> int:
    if value <= 0 or most <= 0:
        return 0
    return max(1, round(min(1.0, value / most) * cells * EIGHTHS))
