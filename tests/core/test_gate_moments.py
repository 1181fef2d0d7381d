"""What changes between the question and the call, or just before, never lets a call run that nobody decided about."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tests.fakes import FakeHost, MemoryArchive, ScriptedModel, ask, say, tool
from tui.core.events import Json, ToolFinished, ToolStarted
from tui.core.models import Models
from tui.core.ports import (
    ApprovalAnswer,
    ApprovalRequest,
    FileChange,
    LimitChoice,
    ServerStatus,
    ToolAnnotations,
    ToolOutcome,
    ToolSpec,
)
from tui.core.session import Session

HIDDEN = "\u202e"


class Returning(FakeHost):
    """A foreign server that is away when its tools are listed, and back when one is called."""

    def __init__(self) -> None:
        super().__init__(act=tool("done"))
        self.statuses = [ServerStatus("srv", "reconnecting", url="http://127.0.0.1:1/sse")]
        self.spec = ToolSpec("act", "srv", "Acts.", {}, definition="v1", fingerprint="f1")
        self.changes: dict[str, FileChange] = {}

    def specs(self) -> Sequence[ToolSpec]:
        return [self.spec] if self.statuses[0].state == "ready" else []

    async def call(self, name: str, arguments: Mapping[str, Json]) -> ToolOutcome:
        self.statuses = [replace(self.statuses[0], state="ready")]
        return await super().call(name, arguments)

    async def file_change(self, name: str, arguments: Mapping[str, Json]) -> FileChange | None:
        return self.changes.get(str(arguments.get("filename")))


async def at_limit(_rounds: int) -> LimitChoice:
    return "stop"


def session_of(host: FakeHost) -> Session:
    model = ScriptedModel(ask(("c1", "act", "{}")), say("ok"))
    return Session(models=Models.only(model), host=host, archive=MemoryArchive(), now=lambda: 1.0)


def outcome(session: Session) -> ToolFinished:
    (finished,) = (event for event in session.events if isinstance(event, ToolFinished))
    return finished


async def test_tool_of_a_server_that_is_just_away_does_not_run_unasked_when_it_is_back() -> None:
    host = Returning()
    session = session_of(host)
    await session.send("go")
    assert host.calls == []
    assert outcome(session).status == "refused"
    assert "srv is reconnecting" in outcome(session).text


async def test_tool_that_is_defined_anew_while_the_call_waits_does_not_run() -> None:
    host = Returning()
    host.statuses = [replace(host.statuses[0], state="ready")]
    session = session_of(host)

    async def allow_too_late(request: ApprovalRequest) -> ApprovalAnswer:
        host.spec = replace(host.spec, definition="v2", fingerprint="f2")
        return ApprovalAnswer(request.arguments, "always")

    session.attach(lambda _event: None, at_limit, allow_too_late)
    await session.send("go")
    assert host.calls == []
    assert outcome(session).status == "refused"
    assert session.gate.trust.allowances() == ()


async def test_question_about_other_arguments_tells_what_those_would_do() -> None:
    host = Returning()
    host.changes["b.txt"] = FileChange("b.txt", "old", "new")
    host.statuses = [ServerStatus("srv", "ready", bundled=True)]
    host.spec = replace(host.spec, annotations=ToolAnnotations(read_only=False))
    gate = session_of(host).gate
    asked = ApprovalRequest("c1", host.spec, {"filename": "a.txt"}, "It may add.", "why")
    revised = await gate.revised(asked, {"filename": "b.txt", "content": HIDDEN})
    assert revised.change == FileChange("b.txt", "old", "new")
    assert "replaces the file “b.txt”" in revised.risk
    assert revised.warnings
    assert (revised.call_id, revised.why) == (asked.call_id, asked.why)


async def test_revoked_in_a_conversation_is_asked_about_there_again_also_when_it_is_opened_again() -> None:
    host = Returning()
    host.statuses = [replace(host.statuses[0], state="ready")]
    model = ScriptedModel(*[step for n in range(3) for step in (ask((f"c{n}", "act", "{}")), say("ok"))])
    session = Session(models=Models.only(model), host=host, archive=MemoryArchive(), now=lambda: 1.0)
    asked: list[ApprovalRequest] = []

    async def allow(request: ApprovalRequest) -> ApprovalAnswer:
        asked.append(request)
        return ApprovalAnswer(request.arguments, "conversation")

    session.attach(lambda _event: None, at_limit, allow)
    await session.send("one")
    await session.send("two")
    assert len(asked) == 1
    session.revoke("srv", "act")
    kept = session.conversation_id
    session.new()
    await session.open(kept)
    await session.send("three")
    assert len(asked) == 2
    assert sum(isinstance(event, ToolStarted) for event in session.events) == 3
