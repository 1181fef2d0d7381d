import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.events import DURABLE_EVENTS, called, said
from tui.core.errors import StoreError
from tui.core.events import Event, TextDelta, UserSaid
from tui.store.recording import read_recording, write_recording

CONVERSATION = [said("Hello\nthere"), *called("calculate"), *called("greet", ok=False)]


@given(st.lists(DURABLE_EVENTS, min_size=1, max_size=5))
def test_a_recording_reads_back_as_it_was_written(events: list[Event]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "conversation.jsonl"
        write_recording(path, events)
        assert read_recording(path) == events


def test_a_recording_is_one_event_a_line(tmp_path: Path) -> None:
    path = tmp_path / "conversation.jsonl"
    write_recording(path, CONVERSATION)
    assert path.read_text().count("\n") == len(CONVERSATION)


def test_a_recording_edited_by_hand_may_have_empty_lines_a_mark_and_wide_characters(tmp_path: Path) -> None:
    path = tmp_path / "conversation.jsonl"
    path.write_text(
        '\ufeff{"v":1,"type":"UserSaid","at":1,"turn":1,"text":"こんにちは"}\r\n\n', encoding="utf-8", newline=""
    )
    assert read_recording(path) == [UserSaid(at=1.0, turn=1, text="こんにちは")]


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "conversation.jsonl"
    write_recording(path, CONVERSATION)
    path.write_text(path.read_text()[:-20])
    with pytest.raises(StoreError, match=r"Line 5 of “conversation\.jsonl”"):
        read_recording(path)


@given(st.data())
def test_a_mutated_recording_is_read_or_refused_in_words(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "conversation.jsonl"
        write_recording(path, CONVERSATION)
        content = bytearray(path.read_bytes())
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 50))] = data.draw(st.binary(max_size=20))
        path.write_bytes(content)
        with suppress(StoreError):
            assert all(isinstance(event, Event) for event in read_recording(path))


@pytest.mark.parametrize("name", ["missing.jsonl", "nul\x00.jsonl"])
def test_no_file_is_said_in_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="There is no file"):
        read_recording(tmp_path / name)


def test_a_folder_and_an_empty_file_are_no_recordings(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        read_recording(tmp_path)
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(StoreError, match="There is nothing in"):
        read_recording(tmp_path / "empty.jsonl")


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "conversation.jsonl"
    write_recording(path, CONVERSATION)
    with pytest.raises(StoreError):
        write_recording(path, [said("new"), TextDelta(at=1.0, turn=1, round=1, text="x")])
    assert read_recording(path) == CONVERSATION
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_way_is_said_in_words(tmp_path: Path) -> None:
    path = tmp_path / "conversation.jsonl"
    path.mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        write_recording(path, CONVERSATION)
    assert list(tmp_path.iterdir()) == [path]
