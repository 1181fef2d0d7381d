import json
import stat
from pathlib import Path

import pytest

from tui.azure.quirks import Quirks, QuirksFile

LEARNT = Quirks(model="gpt-5", api="responses", dropped=("include",), images=False)
WEEK = 7 * 24 * 3600


def test_quirks_are_kept_for_their_deployment_alone(tmp_path: Path) -> None:
    file = QuirksFile(tmp_path / "quirks.json")
    file.save("host/a", LEARNT)
    file.save("host/b", Quirks(model="x"))
    assert file.load("host/a") == LEARNT
    assert file.load("host/c") == Quirks()


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    path = tmp_path / "new" / "quirks.json"
    QuirksFile(path).save("host/a", LEARNT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["quirks.json"]


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"\xff\x00",
        b"[]",
        b'{"deployments": 3}',
        b'{"deployments": {"host/a": [1]}}',
        b'{"deployments": {"host/a": {"api": "fax", "dropped": "include", "learnt_at": "x"}}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_counts_as_empty_and_is_replaced(tmp_path: Path, damaged: bytes) -> None:
    path = tmp_path / "quirks.json"
    path.write_bytes(damaged)
    file = QuirksFile(path)
    assert file.load("host/a") == Quirks()
    file.save("host/a", LEARNT)
    assert file.load("host/a") == LEARNT


def test_values_of_other_types_count_as_not_set(tmp_path: Path) -> None:
    path = tmp_path / "quirks.json"
    record = {"api": "fax", "dropped": ["include", 3], "images": "no", "model": 4, "learnt_at": 100}
    path.write_text(json.dumps({"deployments": {"host/a": record}}))
    assert QuirksFile(path, now=lambda: 100).load("host/a") == Quirks(dropped=("include",))


def test_what_was_learnt_is_tried_anew_after_a_week(tmp_path: Path) -> None:
    path = tmp_path / "quirks.json"
    QuirksFile(path, now=lambda: 1000).save("host/a", LEARNT)
    assert QuirksFile(path, now=lambda: 1000 + WEEK - 1).load("host/a") == LEARNT
    assert QuirksFile(path, now=lambda: 1000 + WEEK).load("host/a") == Quirks()


def test_the_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "quirks.json"
    records = {f"host/{i}": {"learnt_at": 1} for i in range(500)}
    path.write_text(json.dumps({"deployments": records}))
    QuirksFile(path).save("host/new", LEARNT)
    kept = json.loads(path.read_text())["deployments"]
    assert len(kept) == 200
    assert "host/new" in kept


def test_a_place_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.touch()
    file = QuirksFile(blocker / "quirks.json")
    file.save("host/a", LEARNT)
    assert file.load("host/a") == Quirks()


def test_without_a_path_nothing_is_kept() -> None:
    file = QuirksFile(None)
    file.save("host/a", LEARNT)
    assert file.load("host/a") == Quirks()
