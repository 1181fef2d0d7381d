"""Activity by day: every day of the stretch has its place, also those on which nothing was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tui.core.ports import DayStatistics


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some days in a row, and how many turns they had together."""

    first: date
    last: date
    turns: int


def stretches(days: Sequence[DayStatistics], first: date | None, last: date, most: int) -> list[Stretch]:
    """The days from `first` (None: the first with anything) to `last`; where there are more than `most`, in groups.

    All groups have as many days, but for the first, which may have fewer. Days that cannot be read are left out.
    """
    turns = {day: found.turns for found in days if (day := _date(found.day))}
    begin = first or min(turns, default=last)
    count = (last - begin).days + 1
    if count < 1 or most < 1:
        return []
    size = -(-count // most)
    ends = [last - timedelta(days=size * group) for group in reversed(range(-(-count // size)))]
    groups = [(max(begin, end - timedelta(days=size - 1)), end) for end in ends]
    return [Stretch(start, end, _sum(turns, start, end)) for start, end in groups]


def _sum(turns: dict[date, int], first: date, last: date) -> int:
    return sum(turns.get(first + timedelta(days=day), 0) for day in range((last - first).days + 1))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
