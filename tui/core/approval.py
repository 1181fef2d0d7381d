"""The one gate that every tool call passes: it runs unasked, the person is asked, or it does not run.

A tool of the bundled server that only reads runs unasked; a new file there is told on a line; everything else is asked,
and a foreign server's hints only ever raise the risk: a missing one counts as the worst case.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from tui.core.events import Approval, ApprovalAsked, Event, Json, Scope
from tui.core.ports import (
    Allowance,
    ApprovalRequest,
    AskApproval,
    FileChange,
    Host,
    Mode,
    SeenTool,
    ToolSpec,
    Trust,
)
from tui.core.rules import Judgement, allowed_here, judge, known_as, risk_of, warnings_about
from tui.core.secrets import looks_secret


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


def _wire_name(spec: ToolSpec) -> str:
    return spec.wire_name or spec.name


def _denied(why: str, *, decided_by: Literal["rule", "person"], reason: str = "") -> Admission:
    words = why if decided_by == "rule" else f"The person did not allow this call{f': {reason}' if reason else '.'}"
    return Admission(None, Approval(decided_by, why=why, reason=reason), words)
