"""Two texts beside each other, and as a list of changes."""

import time

from hypothesis import given
from hypothesis import strategies as st

from tui.core.differences import MOST_LINES, DiffRow, side_by_side, unified


def text(rows: list[DiffRow], side: str) -> str:
    lines = [getattr(row, side) for row in rows]
    return "\n".join("".join(piece for piece, _ in line) for line in lines if line is not None)


def test_only_the_words_that_changed_are_marked() -> None:
    (row,) = side_by_side("Result: 5 apples", "Result: 6 apples")
    assert row.left == (("Result: ", False), ("5", True), (" apples", False))
    assert row.right == (("Result: ", False), ("6", True), (" apples", False))


def test_an_added_line_stands_alone() -> None:
    rows = side_by_side("a\nc", "a\nb\nc")
    assert [row.is_same for row in rows] == [True, False, True]
    assert rows[1].left is None
    assert rows[1].right == (("b", True),)


def test_unified_shows_the_changes_and_some_lines_around_them() -> None:
    before = "\n".join(str(n) for n in range(20))
    after = before.replace("10", "ten")
    assert unified(side_by_side(before, after), context=1) == ["  …", "  9", "- 10", "+ ten", "  11", "  …"]


def test_equal_texts_have_no_changes() -> None:
    assert unified(side_by_side("a\nb", "a\nb")) == []


@given(st.text(alphabet="ab \n", max_size=60), st.text(alphabet="ab \n", max_size=60))
def test_each_side_is_its_text_again(one: str, other: str) -> None:
    rows = side_by_side(one, other)
    assert text(rows, "left") == one
    assert text(rows, "right") == other
    assert all(row.is_same for row in rows) == (one == other)


def test_a_difference_far_down_is_not_overlooked() -> None:
    before = "\n".join("same" for _ in range(MOST_LINES + 5))
    assert unified(side_by_side(before, before + "\nmore"), context=0)[-1] == "+ more"
    assert all(row.is_same for row in side_by_side(before, before))


def test_very_different_long_texts_are_compared_in_time_and_what_is_left_out_is_said() -> None:
    before = "\n".join("a b " * 100 + str(n % 97) for n in range(5_000))
    after = "\n".join("b a " * 100 + str(n % 89) for n in range(6_000))
    began = time.monotonic()
    rows = side_by_side(before, after)
    assert time.monotonic() - began < 5
    assert rows[-1].left == ((f"… {5_000 - MOST_LINES:,} more lines, which differ …", True),)


def test_a_changed_line_stands_beside_the_one_that_is_like_it() -> None:
    before = "the weather is mock data"
    after = "something else entirely here\nthe weather is made up data"
    rows = side_by_side(before, after)
    assert [row.left is None for row in rows] == [True, False]
    assert unified(rows) == [
        "- the weather is mock data",
        "+ something else entirely here",
        "+ the weather is made up data",
    ]
