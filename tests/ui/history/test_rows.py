from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.ui.history.fakes import NOON, summary
from tui.ui.history.rows import fit, heads, row_cells, widths_for
from tui.ui.history.when import WIDTH, moment, when


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("2026-11-20T00:00", "today 00:00"),
        ("2026-11-20T14:02", "today 14:02"),
        ("2026-11-19T23:59", "yesterday"),
        ("2026-11-18T12:00", "Wed"),
        ("2026-11-14T12:00", "Sat"),
        ("2026-11-13T12:00", "13 Nov"),
        ("2026-01-02T12:00", "2 Jan"),
        ("2025-12-31T12:00", "31 Dec 2025"),
        ("2026-11-21T12:00", "21 Nov"),
        ("2027-01-01T12:00", "1 Jan 2027"),
    ],
)
def test_a_time_is_said_as_a_person_would(time: str, words: str) -> None:
    assert when(at(time), NOON) == words
    assert len(words) <= WIDTH


def test_the_exact_minute_is_told_in_full() -> None:
    assert moment(at("2026-11-20T14:02")) == "Fri 20 Nov 2026, 14:02"


@pytest.mark.parametrize("time", [1e300, float("inf"), float("nan"), -1e300])
def test_a_time_that_no_calendar_has_is_left_blank(time: float) -> None:
    assert (when(time, NOON), moment(time)) == ("", "")


@given(st.text(max_size=50), st.integers(0, 30))
def test_a_fitted_text_takes_exactly_its_cells(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width


def test_a_text_that_is_cut_says_so() -> None:
    assert fit("four wide cells", 10) == "four wide…"
    assert fit("こんにちは", 6) == "こん… "
    assert fit("short", 6) == "short "


@pytest.mark.parametrize("width", [60, 79, 119, 199])
def test_columns_line_up_under_their_heads(width: int) -> None:
    widths = widths_for(width)
    head = heads(widths)
    row = summary("日本語の題名 " * 20, turns=12, tools=("calculate", "greet" * 20), calls=1234, failed=12)
    line = "".join(text for text, _ in row_cells(row, widths, NOON, marked=False))
    assert cell_len(line) == cell_len(head) <= width
    assert line.index("today") > 0
    assert cell_len(line[: line.index("today")]) == head.index("when")
    assert cell_len(line[: line.index(" ✗12")]) == head.index("calls") + len("calls")
    assert cell_len(line[: line.index("12 ")]) + 2 == head.index("turns") + len("turns")
    if widths.tools:
        assert cell_len(line[: line.index("calculate"[: widths.tools])]) == head.index("tools")


def test_failures_are_told_apart_in_the_colour_of_failure() -> None:
    cells = row_cells(summary("a", calls=3, failed=2), widths_for(100), NOON, marked=True)
    assert (" ✗2 ", "failed") in cells
    assert cells[0] == ("❯ ", "title")
    assert all("✗" not in text for text, _ in row_cells(summary("a", calls=3), widths_for(100), NOON, marked=False))
