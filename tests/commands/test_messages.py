"""Predefined messages: from text files and from recordings; what cannot be sent is said before anything is."""

from pathlib import Path

import pytest

from tui.commands.headless.messages import is_piped, messages_in
from tui.core.errors import AppError
from tui.core.intake import MAX_CHARACTERS
from tui.examples import EXAMPLES


def test_a_line_is_a_message_but_for_comments_and_blank_ones(tmp_path: Path) -> None:
    path = tmp_path / "messages.txt"
    path.write_bytes("\ufeff# greetings\r\n\r\n  Hello  \r\nBye \x1b[31m#1\n".encode())
    assert messages_in(path) == ["Hello", "Bye #1"]


def test_a_recording_gives_the_messages_of_its_person() -> None:
    for example in EXAMPLES:
        assert example.recording
        assert tuple(messages_in(example.recording)) == example.messages


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "There is no message in “messages.txt”"),
        (b"# nothing\n\n", "There is no message"),
        (b"Hello\n" + b"a" * (MAX_CHARACTERS + 1), "Message 2 of “messages.txt” cannot be sent"),
        (b"\x7fELF\0\0", "“messages.txt” is no text"),
        (b"a\n" * 600_000, "“messages.txt” has more than 1 MB"),
    ],
)
def test_what_cannot_be_sent_is_said(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "messages.txt"
    path.write_bytes(content)
    with pytest.raises(AppError) as refused:
        messages_in(path)
    assert words in refused.value.message


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.txt", tmp_path / "gone.jsonl"):
        with pytest.raises(AppError):
            messages_in(path)


def test_text_comes_from_a_file_but_not_from_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("text")
    with path.open() as file, Path("/dev/null").open() as nowhere:
        assert is_piped(file.fileno())
        assert not is_piped(nowhere.fileno())
    assert not is_piped(file_descriptor_that_is_closed())


def file_descriptor_that_is_closed() -> int:
    return 1_000_000
