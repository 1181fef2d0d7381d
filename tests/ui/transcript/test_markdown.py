import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.ui.transcript.fakes import PLAIN_LOOK
from tests.ui.transcript.samples import MARKDOWN
from tui.ui.lines.line import Line
from tui.ui.transcript.blocks import AnswerBlock
from tui.ui.transcript.markdown import render_piece
from tui.ui.transcript.splitter import split

anything = st.text(
    st.one_of(st.characters(), st.sampled_from("*_`[]()<>#-|>\n \t&;天👨\u200d\u0301\x1b\u202e")), max_size=200
)


def lines_of(text: str, width: int = 80) -> list[Line]:
    return [line for piece in split(text) for line in render_piece(piece, width, PLAIN_LOOK)]


def text_of(text: str, width: int = 80) -> list[str]:
    return [line.strip.text.rstrip() for line in lines_of(text, width)]


@pytest.mark.parametrize("width", [*range(8, 60), 80, 120, 200])
def test_no_row_is_wider_than_the_view(width: int) -> None:
    for line in lines_of(MARKDOWN, width):
        assert line.strip.cell_length <= width
        assert cell_len(line.strip.text) == line.strip.cell_length


@settings(max_examples=300, deadline=None)
@example("a\r\rb", 8)
@given(anything, st.integers(8, 60))
def test_any_text_renders_within_its_width_and_harmlessly(text: str, width: int) -> None:
    for line in lines_of(text, width):
        assert cell_len(line.strip.text) <= width
        assert not set(line.strip.text) & {"\x1b", "\u202e", "\n", "\t"}


def test_html_and_markup_are_shown_as_they_are_written() -> None:
    shown = "\n".join(text_of("<b>bold</b> [/x] [@click=app.quit]x[/]\n\n<div>\nblock\n</div>"))
    assert " <b>bold</b> [/x] [@click=app.quit]x[/]" in shown
    assert " <div>\n block\n </div>" in shown


def test_a_link_shows_its_whole_address_once() -> None:
    assert text_of("[here](https://example.com/a?b=c) <https://example.com>") == [
        " here (https://example.com/a?b=c) https://example.com"
    ]


def test_a_link_defined_elsewhere_loses_nothing() -> None:
    assert text_of("See [here][1].\n\n[1]: https://example.com") == [" See [here][1].", "", " [1]: https://example.com"]


def test_an_empty_fence_still_takes_a_row() -> None:
    assert len(text_of("```\n```")) == 1


def test_a_script_address_is_no_link() -> None:
    assert text_of("[x](javascript:alert(1))") == [" [x](javascript:alert(1))"]


def test_an_entity_cannot_smuggle_in_what_a_terminal_obeys() -> None:
    assert not set("".join(text_of("a &#x1b;[31m &#x202e; &#x9b;b\n\n```\x1b\u202e\nx\n```"))) & {
        "\x1b",
        "\u202e",
        "\x9b",
    }


def test_nested_lists_are_moved_in_and_numbered() -> None:
    assert text_of("1. one\n   - in\n     - deeper\n2. two") == [
        " 1. one",
        "    ◦ in",
        "      ‣ deeper",
        " 2. two",
    ]


def test_a_row_of_a_list_item_that_wraps_is_moved_in() -> None:
    assert text_of("- one two three four five", 21) == [" • one two three", "   four five"]


def test_an_empty_item_and_one_with_only_code_show_their_marks() -> None:
    assert [line.strip() for line in text_of("-\n- ```\n  x\n  ```")][:2] == ["•", "•"]


def test_a_quote_has_a_bar_on_every_row() -> None:
    assert text_of("> one two three four\n> five", 21) == [" ▎ one two three", " ▎ four", " ▎ five"]


def test_table_columns_line_up_with_wide_characters() -> None:
    shown = lines_of("| a | b |\n|---|--:|\n| 天气 | 1 |\n| x | 22 |")
    assert [line.strip.text.rstrip() for line in shown] == [" a      b", " ────  ──", " 天气   1", " x     22"]
    assert len({line.strip.cell_length for line in shown}) == 1


def test_a_table_that_is_too_narrow_wraps_its_cells() -> None:
    shown = text_of("| name | about |\n|---|---|\n| x | one two three four five six |", 24)
    assert shown[2:] == [" x     one two three", "       four five six"]


def test_too_many_columns_for_the_width_become_a_list() -> None:
    head = "|" + "column|" * 9
    shown = text_of(f"{head}\n{'|' + '---|' * 9}\n{'|' + 'value|' * 9}", 30)
    assert shown == [" column: value"] * 9


def test_long_code_wraps_with_a_sign_and_copies_as_one_line() -> None:
    shown = lines_of("```\n" + "word " * 12 + "\n```", 40)
    assert "↪" in shown[1].strip.text
    assert "".join(line.content() + line.ending for line in shown) == "word " * 12 + "\n"


def test_code_is_coloured_by_what_comes_before_the_cut() -> None:
    code = '"""\n' + "inside\n" * 20 + '"""\n'
    last = lines_of(f"```python\n{code}```")[-2]
    names = [segment.style.meta["name"] for segment in last.strip if segment.style and "inside" in segment.text]
    assert names == ["lines--string"]


def test_a_whole_answer_has_the_rows_of_its_pieces() -> None:
    whole = AnswerBlock(MARKDOWN, gap=False).render(60, PLAIN_LOOK)
    assert [line.strip for line in whole] == [line.strip for line in lines_of(MARKDOWN, 60)]
