"""Recordings made by hand, for tests of replaying and checking."""

from collections.abc import Mapping

from tui.core.events import (
    Event,
    Json,
    ModelAnswered,
    ModelAsked,
    ToolFinished,
    ToolRequest,
    ToolStarted,
    ToolStatus,
    TurnEnded,
    Usage,
    UserSaid,
)


class Recorder:
    """Writes a log as a real turn would; `at` moves on with everything that takes time."""

    def __init__(self, at: float = 1_000.0) -> None:
        self.events: list[Event] = []
        self._at = at
        self._turn = 0
        self._round = 0
        self._calls = 0

    def wait(self, seconds: float) -> "Recorder":
        self._at += seconds
        return self

    def said(self, text: str) -> "Recorder":
        self._turn += 1
        self._round = 0
        self.events.append(UserSaid(at=self._at, turn=self._turn, text=text))
        return self

    def answered(
        self,
        text: str = "",
        *calls: tuple[str, str],
        seconds: float = 2.0,
        first: float | None = 0.5,
        reasoning: str = "",
    ) -> list[ToolRequest]:
        """An answer that takes so long; calls are given as name and argument text."""
        self._round += 1
        self.events.append(
            ModelAsked(at=self._at, turn=self._turn, round=self._round, model="recorded", message_count=2, tool_count=1)
        )
        self._at += seconds
        requests = [ToolRequest(f"c{self._calls + n}", *call) for n, call in enumerate(calls)]
        self._calls += len(calls)
        self.events.append(
            ModelAnswered(
                at=self._at,
                turn=self._turn,
                round=self._round,
                text=text,
                calls=tuple(requests),
                finish_reason="tool_calls" if calls else "stop",
                model="recorded-1",
                usage=Usage(10, 5),
                seconds=seconds,
                first_text_seconds=first if text else None,
                reasoning=reasoning,
            )
        )
        return requests

    def started(self, call_id: str, name: str, arguments: Mapping[str, Json] | None = None, raw: str = "") -> None:
        self.events.append(
            ToolStarted(
                at=self._at,
                turn=self._turn,
                call_id=call_id,
                name=name,
                server="bundled",
                arguments=arguments or {},
                raw_arguments=raw,
            )
        )

    def finished(
        self,
        call_id: str,
        name: str,
        text: str,
        status: ToolStatus = "ok",
        seconds: float = 0.5,
        structured: Json = None,
    ) -> None:
        self._at += seconds
        self.events.append(
            ToolFinished(
                at=self._at,
                turn=self._turn,
                call_id=call_id,
                name=name,
                status=status,
                text=text,
                structured=structured,
                seconds=seconds,
            )
        )

    def called(self, name: str, text: str, arguments: Mapping[str, Json] | None = None, **kept: str) -> "Recorder":
        """A round with one call and its result."""
        from json import dumps

        (request,) = self.answered(kept.get("saying", ""), (name, dumps(arguments or {})))
        self.started(request.id, name, arguments)
        self.finished(request.id, name, text)
        return self

    def by_hand(self, name: str, text: str, arguments: Mapping[str, Json] | None = None) -> "Recorder":
        """A call in the Tools tab."""
        call_id = f"by-hand-{len(self.events)}"
        at = self._at
        self.events += [
            ToolStarted(
                at=at, turn=0, call_id=call_id, name=name, server="bundled", arguments=arguments or {}, by="person"
            ),
            ToolFinished(at=at, turn=0, call_id=call_id, name=name, status="ok", text=text),
        ]
        return self

    def ended(self) -> "Recorder":
        self.events.append(TurnEnded(at=self._at, turn=self._turn, reason="done", seconds=1.0))
        return self


def two_turns() -> list[Event]:
    """A turn with a call and an answer, a long pause, and a turn with a thought and an answer."""
    recorder = Recorder().said("What is 2 + 3?")
    recorder.called("add", "5", {"a": 2, "b": 3})
    recorder.answered("The sum of two and three is five.")
    recorder.ended().wait(3_600).said("Thank you.")
    recorder.answered("You are welcome, any time.", reasoning="They are polite. So am I.", first=1.0)
    return recorder.ended().events
