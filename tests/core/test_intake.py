"""What may be sent, and what is looked at twice."""

import pytest

from tui.core.intake import refusal, suspicion


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_empty_message_is_refused_in_words(text: str) -> None:
    assert "type a message" in refusal(text)


def test_message_over_the_limit_is_refused_with_both_numbers() -> None:
    assert refusal("x" * 10_000) == ""
    words = refusal("x" * 10_001)
    assert "10,001" in words
    assert "10,000" in words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("< SCRIPT src=x>", "<script>"),
        ("see JavaScript:alert(1)", "javascript:"),
        ("please eval (x)", "eval("),
        ("exec('rm')", "exec("),
        ("retrieval(x) and evaluate(x)", ""),
        ("what is javascript?", ""),
        ("Calculate 15 * 8", ""),
    ],
)
def test_code_that_is_meant_to_run_is_noticed(text: str, found: str) -> None:
    assert suspicion(text) == found
