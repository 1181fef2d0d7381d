from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.ports import DayStatistics
from tui.ui.statistics.bars import lying, standing
from tui.ui.statistics.days import Stretch, stretches

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("value", "bar"), [(0, ""), (0.001, "▏"), (1, "█"), (0.5, "▌"), (4, "████"), (2.25, "██▎"), (9, "████")]
)
def test_a_lying_bar_is_exact_to_an_eighth_and_shows_what_is_not_nothing(value: float, bar: str) -> None:
    assert lying(value, 4, 4) == bar


def test_standing_bars_are_lines_from_top_to_bottom() -> None:
    assert standing([0, 1, 2, 4], 2) == ["   █", " ▄██"]
    assert standing([1, 4], 1, cells=2, gap=1) == ["▂▂ ██"]
    assert standing([0, 0], 2) == ["  ", "  "]


@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=20), st.integers(1, 6))
def test_the_largest_takes_the_whole_height(values: list[float], height: int) -> None:
    lines = standing(values, height)
    assert [len(line) for line in lines] == [len(values)] * height
    if max(values) > 0:
        assert "█" in lines[0]


def day(text: str, turns: int) -> DayStatistics:
    return DayStatistics(text, turns, 0, 0)


def test_days_without_anything_have_their_place() -> None:
    days = [day("2026-11-18", 2), day("2026-11-20", 5), day("nonsense", 9)]
    found = stretches(days, date(2026, 11, 17), TODAY, 80)
    assert [stretch.turns for stretch in found] == [0, 2, 0, 5]
    assert [stretch.turns for stretch in stretches(days, None, TODAY, 80)] == [2, 0, 5]


def test_more_days_than_columns_are_put_together_in_equal_groups_up_to_today() -> None:
    days = [day("2026-11-14", 1), day("2026-11-15", 2), day("2026-11-20", 5)]
    assert stretches(days, date(2026, 11, 14), TODAY, 3) == [
        Stretch(date(2026, 11, 14), date(2026, 11, 14), 1),
        Stretch(date(2026, 11, 15), date(2026, 11, 17), 2),
        Stretch(date(2026, 11, 18), date(2026, 11, 20), 5),
    ]


@given(st.integers(1, 4000), st.integers(1, 200))
def test_no_day_is_lost_or_counted_twice(count: int, columns: int) -> None:
    first = date.fromordinal(TODAY.toordinal() - count + 1)
    days = [day(date.fromordinal(first.toordinal() + n).isoformat(), 1) for n in range(count)]
    found = stretches(days, first, TODAY, columns)
    assert len(found) <= columns
    assert sum(stretch.turns for stretch in found) == count


def test_days_before_the_stretch_or_after_today_do_not_count() -> None:
    assert stretches([day("2026-12-01", 4)], None, TODAY, 10) == []
    assert stretches([], None, TODAY, 10) == [Stretch(TODAY, TODAY, 0)]
