"""A change is shown line by line and word by word, whole, and in bounded time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.word_diff import ChangedLine, changed_lines

LINES = st.lists(st.sampled_from(["a", "b", "c d", "c e", ""]), max_size=12).map("\n".join)


def marked(line: ChangedLine) -> list[str]:
    return [text for text, differs in line.pieces() if differs]


def test_words_that_differ_are_marked_on_both_sides() -> None:
    went, came = changed_lines("keep\nsend to alice now\nkeep", "keep\nsend to mallory now\nkeep")[1:3]
    assert (went.sign, marked(went)) == ("-", ["alice"])
    assert (came.sign, marked(came)) == ("+", ["mallory"])


def test_lines_far_from_a_change_are_left_out_and_counted() -> None:
    before = "\n".join(map(str, range(100)))
    lines = changed_lines(before, before.replace("50", "fifty"))
    assert [line.skipped for line in lines if line.skipped] == [47]
    assert [line.text for line in lines] == ["47", "48", "49", "50", "fifty", "51", "52", "53"]


def test_equal_texts_have_no_change() -> None:
    assert changed_lines("a\nb", "a\nb") == []


@given(LINES, LINES)
def test_nothing_of_a_change_is_left_out(before: str, after: str) -> None:
    lines = changed_lines(before, after, context=1000)
    if before == after:
        assert lines == []
        return
    assert "\n".join(line.text for line in lines if line.sign != "+") == before
    assert "\n".join(line.text for line in lines if line.sign != "-") == after
    assert all("".join(text for text, _ in line.pieces()) == line.text for line in lines)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n".join("ab"[n % 2] for n in range(20_000)), "\n".join("ba"[n % 3 % 2] for n in range(20_000))),
        ("a b " * 100_000, "b a a " * 100_000),
    ],
    ids=["lines", "words"],
)
def test_texts_made_to_be_slow_are_compared_whole_and_soon(before: str, after: str) -> None:
    began = time.process_time()
    lines = changed_lines(before, after)
    marks = [line.pieces() for line in lines[:50]]
    assert time.process_time() - began < 2
    assert any(differs for pieces in marks for _, differs in pieces)
