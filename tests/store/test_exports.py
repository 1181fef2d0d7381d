import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.events import answered, called, said
from tui.core.errors import StoreError
from tui.core.events import Event, Renamed, TextDelta
from tui.core.redaction import Redactor
from tui.store import recording
from tui.store.exports import FileExporter, export, file_name, import_recording
from tui.store.recording import read_recording, write_recording

SECRET = "sk-very-secret-1234"
CONVERSATION: list[Event] = [said("What is 15 * 8?"), *called("calculate"), answered("120")]


async def test_a_conversation_is_written_in_each_form_to_a_private_file_named_after_it(tmp_path: Path) -> None:
    exporter = FileExporter(tmp_path / "data" / "exports")
    markdown = await exporter.export(CONVERSATION, exporter.suggest("What is 15 * 8?", "markdown"), "markdown")
    assert markdown == tmp_path / "data" / "exports" / "What-is-15-8.md"
    assert markdown.read_text(encoding="utf-8").startswith("# What is 15 \\* 8?\n")
    document = await exporter.export(CONVERSATION, exporter.suggest("What is 15 * 8?", "json"), "json")
    assert json.loads(document.read_text(encoding="utf-8"))["title"] == "What is 15 * 8?"
    lines = await exporter.export(CONVERSATION, exporter.suggest("x", "recording"), "recording")
    assert await exporter.read(lines) == CONVERSATION
    assert {stat.S_IMODE(path.stat().st_mode) for path in (markdown, document, lines)} == {0o600}
    assert stat.S_IMODE(exporter.suggest("x", "json").parent.stat().st_mode) == 0o700


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("mine")
    written = [export(CONVERSATION, tmp_path / "a.md", "markdown").name for _ in range(3)]
    assert written == ["a-2.md", "a-3.md", "a-4.md"]
    assert (tmp_path / "a.md").read_text() == "mine"
    assert FileExporter(tmp_path).suggest("a", "markdown").name == "a-5.md"


def test_in_a_folder_the_file_is_named_after_the_conversation(tmp_path: Path) -> None:
    events = [*CONVERSATION, Renamed(at=9.0, title="../../etc/pass wd")]
    assert export(events, tmp_path, "json") == tmp_path / "etc-pass-wd.json"


@given(st.text(max_size=100))
def test_any_title_makes_a_file_name_that_stays_in_its_folder(title: str) -> None:
    name = file_name(title, "recording")
    assert Path(name).name == name
    assert name.endswith(".jsonl")
    assert not name.startswith((".", "-"))
    assert 0 < len(name.encode()) < 256
    assert name.isprintable()


@pytest.mark.parametrize("title", ["CON", "", "…", "..", "nul", "LPT1"])
def test_a_title_without_a_usable_name_gets_one(title: str) -> None:
    assert file_name(title, "markdown").startswith("conversation")


def test_a_failed_export_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "a.md", tmp_path / "a\x00.md", tmp_path / ("x" * 300)):
        with pytest.raises(StoreError, match="cannot be written"):
            export(CONVERSATION, path, "markdown")
    with pytest.raises(StoreError, match="TextDelta"):
        export([TextDelta(at=1.0, turn=1, round=1, text="x")], tmp_path / "b.jsonl", "recording")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_secrets_are_in_no_form_of_export(tmp_path: Path) -> None:
    redact = Redactor([SECRET])
    events = [said(f"My key is {SECRET}"), answered(f"Do not tell {SECRET}")]
    for form in ("markdown", "json", "recording"):
        path = export(events, tmp_path / form, form, redact)
        assert "key removed" in path.read_text()
        assert SECRET not in path.read_text()
    write_recording(tmp_path / "plain.jsonl", events, redact=redact)
    assert SECRET not in (tmp_path / "plain.jsonl").read_text()


def test_what_is_no_recording_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n")
    with pytest.raises(StoreError, match="There is nothing in"):
        import_recording(path)
    write_recording(path, CONVERSATION)
    path.write_text(path.read_text() + "nonsense\n")
    with pytest.raises(StoreError, match="Line 5 of"):
        import_recording(path)
    monkeypatch.setattr(recording, "LARGEST_FILE", 100)
    with pytest.raises(StoreError, match="too large"):
        read_recording(path)
    with pytest.raises(StoreError, match="There is no file"):
        import_recording(tmp_path / "none")


def test_an_exported_recording_is_read_as_it_was(tmp_path: Path) -> None:
    path = export(CONVERSATION, tmp_path / "a.jsonl", "recording")
    assert import_recording(path) == CONVERSATION
