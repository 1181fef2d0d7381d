import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.transcript.samples import MARKDOWN
from tui.ui.transcript.splitter import CHARACTERS_PER_PIECE, LINES_PER_PIECE, Piece, Splitter, split

scraps = st.sampled_from(
    [
        "word ",
        "\n",
        "\n\n",
        "- item\n",
        "1. one\n",
        "   ",
        "```python\n",
        "```\n",
        "| a | b |\n",
        "|---|---|\n",
        "> q\n",
    ]
)
texts = st.lists(scraps, max_size=60).map("".join)


def streamed(text: str, step: int) -> list[Piece]:
    splitter = Splitter()
    pieces: list[Piece] = []
    for position in range(0, len(text), step):
        pieces += splitter.feed(text[position : position + step])
        splitter.tail()
    return pieces + splitter.finish()


@given(texts, st.integers(1, 9))
def test_where_it_is_cut_does_not_depend_on_how_the_text_arrives(text: str, step: int) -> None:
    assert streamed(text, step) == split(text)


def test_line_of_blanks_that_is_almost_a_table_takes_no_cubic_time() -> None:
    blanks = " " * (CHARACTERS_PER_PIECE // 2 - 10)
    began = time.process_time()
    assert "".join(piece.source for piece in split(f"a | b\n{blanks}-{blanks}x")).endswith("x")
    assert time.process_time() - began < 1  # it takes a millisecond; with backtracking, 4 s


@given(texts)
def test_only_blank_lines_are_lost_between_pieces(text: str) -> None:
    kept = "".join(piece.source for piece in split(text))
    assert [line for line in kept.split("\n") if line.strip()] == [line for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize(
    "text",
    [
        "```python\n" + "x = 1\n" * 500 + "```",
        "- item\n" * 500,
        "a line of a paragraph\n" * 500,
        "word " * 20_000,
        "x" * 100_000,
        "| a |\n|---|\n" + "| b |\n" * 500,
    ],
)
def test_no_piece_grows_without_limit(text: str) -> None:
    pieces = split(text)
    assert max(len(piece.source) for piece in pieces) <= CHARACTERS_PER_PIECE + 1
    assert len(pieces) > 5


def test_a_long_fence_is_cut_and_stays_code() -> None:
    pieces = split("```python\n" + '"""doc\n' + "x\n" * 30 + "```\nafter")
    code = [piece for piece in pieces if piece.fence]
    assert len(code) > 1
    assert all(len(piece.text.splitlines()) <= LINES_PER_PIECE for piece in code)
    assert [piece.fence.opens for piece in code if piece.fence] == [True] + [False] * (len(code) - 1)
    assert code[1].fence is not None
    assert code[1].fence.context == code[0].text + "\n"
    assert pieces[-1].fence is None


def test_a_numbered_list_that_was_cut_goes_on_counting() -> None:
    pieces = split("1. a\n\n1. b\n\n   more\n\n1. c\n\nText.\n\n1. new")
    assert [piece.ordinal for piece in pieces] == [1, 2, None, 3, None, 1]


def test_code_within_a_list_keeps_its_place() -> None:
    piece = next(piece for piece in split(MARKDOWN) if piece.fence)
    assert piece.indent == 3
    assert piece.text.startswith("def greet")


def test_a_long_table_repeats_its_head() -> None:
    pieces = split("| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 200)
    assert len(pieces) > 2
    assert all(piece.text.startswith("| a | b |\n|---|---|\n") for piece in pieces)
