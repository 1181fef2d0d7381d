"""What is allowed for good outlives the run, also beside another run, on a bad disk and after damage."""

import json
import stat
from pathlib import Path

import pytest

from tui.core.ports import Allowance, SeenTool
from tui.store import trust_form
from tui.store.trust import FILE_NAME, NOT_KEPT, TrustFile

SEEN = SeenTool("files http://127.0.0.1:1/sse", "delete", "f1", '{"name": "delete"}', 1.0)
ALLOWED = Allowance(SEEN.server, SEEN.tool, SEEN.fingerprint, 2.0)
BIDI = SeenTool("s\u202e", "t\ud800", "f", '{"description": "\u200b"}', 1.0)


def tool(name: str, fingerprint: str = "f1", definition: str = "{}") -> SeenTool:
    return SeenTool("files", name, fingerprint, definition, 1.0)


def damaged_files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if "damaged" in path.name]


async def test_what_was_allowed_and_seen_is_there_in_the_next_run_exactly_as_it_was(tmp_path: Path) -> None:
    first = await TrustFile.open(tmp_path / "data")
    first.remember([SEEN, BIDI])
    first.allow(ALLOWED)
    await first.aclose()
    again = await TrustFile.open(tmp_path / "data")
    assert again.seen(SEEN.server, SEEN.tool) == SEEN
    assert again.seen(BIDI.server, BIDI.tool) == BIDI
    assert list(again.allowances()) == [ALLOWED]
    assert first.problem == again.problem == ""


async def test_what_was_revoked_is_asked_about_in_the_next_run(tmp_path: Path) -> None:
    first = await TrustFile.open(tmp_path)
    first.allow(ALLOWED)
    await first.flush()
    first.revoke(ALLOWED)
    assert first.allowances() == ()
    await first.aclose()
    assert (await TrustFile.open(tmp_path)).allowances() == ()


async def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    trust = await TrustFile.open(tmp_path / "new")
    trust.allow(ALLOWED)
    await trust.aclose()
    assert stat.S_IMODE((tmp_path / "new" / FILE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


async def test_two_runs_at_once_lose_nothing_and_learn_of_each_other(tmp_path: Path) -> None:
    runs = [await TrustFile.open(tmp_path) for _ in range(2)]
    for number in range(20):
        runs[number % 2].allow(Allowance("files", f"t{number}", "f1", float(number)))
    for run in runs:
        await run.flush()
    everything = {f"t{number}" for number in range(20)}
    assert {allowance.tool for allowance in (await TrustFile.open(tmp_path)).allowances()} == everything
    runs[0].remember([SEEN])
    await runs[0].flush()
    assert {allowance.tool for allowance in runs[0].allowances()} == everything


async def test_definition_that_another_run_saw_first_is_not_replaced_by_a_first_sight(tmp_path: Path) -> None:
    first, second = await TrustFile.open(tmp_path), await TrustFile.open(tmp_path)
    first.remember([tool("delete", "before")])
    await first.flush()
    second.remember([tool("delete", "after")])
    await second.flush()
    known = second.seen("files", "delete")
    assert known
    assert known.fingerprint == "before"
    second.remember([tool("delete", "after")])  # now that it is known, this is an approval
    await second.aclose()
    approved = (await TrustFile.open(tmp_path)).seen("files", "delete")
    assert approved
    assert approved.fingerprint == "after"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\x00", b'{"v": 1}', b'{"v": 1, "seen": [{}], "allowed": []}', b"[" * 100_000],
    ids=["empty", "cut", "list", "binary", "bare", "fields", "deep"],
)
async def test_damaged_file_is_set_aside_and_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    trust = await TrustFile.open(tmp_path)
    (kept,) = damaged_files(tmp_path)
    assert kept.read_bytes() == content
    assert kept.name in trust.problem
    trust.allow(ALLOWED)
    await trust.aclose()
    assert list((await TrustFile.open(tmp_path)).allowances()) == [ALLOWED]


async def test_file_of_a_newer_version_stays_as_it_is(tmp_path: Path) -> None:
    content = json.dumps({"v": 2, "other": []})
    (tmp_path / FILE_NAME).write_text(content)
    trust = await TrustFile.open(tmp_path)
    trust.allow(ALLOWED)
    await trust.aclose()
    assert list(trust.allowances()) == [ALLOWED]
    assert "newer" in trust.problem
    assert (tmp_path / FILE_NAME).read_text() == content


async def test_what_cannot_be_written_is_said_holds_in_memory_and_is_written_later(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.write_text("no folder yet")
    trust = await TrustFile.open(folder)
    trust.allow(ALLOWED)
    await trust.flush()
    assert trust.problem.startswith(NOT_KEPT)
    assert list(trust.allowances()) == [ALLOWED]
    folder.unlink()
    trust.remember([SEEN])
    await trust.flush()
    assert trust.problem == ""
    assert list((await TrustFile.open(folder)).allowances()) == [ALLOWED]


async def test_what_could_not_be_written_is_tried_once_more_at_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.write_text("no folder yet")
    trust = await TrustFile.open(folder)
    trust.allow(ALLOWED)
    await trust.flush()
    folder.unlink()
    await trust.aclose()
    assert list((await TrustFile.open(folder)).allowances()) == [ALLOWED]


async def test_tools_seen_first_are_forgotten_when_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust_form, "MOST_TOOLS", 3)
    trust = await TrustFile.open(tmp_path)
    trust.remember([tool(name) for name in "abc"])
    trust.remember([tool("a", "f2"), tool("d")])
    assert [name for name in "abcd" if trust.seen("files", name)] == ["a", "c", "d"]
    monkeypatch.setattr(trust_form, "MOST_CHARACTERS", 100)
    trust.remember([tool("e", definition="x" * 99)])
    assert [name for name in "abcde" if trust.seen("files", name)] == ["e"]
    await trust.aclose()
