"""Without a person: what was named beforehand runs, the rest does not, and the end is told as one number."""

from dataclasses import replace

import pytest

from tests.core.test_approval import READS, WRITES, Server
from tests.fakes import MemoryArchive
from tui.core.approval import ApprovalGate, WaitingCall
from tui.core.errors import StoreError
from tui.core.events import EndReason, Event, Json, ToolFinished, TurnEnded
from tui.core.finding import conversation_beginning_with, newest_conversation
from tui.core.ports import FileChange
from tui.core.trust import MemoryTrust
from tui.core.unattended import AllowedBeforehand, ExitStatus, status_of, worst


class Unattended:
    """A gate that nobody watches, before one tool that is called `act`."""

    def __init__(self, server: Server, *allowed: str) -> None:
        self.server = server
        self.told: list[str] = []
        self.gate = ApprovalGate(server, MemoryTrust(), AllowedBeforehand(allowed, self.told.append))

    async def runs(self, **arguments: Json) -> bool:
        """Whether a call with these arguments may run."""
        call = WaitingCall(1, "c1", "act", arguments, emit=lambda _event: None, log=())
        return (await self.gate.admit(call)).arguments is not None


@pytest.mark.parametrize(("allowed", "runs"), [((), False), (("ac",), False), (("act",), True), (("*",), True)])
async def test_what_would_be_asked_runs_only_when_its_exact_name_or_all_were_allowed(
    allowed: tuple[str, ...], runs: bool
) -> None:
    unattended = Unattended(Server(WRITES), *allowed)
    assert await unattended.runs() is runs
    assert any("--allow act lets it run" in words for words in unattended.told) is not runs


async def test_what_only_reads_runs_unasked_and_a_foreign_one_in_its_mode() -> None:
    assert await Unattended(Server(READS)).runs()
    foreign = Unattended(Server(READS, bundled=False))
    assert not await foreign.runs()
    foreign.gate.mode = "read_only"
    assert await foreign.runs()


async def test_replacing_a_file_takes_the_tool_s_name() -> None:
    change = FileChange("a.txt", "old", "new")
    unattended = Unattended(Server(WRITES, change=change))
    assert not await unattended.runs()
    assert "It replaces the file “a.txt”" in unattended.told[0]
    assert await Unattended(Server(WRITES, change=change), "act").runs()


@pytest.mark.parametrize("text", ["sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "abc\u202edef"])
async def test_arguments_that_stand_out_take_a_person_whatever_is_allowed(text: str) -> None:
    unattended = Unattended(Server(READS), "*", "act")
    assert await unattended.runs(text="harmless")
    assert not await unattended.runs(text=text)
    assert "--allow does not count" in unattended.told[0]


async def test_a_definition_that_changed_takes_a_person_whatever_is_allowed() -> None:
    unattended = Unattended(Server(READS), "*")
    assert await unattended.runs()
    unattended.server.spec = replace(unattended.server.spec, definition="v2", fingerprint="f2")
    assert not await unattended.runs()
    assert "not what it was" in unattended.told[0]


def ended(reason: EndReason) -> Event:
    return TurnEnded(at=0, turn=1, reason=reason, seconds=0)


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (ended("done"), 0),
        (ended("failed"), 1),
        (ended("denied"), 3),
        (ToolFinished(at=0, turn=1, call_id="c", name="act", status="denied", text=""), 3),
        (ToolFinished(at=0, turn=1, call_id="c", name="act", status="error", text=""), 0),
        (ended("limit"), 4),
        (ended("cancelled"), 130),
    ],
)
def test_each_end_has_its_number(event: Event, status: int) -> None:
    assert status_of(event) == status


def test_a_run_is_told_by_its_worst_part() -> None:
    assert worst([]) is ExitStatus.DONE
    assert worst([ExitStatus.DENIED, ExitStatus.DONE]) is ExitStatus.DENIED
    assert worst([ExitStatus.FAILED, ExitStatus.LIMIT, ExitStatus.DENIED]) is ExitStatus.FAILED


async def test_a_kept_conversation_is_found_by_its_first_digits_or_as_the_newest() -> None:
    archive = MemoryArchive()
    with pytest.raises(StoreError, match="no conversation yet"):
        await newest_conversation(archive)
    for at, name in enumerate(("aa1", "ab2")):
        archive.append(name, TurnEnded(at=at, turn=1, reason="done", seconds=0))
    assert await newest_conversation(archive) == "ab2"
    assert await conversation_beginning_with(archive, "aa") == "aa1"
    with pytest.raises(StoreError, match="2 conversations have"):
        await conversation_beginning_with(archive, "a")
    with pytest.raises(StoreError, match="No conversation has"):
        await conversation_beginning_with(archive, "b")
