import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.ui.history.fakes import summary
from tui.core.ports import SearchHit, Snippet
from tui.ui.history.layout import Layout
from tui.ui.history.snippets import snippet_cells


def line(*pieces: tuple[str, bool], turn: int = 2, source: str = "answer", width: int = 60) -> str:
    hit = SearchHit(summary("a"), Snippet(turn, source, pieces))
    return "".join(text for text, _ in snippet_cells(hit, width))


def test_the_words_around_a_hit_stand_on_one_line_behind_their_place() -> None:
    told = line(("some\n  words ", False), ("hit", True), ("\there", False))
    assert told.rstrip() == "    turn 2 · answer   some words hit here"
    assert line(("", False), ("hit", True), turn=0, source="result").rstrip() == "    by hand · result   hit"


def test_a_hit_far_behind_stays_in_sight() -> None:
    told = line(("word " * 100, False), ("hit", True), (" word" * 100, False), width=60)
    assert "…" in told
    assert " hit " in told
    assert told.rstrip().endswith("…")


def test_a_hit_in_the_title_alone_says_so() -> None:
    cells = snippet_cells(SearchHit(summary("a")), 30)
    assert "".join(text for text, _ in cells) == "    in the title".ljust(30)


def test_what_was_found_is_told_apart() -> None:
    hit = SearchHit(summary("a"), Snippet(1, "call", (("a ", False), ("b", True), (" c", False))))
    assert ("b", "hit") in snippet_cells(hit, 60)


@given(st.lists(st.tuples(st.text(max_size=30), st.booleans()), max_size=5), st.integers(1, 90), st.integers(0, 10**6))
def test_the_line_takes_exactly_its_cells(pieces: list[tuple[str, bool]], width: int, turn: int) -> None:
    assert cell_len(line(*pieces, turn=turn, width=width)) == width


@pytest.mark.parametrize("height", [1, 2])
@pytest.mark.parametrize(("rows", "pinned"), [(0, 0), (1, 0), (3, 0), (3, 1), (3, 3), (1, 1)])
def test_every_line_of_the_list_is_one_line_of_one_row_or_a_heading(rows: int, pinned: int, height: int) -> None:
    layout = Layout(rows, pinned, height)
    told = [layout.at(line) for line in range(layout.lines)]
    assert [place for place in told if isinstance(place, tuple)] == [(r, p) for r in range(rows) for p in range(height)]
    assert [layout.at(layout.top(row)) for row in range(rows)] == [(row, 0) for row in range(rows)]
    assert told.count("pinned") == (pinned > 0)
    assert told.count("others") == (0 < pinned < rows)
    assert layout.at(layout.lines) is None
    assert layout.at(-1) is None
