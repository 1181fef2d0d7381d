"""The calls of one answer: run at once, each with a beginning and an end in the log."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

from tui.core.arguments import parse_arguments
from tui.core.events import ToolFinished, ToolRequest, ToolStarted
from tui.core.ports import ToolOutcome
from tui.core.surroundings import Surroundings


async def run_calls(turn: int, calls: Sequence[ToolRequest], surroundings: Surroundings) -> None:
    """Run all calls of an answer at once. Each gets exactly one end in the log, also when the task is cancelled."""
    servers = {spec.name: spec.server for spec in surroundings.tools.specs()}
    open_calls: dict[str, tuple[ToolRequest, float]] = {}

    def finish(call_id: str, outcome: ToolOutcome) -> None:
        request, began = open_calls.pop(call_id)
        surroundings.emit(
            ToolFinished(
                at=surroundings.now(),
                turn=turn,
                call_id=call_id,
                name=request.name,
                status=outcome.status,
                text=outcome.text,
                structured=outcome.structured,
                seconds=time.monotonic() - began,
                images=outcome.images,
            )
        )

    async def run(request: ToolRequest, started: ToolStarted) -> None:
        finish(request.id, await surroundings.tools.call(request.name, started.arguments))

    try:
        async with asyncio.TaskGroup() as group:
            for request in calls:
                open_calls[request.id] = (request, time.monotonic())
                started, refusal = _started(turn, request, servers.get(request.name, ""), surroundings.now())
                surroundings.emit(started)
                if refusal:
                    finish(request.id, ToolOutcome("refused", refusal))
                else:
                    group.create_task(run(request, started), name=f"call {request.name}")
    finally:
        for call_id in list(open_calls):
            finish(call_id, ToolOutcome("cancelled", "The call was stopped before it had a result."))


def _started(turn: int, request: ToolRequest, server: str, at: float) -> tuple[ToolStarted, str]:
    """The event that begins the call, and why it must not be sent, if its arguments cannot be read."""
    event = ToolStarted(
        at=at,
        turn=turn,
        call_id=request.id,
        name=request.name,
        server=server,
        arguments={},
    )
    try:
        return replace(event, arguments=parse_arguments(request.arguments)), ""
    except ValueError as error:
        return replace(event, raw_arguments=request.arguments), str(error)
