"""The one gate that every tool call passes: it runs unasked, the person is asked, or it does not run.

A tool of the bundled server that only reads runs unasked; a new file there is told on a line; everything else is asked,
and a foreign server's hints only ever raise the risk: a missing one counts as the worst case.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeAlias

from tui.core.events import AllowanceRevoked, Approval, ApprovalAsked, Event, Json, Scope, ToolStarted
from tui.core.ports import (
    Allowance,
    ApprovalRequest,
    AskApproval,
    FileChange,
    Host,
    Mode,
    SeenTool,
    ServerStatus,
    ToolSpec,
    Trust,
)
from tui.core.secrets import looks_secret
from tui.core.text import reveal

Need: TypeAlias = Literal["nothing", "telling", "asking"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a call needs before it runs; `risk` and `why` are one sentence each."""

    need: Need
    why: str
    risk: str = ""


@dataclass(frozen=True, slots=True)
class Admission:
    """How the gate decided: `arguments` is exactly what is to be sent, None where the call may not run."""

    arguments: Mapping[str, Json] | None
    approval: Approval
    refusal: str = ""
    """What the model is told about a call that may not run."""
    status: Literal["denied", "refused"] = "denied"
    """How a call that may not run ends; `refused` where there is no such tool now."""


class Gate(Protocol):
    """Decides about each call before it is sent."""

    async def admit(self, call: "WaitingCall") -> Admission:
        """Decide, which may take as long as a person takes."""
        ...


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A call at the gate. `emit` and `log` are those of its conversation; `by_hand`: a person filled it in."""

    turn: int
    call_id: str
    name: str
    arguments: Mapping[str, Json]
    emit: Callable[[Event], None]
    log: Sequence[Event]
    by_hand: bool = False


class OpenGate:
    """Lets every call through: for runs that the person has agreed to as a whole."""

    async def admit(self, call: WaitingCall) -> Admission:
        """As it is."""
        return Admission(call.arguments, Approval())


class ApprovalGate:
    """The gate of a session: rules first, then what the person has allowed, then the person."""

    def __init__(
        self,
        host: Host,
        trust: Trust,
        ask: AskApproval,
        *,
        holds_secret: Callable[[str], bool] = looks_secret,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.mode: Mode = "ask"
        self.trust = trust
        self.ask = ask
        self._host = host
        self._holds_secret = holds_secret
        self._now = now

    async def admit(self, call: WaitingCall) -> Admission:
        """Decide by the rules, or ask the person.

        A call of a tool that is not there now is refused here: the host may have it again a moment later, and would run
        it without anybody having decided about it.
        """
        spec = self._offered(call.name)
        if spec is None:
            return Admission(None, Approval(), self._not_there(call.name), "refused")
        if self.mode == "never":
            return _denied("No tools run now: the mode is “never run tools”.", decided_by="rule")
        server = known_as(spec.server, self._host.servers())
        seen = self._first_sight(server, spec)
        warnings = warnings_about(call.arguments, self._holds_secret)
        change = await self._host.file_change(call.name, call.arguments)
        judgement = self._judge(call, spec, server, seen, warnings, change)
        if judgement.need != "asking":
            approval = Approval("rule", why=judgement.why, told=judgement.need == "telling")
            return Admission(call.arguments, replace(approval, fingerprint=spec.fingerprint))
        changed = seen.definition if seen.fingerprint != spec.fingerprint else ""
        request = ApprovalRequest(
            call.call_id, spec, call.arguments, judgement.risk, judgement.why, warnings, changed, change
        )
        return await self._ask(call, request, server)

    async def revised(self, request: ApprovalRequest, arguments: Mapping[str, Json]) -> ApprovalRequest:
        """The same question about other arguments, with what they would do."""
        spec = request.spec
        change = await self._host.file_change(spec.name, arguments)
        return replace(
            request,
            arguments=arguments,
            risk=risk_of(spec, self._is_ours(spec), change),
            warnings=warnings_about(arguments, self._holds_secret),
            change=change,
        )

    def look_at(self, specs: Sequence[ToolSpec]) -> list[ToolSpec]:
        """Remember the tools that are new; returns those whose definition is not what it was."""
        servers = self._host.servers()
        return [
            spec
            for spec in specs
            if self._first_sight(known_as(spec.server, servers), spec).fingerprint != spec.fingerprint
        ]

    def _offered(self, name: str) -> ToolSpec | None:
        return next((spec for spec in self._host.specs() if spec.name == name), None)

    def _not_there(self, name: str) -> str:
        names = ", ".join(sorted(spec.name for spec in self._host.specs())) or "none"
        away = [f" The server {s.name} is {s.state}." for s in self._host.servers() if s.state != "ready"]
        return f"There is no tool {name} now; there is {names}.{''.join(away)}"

    def _first_sight(self, server: str, spec: ToolSpec) -> SeenTool:
        seen = self.trust.seen(server, _wire_name(spec))
        if seen is None:
            seen = self._as_seen(server, spec)
            self.trust.remember([seen])
        return seen

    def _as_seen(self, server: str, spec: ToolSpec) -> SeenTool:
        return SeenTool(server, _wire_name(spec), spec.fingerprint, spec.definition, self._now())

    def _judge(
        self,
        call: WaitingCall,
        spec: ToolSpec,
        server: str,
        seen: SeenTool,
        warnings: Sequence[str],
        change: FileChange | None,
    ) -> Judgement:
        risk = risk_of(spec, self._is_ours(spec), change)
        if seen.fingerprint != spec.fingerprint:
            return Judgement("asking", "Its definition is not what it was when you first saw or approved it.", risk)
        if warnings:
            return Judgement("asking", warnings[0], risk)
        if call.by_hand:
            return Judgement("nothing", "You ran it by hand.")
        if allowed := self._allowed(call.log, spec, server):
            return Judgement("nothing", allowed)
        return judge(spec, self._is_ours(spec), change, self.mode, risk)

    def _is_ours(self, spec: ToolSpec) -> bool:
        return any(status.name == spec.server and status.bundled for status in self._host.servers())

    def _allowed(self, log: Sequence[Event], spec: ToolSpec, server: str) -> str:
        """Why the person need not be asked again; empty where there is no such reason."""
        here = allowed_here(log).get((spec.server, spec.name))
        if here and here.approval.fingerprint == spec.fingerprint:
            return "You allowed it for this conversation."
        allowance = (server, _wire_name(spec), spec.fingerprint)
        if any((a.server, a.tool, a.fingerprint) == allowance for a in self.trust.allowances()):
            return "You allowed it for good."
        return ""

    async def _ask(self, call: WaitingCall, request: ApprovalRequest, server: str) -> Admission:
        spec = request.spec
        call.emit(
            ApprovalAsked(
                at=self._now(),
                turn=call.turn,
                call_id=call.call_id,
                name=spec.name,
                server=spec.server,
                arguments=call.arguments,
                risk=request.risk,
                why=request.why,
            )
        )
        answer = await self.ask(request)
        if answer.arguments is None:
            return _denied(request.why, decided_by="person", reason=answer.reason)
        now = self._offered(spec.name)
        if now and now.fingerprint != spec.fingerprint:
            words = f"The tool {spec.name} was defined anew while the call waited; ask for it again."
            return Admission(None, Approval(why=request.why), words, "refused")
        self._keep(spec, server, answer.scope)
        edited = answer.arguments != call.arguments
        approval = Approval("person", answer.scope, request.why, edited=edited, fingerprint=spec.fingerprint)
        return Admission(answer.arguments, approval)

    def _keep(self, spec: ToolSpec, server: str, scope: Scope) -> None:
        self.trust.remember([self._as_seen(server, spec)])
        if scope == "always":
            self.trust.allow(Allowance(server, _wire_name(spec), spec.fingerprint, self._now()))


def allowed_here(log: Iterable[Event]) -> Mapping[tuple[str, str], ToolStarted]:
    """What the person has allowed for the conversation with this log: the latest such call, by server and tool."""
    allowed: dict[tuple[str, str], ToolStarted] = {}
    for event in log:
        if isinstance(event, AllowanceRevoked):
            allowed.pop((event.server, event.name), None)
        elif isinstance(event, ToolStarted) and (event.approval.decided_by, event.approval.scope) == (
            "person",
            "conversation",
        ):
            allowed[event.server, event.name] = event
    return allowed


def without_allowance(event: Event) -> Event:
    """The event without what it would allow in a conversation that goes on from it."""
    if isinstance(event, ToolStarted) and event.approval.scope != "once":
        return replace(event, approval=replace(event.approval, scope="once"))
    return event


def judge(spec: ToolSpec, is_ours: bool, change: FileChange | None, mode: Mode, risk: str) -> Judgement:
    """What a call needs by its tool alone. `is_ours`: of the bundled server, which this application launched."""
    hints = spec.annotations
    if is_ours and hints.read_only and not hints.open_world:
        return Judgement("nothing", "It only reads, and Callscope launched its server itself.")
    if is_ours and change is not None and change.before is None:
        return Judgement("telling", f"It only creates the new file “{reveal(change.path)}”.")
    if mode == "read_only" and hints.read_only and not is_ours:
        return Judgement("nothing", "It says that it only reads, and the mode lets such tools run.")
    if is_ours:
        return Judgement("asking", "It is a tool of the bundled server, but it does more than read.", risk)
    return Judgement("asking", f"Its server, “{reveal(spec.server)}”, is not part of Callscope.", risk)


def risk_of(spec: ToolSpec, is_ours: bool, change: FileChange | None) -> str:
    """What running the tool may do, in one sentence. Hints that are missing count as the worst case."""
    if change is not None and change.before is not None:
        return f"It replaces the file “{reveal(change.path)}”, which is there already."
    hints = spec.annotations
    if hints.read_only:
        reach = "" if hints.open_world is False else ", also outside of this computer"
        return f"It only reads{reach}." if is_ours else f"It says that it only reads{reach}; that cannot be checked."
    may = "add to what is there" if hints.destructive is False else "change or delete things"
    reach = "" if hints.open_world is False else ", also outside of this computer"
    return f"It may {may}{reach}."


def warnings_about(arguments: Mapping[str, Json], holds_secret: Callable[[str], bool]) -> tuple[str, ...]:
    """What stands out in the arguments so much that the person is always asked, as sentences."""
    texts = list(_texts(arguments))
    warnings: list[str] = []
    if any(holds_secret(text) for text in texts):
        warnings.append("Its arguments hold what looks like a key or a token.")
    if any(reveal(text) != text for text in texts):
        warnings.append("Its arguments hold characters that cannot be seen.")
    return tuple(warnings)


def known_as(server: str, servers: Iterable[ServerStatus]) -> str:
    """What a server is known by over runs: the one we launch by its name, others by their address too."""
    status = next((status for status in servers if status.name == server), None)
    if status is None or status.bundled:
        return server
    return f"{server} {status.url}"


def _texts(value: Json) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)


def _wire_name(spec: ToolSpec) -> str:
    return spec.wire_name or spec.name


def _denied(why: str, *, decided_by: Literal["rule", "person"], reason: str = "") -> Admission:
    words = why if decided_by == "rule" else f"The person did not allow this call{f': {reason}' if reason else '.'}"
    return Admission(None, Approval(decided_by, why=why, reason=reason), words)
