import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.ui.lines.wrap import wrap

lines = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=120)
wordy = st.lists(
    st.sampled_from(["a", "word", "天气", "👨‍👩‍👧", "é", "longer-than-most", "。", "  "]), max_size=40
).map(" ".join)


@given(st.one_of(lines, wordy), st.integers(2, 60))
def test_no_row_is_wider_than_asked_and_nothing_but_spaces_is_lost(text: str, width: int) -> None:
    cuts = wrap(text, width)
    assert all(cell_len(text[cut.start : cut.end]) <= width for cut in cuts)
    assert "".join(text[cut.start : cut.next] for cut in cuts) == text
    assert all(not text[cut.end : cut.next].strip(" ") for cut in cuts)
    assert all(cut.next > cut.start for cut in cuts) or not text


@pytest.mark.parametrize(
    ("text", "width", "rows"),
    [
        ("", 10, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("    indented words", 10, ["    indent", "ed words"]),
        ("unbreakable", 4, ["unbr", "eaka", "ble"]),
        ("天气很好", 5, ["天气", "很好"]),
        ("很好。对", 4, ["很", "好。", "对"]),
        ("a 👨‍👩‍👧 b", 4, ["a 👨‍👩‍👧", "b"]),
    ],
)
def test_breaks_where_a_reader_expects(text: str, width: int, rows: list[str]) -> None:
    assert [text[cut.start : cut.end] for cut in wrap(text, width)] == rows


def test_last_character_that_is_wider_than_the_row_has_a_row_of_its_own() -> None:
    assert [text[cut.start : cut.end] for text in ["aé漢"] for cut in wrap(text, 1)] == ["a", "é", "漢"]
