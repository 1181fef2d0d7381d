"""A recording as a test of its tools: the model says what it said then, the tools run for real, and are compared."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tui.core.events import Event, Image, Json, ToolFinished
from tui.core.masks import masked, patterns_of
from tui.core.ports import Tools
from tui.core.rehearsal import RecordedCall, recorded_calls, rehearse
from tui.core.text import sanitize

Verdict: TypeAlias = Literal["same", "different", "missing", "skipped"]
"""`missing`: no server has the tool; `skipped`: the recorded call has no result that could be compared."""


@dataclass(frozen=True, slots=True)
class CallCheck:
    """One recorded call and what came of it now. `turn` is 0 for calls by hand, which have round 0 too.

    `expected` and `actual` are the two results as text, with their masked parts replaced; `why` says in words what is
    wrong, or why the call was not run.
    """

    turn: int
    round: int
    name: str
    arguments: Mapping[str, Json]
    expected: str
    actual: str
    verdict: Verdict
    why: str = ""
    raw_arguments: str = ""

    @property
    def failed(self) -> bool:
        """Whether the call did not do what it did."""
        return self.verdict in ("different", "missing")


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All calls of a recording, in the order in which they were made, and the masks that were its own or given."""

    checks: tuple[CallCheck, ...]
    patterns: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[CallCheck, ...]:
        """The calls that did not do what they did."""
        return tuple(check for check in self.checks if check.failed)

    @property
    def passed(self) -> bool:
        """Whether every call that was run did what it did."""
        return not self.failed

    def count(self, verdict: Verdict) -> int:
        """How many calls came out like this."""
        return sum(check.verdict == verdict for check in self.checks)


def calls_to_run(events: Sequence[Event]) -> list[str]:
    """The tools that a check of this recording calls, once for each call, in order."""
    return [call.started.name for call in recorded_calls(events).values() if not call.skipped]


async def check(
    events: Sequence[Event],
    tools: Tools,
    masks: Sequence[str] = (),
    *,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> CheckReport:
    """Run the recorded calls again, as `rehearse` does, and compare what comes back.

    `masks` are added to those of the recording. `progress` is told how many calls have ended, of how many.

    Raises:
        AppError: a mask cannot be used.
    """
    patterns = (*patterns_of(events), *masks)
    await masked((), patterns)  # A bad mask is told before anything runs.
    outcomes = await rehearse(events, tools, progress)
    return CheckReport(await _compared(recorded_calls(events), outcomes, tools, patterns), patterns)


async def _compared(
    recorded: Mapping[str, RecordedCall],
    outcomes: Mapping[str, ToolFinished],
    tools: Tools,
    patterns: Sequence[str],
) -> tuple[CallCheck, ...]:
    there = {spec.name for spec in tools.specs()}
    ran = [call_id for call_id in recorded if call_id in outcomes]
    results = [recorded[call_id].finished for call_id in recorded] + [outcomes[call_id] for call_id in ran]
    texts = await masked([result_text(result) for result in results], patterns)
    expected = dict(zip(recorded, texts, strict=False))
    actual = dict(zip(ran, texts[len(recorded) :], strict=True))
    return tuple(
        _judged(call, expected[call_id], actual.get(call_id), call.started.name in there)
        for call_id, call in recorded.items()
    )


def _judged(call: RecordedCall, expected: str, actual: str | None, is_there: bool) -> CallCheck:
    verdict: Verdict = "same"
    why = ""
    if call.skipped:
        verdict, why = "skipped", f"not run: {call.skipped}"
    elif actual is None:
        verdict, why = "skipped", "not run: the answer that asked for it did not come whole when it was recorded"
    elif not is_there and call.finished.status != "refused":
        verdict, why = "missing", f"no server has a tool called {call.started.name}"
    elif actual != expected:
        verdict, why = "different", "the result is not the recorded one"
    return CallCheck(
        turn=call.started.turn,
        round=call.round,
        name=call.started.name,
        arguments=call.started.arguments,
        expected=expected,
        actual=actual or "",
        verdict=verdict,
        why=why,
        raw_arguments=call.started.raw_arguments,
    )


def result_text(result: ToolFinished) -> str:
    """All of a result that is compared, as lines: its status, the text, the structured part, the images."""
    parts = [f"status: {result.status}", sanitize(result.text)]
    if result.structured is not None:
        structured = json.dumps(_plain(result.structured), indent=2, sort_keys=True, ensure_ascii=False)
        parts += ["structured:", sanitize(structured)]
    parts += [_image_line(image) for image in result.images]
    return "\n".join(parts)


def _plain(value: Json) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


def _image_line(image: Image) -> str:
    digest = hashlib.sha256(image.data.encode()).hexdigest()[:12]
    return f"image: {sanitize(image.mime_type)}, {len(image.data) * 3 // 4:,} bytes, sha256 {digest}"
