"""The gate: what runs unasked, what is told, what is asked, and what was approved is exactly what is sent."""

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.fakes import FakeHost, MemoryArchive, ScriptedModel, ask, say, tool
from tui.core.events import ApprovalAsked, Event, Json, Scope, ToolFinished, ToolStarted, TurnEnded
from tui.core.models import Models
from tui.core.ports import (
    ApprovalAnswer,
    ApprovalRequest,
    FileChange,
    LimitChoice,
    Mode,
    ServerStatus,
    ToolAnnotations,
    ToolSpec,
)
from tui.core.session import Session
from tui.core.trust import MemoryTrust

WAIT_SECONDS = 5
READS = ToolAnnotations(read_only=True, destructive=False, open_world=False)
WRITES = ToolAnnotations(read_only=False, destructive=True, open_world=False)


class Server(FakeHost):
    """One server with one tool, called `act`."""

    def __init__(
        self, hints: ToolAnnotations = READS, *, bundled: bool = True, change: FileChange | None = None
    ) -> None:
        super().__init__(act=tool("done"))
        self.spec = ToolSpec("act", "srv", "Acts.", {}, annotations=hints, definition="v1", fingerprint="f1")
        self.statuses = [ServerStatus("srv", "ready", url="http://127.0.0.1:1/sse", bundled=bundled)]
        self.change = change

    def specs(self) -> list[ToolSpec]:
        return [self.spec]

    async def file_change(self, name: str, arguments: Mapping[str, Json]) -> FileChange | None:
        return self.change


class Person:
    """Answers every question in the same way, and remembers what was asked."""

    def __init__(self, allow: bool = True, scope: Scope = "once", reason: str = "") -> None:
        self.allow, self.reason = allow, reason
        self.scope: Scope = scope
        self.arguments: Mapping[str, Json] | None = None
        self.asked: list[ApprovalRequest] = []

    async def answer(self, request: ApprovalRequest) -> ApprovalAnswer:
        self.asked.append(request)
        if not self.allow:
            return ApprovalAnswer(None, reason=self.reason)
        return ApprovalAnswer(request.arguments if self.arguments is None else self.arguments, self.scope)


async def at_limit(_rounds: int) -> LimitChoice:
    return "stop"


class Talk:
    """A session whose model calls `act` once a turn."""

    def __init__(self, host: Server, person: Person, trust: MemoryTrust | None = None) -> None:
        self.host, self.person = host, person
        self.trust = trust or MemoryTrust()
        self.arguments = "{}"
        ids = (f"c{number}" for number in itertools.count())
        self.model = ScriptedModel()
        self._ids = ids
        self.shown: list[Event] = []
        self.session = Session(
            models=Models.only(self.model), host=host, archive=MemoryArchive(), trust=self.trust, now=lambda: 1.0
        )
        self.session.attach(self.shown.append, at_limit, person.answer)

    async def turn(self) -> ToolFinished:
        self.model.answer_with(ask((next(self._ids), "act", self.arguments)), say("ok"))
        await self.session.send("go")
        return [event for event in self.session.events if isinstance(event, ToolFinished)][-1]

    @property
    def started(self) -> ToolStarted:
        return [event for event in self.session.events if isinstance(event, ToolStarted)][-1]


async def test_reading_tool_of_the_bundled_server_runs_unasked_and_the_log_says_why() -> None:
    talk = Talk(Server(READS), Person())
    assert (await talk.turn()).status == "ok"
    assert talk.person.asked == []
    assert talk.started.approval.decided_by == "rule"
    assert "only reads" in talk.started.approval.why


async def test_new_file_is_told_and_a_file_that_is_there_is_asked_about() -> None:
    new = Talk(Server(WRITES, change=FileChange("a.txt", None, "x")), Person())
    await new.turn()
    assert new.person.asked == []
    assert new.started.approval.told
    there = Talk(Server(WRITES, change=FileChange("a.txt", "old", "x")), Person())
    await there.turn()
    (request,) = there.person.asked
    assert request.risk == "It replaces the file “a.txt”, which is there already."
    assert request.change == FileChange("a.txt", "old", "x")


@pytest.mark.parametrize(
    "hints",
    [
        ToolAnnotations(),
        READS,
        ToolAnnotations(read_only=True, destructive=False, idempotent=True, open_world=False),
        ToolAnnotations(destructive=False),
    ],
    ids=["none", "reads", "harmless", "adds"],
)
async def test_every_tool_of_a_foreign_server_is_asked_about_whatever_it_says_of_itself(hints: ToolAnnotations) -> None:
    talk = Talk(Server(hints, bundled=False), Person())
    await talk.turn()
    assert len(talk.person.asked) == 1
    assert "not part of Callscope" in talk.person.asked[0].why


