"""The calls of one answer: each passes the gate, they run at once, and each has a beginning and an end in the log."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tui.core.approval import Admission, WaitingCall
from tui.core.arguments import parse_arguments
from tui.core.events import Approval, Caller, Json, ToolFinished, ToolRequest, ToolStarted
from tui.core.ports import ToolOutcome
from tui.core.surroundings import Surroundings

STOPPED = ToolOutcome("cancelled", "The call was stopped before it had a result.")


async def run_calls(turn: int, calls: Sequence[ToolRequest], surroundings: Surroundings) -> None:
    """Run all calls of an answer at once. Each gets exactly one end in the log, also when the task is cancelled."""
    open_calls = [Call(turn, request, surroundings) for request in calls]
    try:
        async with asyncio.TaskGroup() as group:
            for call in open_calls:
                group.create_task(call.run(), name=f"call {call.name}")
    finally:
        for call in open_calls:
            call.close()


class Call:
    """One call on its way through the gate to its tool."""

    def __init__(self, turn: int, request: ToolRequest, surroundings: Surroundings, by: Caller = "model") -> None:
        self.name = request.name
        self._turn = turn
        self._request = request
        self._s = surroundings
        self._by: Caller = by
        self._arguments: Mapping[str, Json] = {}
        self._fault = ""
        try:
            self._arguments = parse_arguments(request.arguments)
        except ValueError as error:
            self._fault = str(error)
        self._began: float | None = None
        self._ended = False

    async def run(self) -> ToolOutcome:
        """Have the call admitted, and run it if it may; the log has its beginning and its end then."""
        if self._fault:
            self._begin(self._arguments)
            return self._end(ToolOutcome("refused", self._fault))
        waiting = WaitingCall(
            turn=self._turn,
            call_id=self._request.id,
            name=self.name,
            arguments=self._arguments,
            emit=self._s.emit,
            log=self._s.events,
            by_hand=self._by == "person",
        )
        admission = await self._s.gate.admit(waiting)
        if admission.arguments is None:
            self._begin(self._arguments, admission.approval)
            return self._end(ToolOutcome(admission.status, admission.refusal))
        self._begin(admission.arguments, admission.approval)
        outcome = await self._s.tools.call(self.name, admission.arguments)
        return self._end(_with_note_of_edit(outcome, admission))

    def close(self) -> None:
        """End what has not ended yet, because the task was cancelled."""
        if self._ended:
            return
        if self._began is None:
            self._begin(self._arguments)
        self._end(STOPPED)

    def _begin(self, arguments: Mapping[str, Json], approval: Approval = Approval()) -> None:
        self._began = time.monotonic()
        servers = {spec.name: spec.server for spec in self._s.tools.specs()}
        self._s.emit(
            ToolStarted(
                at=self._s.now(),
                turn=self._turn,
                call_id=self._request.id,
                name=self.name,
                server=servers.get(self.name, ""),
                arguments=arguments,
                raw_arguments=self._request.arguments if self._fault else "",
                by=self._by,
                approval=approval,
            )
        )

    def _end(self, outcome: ToolOutcome) -> ToolOutcome:
        self._ended = True
        self._s.emit(
            ToolFinished(
                at=self._s.now(),
                turn=self._turn,
                call_id=self._request.id,
                name=self.name,
                status=outcome.status,
                text=outcome.text,
                structured=outcome.structured,
                seconds=time.monotonic() - self._began if self._began is not None else 0.0,
                images=outcome.images,
            )
        )
        return outcome


def _with_note_of_edit(outcome: ToolOutcome, admission: Admission) -> ToolOutcome:
    """The outcome, telling the model which arguments it belongs to where the person has changed them."""
    if not admission.approval.edited:
        return outcome
    arguments = json.dumps(admission.arguments, ensure_ascii=False)
    return replace(outcome, text=f"The person changed the arguments to {arguments} before the call.\n\n{outcome.text}")
