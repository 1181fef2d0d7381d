"""One turn: from a person's message to the model's last answer. The only loop that asks the model and runs tools."""

import asyncio
import time
from collections import Counter

from tui.core.asking import ask
from tui.core.calling import run_calls
from tui.core.errors import AppError
from tui.core.events import EndReason, ToolFinished, ToolStarted, TurnEnded, UserSaid
from tui.core.surroundings import Surroundings

DENIALS_PER_TURN = 2
"""So many denied calls of one tool end the turn: a model that keeps asking would ask for ever."""


async def run_turn(number: int, text: str, surroundings: Surroundings) -> None:
    """Send `text` as the conversation's turn `number` and see it through; everything is told through `emit`.

    Cancelling the task stops the stream and the tools, closes every open call in the log and ends the turn as
    cancelled. A refusal or failure of the model ends the turn as failed; it is not raised.
    """
    await _Turn(number, surroundings).run(text)


class _Turn:
    def __init__(self, number: int, surroundings: Surroundings) -> None:
        self._number = number
        self._s = surroundings
        self._round = 0
        self._began = time.monotonic()

    async def run(self, text: str) -> None:
        self._s.emit(UserSaid(at=self._s.now(), turn=self._number, text=text))
        try:
            end = await self._rounds()
        except asyncio.CancelledError:
            self._end("cancelled")
            raise
        except AppError as error:
            self._end("failed", error)
        except BaseException as error:
            self._end("failed", AppError(f"Something went wrong inside Callscope ({type(error).__name__})."))
            raise
        else:
            self._end(*end)

    def _end(self, reason: EndReason, error: AppError | None = None) -> None:
        self._s.emit(
            TurnEnded(
                at=self._s.now(),
                turn=self._number,
                reason=reason,
                seconds=time.monotonic() - self._began,
                message=error.message if error else "",
                hint=error.hint if error else "",
                detail=error.detail if error else "",
            )
        )

    async def _rounds(self) -> tuple[EndReason, AppError | None]:
        await self._s.tools.settle()
        budget = self._s.limits.rounds
        while True:
            self._round += 1
            answer = await ask(self._number, self._round, self._s)
            if answer.finish_reason == "cut_off":
                request_id = answer.report.request_id
                raise AppError(
                    "The connection ended before the answer was complete.",
                    f"{'What came is kept. ' if answer.text else ''}Send the message again to retry.",
                    detail=f"request id {request_id}" if request_id else "",
                )
            if not answer.calls:
                return "done", None
            await run_calls(self._number, answer.calls, self._s)
            if name := self._denied_twice():
                return "denied", AppError(f"You did not allow {name} twice, so the turn was ended.")
            if self._round < budget:
                continue
            choice = await self._s.ask_limit(self._round)
            if choice == "stop":
                return "limit", AppError(f"Stopped after {self._round} round{'s' * (self._round != 1)} of tool calls.")
            if choice == "wrap_up":
                await ask(self._number, self._round + 1, self._s, may_call=False)
                return "done", None
            budget += self._s.limits.rounds

    def _denied_twice(self) -> str:
        """The tool of which the person has denied a second call in this turn; empty where there is none."""
        by_person = {
            event.call_id
            for event in self._s.events
            if isinstance(event, ToolStarted) and event.turn == self._number and event.approval.decided_by == "person"
        }
        denials = Counter(
            event.name
            for event in self._s.events
            if isinstance(event, ToolFinished) and event.status == "denied" and event.call_id in by_person
        )
        return next((name for name, times in denials.items() if times >= DENIALS_PER_TURN), "")