@pytest.mark.parametrize(
    ("hints", "risk"),
    [
        (ToolAnnotations(), "It may change or delete things, also outside of this computer."),
        (ToolAnnotations(destructive=False), "It may add to what is there, also outside of this computer."),
        (ToolAnnotations(open_world=False), "It may change or delete things."),
        (READS, "It says that it only reads; that cannot be checked."),
    ],
)
async def test_missing_hints_count_as_the_worst_case(hints: ToolAnnotations, risk: str) -> None:
    talk = Talk(Server(hints, bundled=False), Person())
    await talk.turn()
    assert talk.person.asked[0].risk == risk


async def test_bundled_tool_that_reaches_outside_is_asked_about() -> None:
    talk = Talk(Server(ToolAnnotations(read_only=True, open_world=True)), Person())
    await talk.turn()
    assert len(talk.person.asked) == 1


async def test_denied_call_never_reaches_the_tool_and_the_model_reads_why() -> None:
    talk = Talk(Server(bundled=False), Person(allow=False, reason="use the other folder"))
    finished = await talk.turn()
    assert talk.host.calls == []
    assert (finished.status, finished.text) == ("denied", "The person did not allow this call: use the other folder")
    assert talk.started.approval.decided_by == "person"
    assert [m.text for m in talk.model.asked[-1][0] if hasattr(m, "call_id")] == [finished.text]


async def test_two_denials_of_one_tool_end_the_turn() -> None:
    talk = Talk(Server(bundled=False), Person(allow=False))
    talk.model.answer_with(ask(("a", "act", "{}")), ask(("b", "act", "{}")), say("never"))
    await talk.session.send("go")
    end = talk.session.events[-1]
    assert isinstance(end, TurnEnded)
    assert (end.reason, end.message) == ("denied", "You did not allow act twice, so the turn was ended.")
    assert len(talk.model.asked) == 2


async def test_what_was_approved_is_exactly_what_is_sent_also_when_it_was_edited() -> None:
    talk = Talk(Server(bundled=False), Person())
    talk.arguments = '{"path": "a"}'
    talk.person.arguments = {"path": "b"}
    finished = await talk.turn()
    assert talk.host.calls == [("act", {"path": "b"})]
    assert talk.started.arguments == {"path": "b"}
    assert talk.started.approval.edited
    assert 'changed the arguments to {"path": "b"}' in finished.text


async def test_allowed_for_this_conversation_holds_there_alone_and_when_it_is_opened_again() -> None:
    talk = Talk(Server(bundled=False), Person(scope="conversation"))
    await talk.turn()
    await talk.turn()
    assert len(talk.person.asked) == 1
    first = talk.session.conversation_id
    talk.session.new()
    await talk.turn()
    assert len(talk.person.asked) == 2
    await talk.session.open(first)
    await talk.turn()
    assert len(talk.person.asked) == 2
    assert talk.started.approval.why == "You allowed it for this conversation."


async def test_allowed_for_good_holds_over_runs_until_it_is_revoked() -> None:
    trust = MemoryTrust()
    first = Talk(Server(bundled=False), Person(scope="always"), trust)
    await first.turn()
    later = Talk(Server(bundled=False), Person(), trust)
    await later.turn()
    assert later.person.asked == []
    trust.revoke(trust.allowances()[0])
    await later.turn()
    assert len(later.person.asked) == 1


async def test_server_of_the_same_name_elsewhere_is_not_the_one_that_was_allowed() -> None:
    trust = MemoryTrust()
    await Talk(Server(bundled=False), Person(scope="always"), trust).turn()
    other = Talk(Server(bundled=False), Person(), trust)
    other.host.statuses = [replace(other.host.statuses[0], url="http://127.0.0.1:2/sse")]
    await other.turn()
    assert len(other.person.asked) == 1


@pytest.mark.parametrize("hints", [READS, WRITES])
@pytest.mark.parametrize("bundled", [True, False])
async def test_changed_definition_is_always_asked_about_and_then_known(hints: ToolAnnotations, bundled: bool) -> None:
    talk = Talk(Server(hints, bundled=bundled), Person(scope="always"))
    await talk.turn()
    before = len(talk.person.asked)
    talk.host.spec = replace(talk.host.spec, description="Acts, and more.", definition="v2", fingerprint="f2")
    await talk.turn()
    assert len(talk.person.asked) == before + 1
    assert talk.person.asked[-1].seen_definition == "v1"
    await talk.turn()
    assert len(talk.person.asked) == before + 1


