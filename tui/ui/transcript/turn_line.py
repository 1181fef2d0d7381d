"""The line under an answer: who answered, how long it took, what it cost. Its detail has all of it."""

from tui.core.text import reveal
from tui.ui.answer_detail.turn_book import TurnEvent, TurnRecord
from tui.ui.answer_detail.words import EARLY_ENDS, SHORT_ID, tokens_briefly, verdict_name, worst
from tui.ui.figures import amount, count, duration
from tui.ui.lines.block import Block
from tui.ui.lines.line import Line, Run, cells, lay_out, shorten
from tui.ui.lines.look import Look

_SEPARATOR = " · "
DETAILS_HINT = "^g details"
"""Under a turn that failed: there is more to know than its sentence."""


class TurnLine(Block):
    """One row on a whole turn, the most important first; parts that do not fit give way to a sign.

    `is_newest` says that the key for details opens this turn's.
    """

    __slots__ = ("_events", "_is_newest", "_turn")

    def __init__(self, turn: int, events: tuple[TurnEvent, ...], *, is_newest: bool) -> None:
        self._is_newest = is_newest
        self._turn = turn
        self._events = events

    @property
    def source(self) -> str:
        """All parts."""
        return _SEPARATOR.join(text for text, _ in self._parts())

    def estimate(self, width: int) -> int:
        """One row."""
        return 1

    def render(self, width: int, look: Look) -> list[Line]:
        """As many parts as fit."""
        record = self._record()
        hint: list[Run] = []
        if self._is_newest and record.ended and record.ended.reason == "failed":
            hint = [(_SEPARATOR, look["muted"]), (DETAILS_HINT, look["accent"])]
        room = max(1, width - 2 - cells(hint))
        parts = [(text, look[style]) for text, style in self._parts()]
        shown = _joined(parts, look)
        while len(parts) > 1 and cells(shown) > room:
            parts.pop()
            shown = [*_joined(parts, look), (f"{_SEPARATOR}…", look["muted"])]
        return lay_out([*shorten(shown, room), *hint], width - 1, lead=[(" ", look["text"])])[:1]

    def _record(self) -> TurnRecord:
        return TurnRecord.of(self._turn, self._events)

    def _parts(self) -> list[tuple[str, str]]:
        """Texts and their styles."""
        record = self._record()
        answers, usage = record.answers, record.usage
        last = answers[-1] if answers else None
        parts: list[tuple[str, str]] = []
        if last:
            parts += [(reveal(last.model), "muted")] if last.model else []
            if last.finish_reason in EARLY_ENDS:
                parts.append((f"! {EARLY_ENDS[last.finish_reason]}", "warning"))
        if verdict := worst(record.filters):
            words = verdict_name(verdict) if verdict.severity else f"{verdict_name(verdict)} detected"
            parts.append((f"! {words}", "warning"))
        texts = [duration(record.ended.seconds)] if record.ended else []
        texts += [tokens_briefly(usage)] if usage else []
        if last and last.first_text_seconds is not None:
            texts.append(f"first text {duration(last.first_text_seconds)}")
        texts.append(count(len(record.rounds), "round"))
        texts += [count(record.calls, "call")] if record.calls else []
        texts += [f"{amount(usage.cached_tokens)} cached"] if usage and usage.cached_tokens else []
        texts += [f"{amount(usage.reasoning_tokens)} reasoning"] if usage and usage.reasoning_tokens else []
        texts += [reveal(last.report.request_id)[:SHORT_ID]] if last and last.report.request_id else []
        return parts + [(text, "muted") for text in texts]


def _joined(parts: list[Run], look: Look) -> list[Run]:
    runs: list[Run] = []
    for part in parts:
        runs += [(_SEPARATOR, look["muted"]), part] if runs else [part]
    return runs