async def test_changed_definition_that_is_denied_stays_unknown() -> None:
    talk = Talk(Server(), Person(allow=False))
    await talk.turn()
    talk.host.spec = replace(talk.host.spec, definition="v2", fingerprint="f2")
    await talk.turn()
    await talk.turn()
    assert len(talk.person.asked) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('{"text": "my key is sk-abcdefghijklmnopqrstuvwx"}', "a key or a token"),
        ('{"deep": [{"x": "-----BEGIN RSA PRIVATE KEY-----"}]}', "a key or a token"),
        ('{"text": "safe\\u202etxt.exe"}', "cannot be seen"),
        ('{"te\\u200bxt": 1}', "cannot be seen"),
    ],
)
async def test_arguments_that_hold_secrets_or_hidden_characters_are_always_asked_about(
    arguments: str, words: str
) -> None:
    talk = Talk(Server(READS), Person(scope="always"))
    talk.arguments = arguments
    await talk.turn()
    await talk.turn()
    assert len(talk.person.asked) == 2
    assert words in talk.person.asked[0].why


@pytest.mark.parametrize(
    ("mode", "hints", "asked", "status"),
    [
        ("read_only", READS, 0, "ok"),
        ("read_only", WRITES, 1, "ok"),
        ("never", READS, 0, "denied"),
    ],
)
async def test_modes(mode: Mode, hints: ToolAnnotations, asked: int, status: str) -> None:
    talk = Talk(Server(hints, bundled=False), Person())
    talk.session.gate.mode = mode
    assert (await talk.turn()).status == status
    assert len(talk.person.asked) == asked


async def test_calls_wait_for_the_person_together_and_a_stopped_turn_closes_them_all() -> None:
    talk = Talk(Server(bundled=False), Person())
    waiting = asyncio.Event()
    requests: list[ApprovalRequest] = []

    async def never(request: ApprovalRequest) -> ApprovalAnswer:
        requests.append(request)
        if len(requests) == 2:
            waiting.set()
        return await asyncio.Future()

    talk.session.attach(talk.shown.append, at_limit, never)
    talk.model.answer_with(ask(("a", "act", '{"n": 1}'), ("b", "act", '{"n": 2}')))
    turn = asyncio.create_task(talk.session.send("go"))
    async with asyncio.timeout(WAIT_SECONDS):
        await waiting.wait()
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
    assert talk.host.calls == []
    asked = [e.call_id for e in talk.session.events if isinstance(e, ApprovalAsked)]
    started = {e.call_id: e.arguments for e in talk.session.events if isinstance(e, ToolStarted)}
    finished = {e.call_id: e.status for e in talk.session.events if isinstance(e, ToolFinished)}
    assert sorted(asked) == ["a", "b"]
    assert started == {"a": {"n": 1}, "b": {"n": 2}}
    assert finished == {"a": "cancelled", "b": "cancelled"}


async def test_without_anybody_to_ask_the_call_is_denied() -> None:
    talk = Talk(Server(bundled=False), Person())
    talk.session.attach(talk.shown.append, at_limit)
    assert (await talk.turn()).status == "denied"


async def test_run_by_hand_is_not_asked_about_unless_something_stands_out() -> None:
    talk = Talk(Server(bundled=False), Person(allow=False))
    assert (await talk.session.run_tool("act", {"x": 1})).status == "ok"
    assert talk.person.asked == []
    assert (await talk.session.run_tool("act", {"x": "a\u202eb"})).status == "denied"


async def test_unknown_tool_is_refused_in_words_not_asked_about() -> None:
    talk = Talk(Server(bundled=False), Person())
    talk.model.answer_with(ask(("a", "nothing", "{}")), say("ok"))
    await talk.session.send("go")
    (finished,) = (e for e in talk.session.events if isinstance(e, ToolFinished))
    assert finished.status == "refused"
    assert talk.person.asked == []


async def test_changed_definitions_are_found_when_the_tools_are_listed() -> None:
    talk = Talk(Server(), Person())
    assert talk.session.gate.look_at(talk.host.specs()) == []
    talk.host.spec = replace(talk.host.spec, fingerprint="f2")
    assert talk.session.gate.look_at(talk.host.specs()) == [talk.host.spec]


async def test_recording_of_a_stranger_allows_nothing_here() -> None:
    talk = Talk(Server(bundled=False), Person(scope="conversation"))
    await talk.turn()
    recording = list(talk.session.events)
    talk.session.adopt(recording)
    await talk.turn()
    assert len(talk.person.asked) == 2
