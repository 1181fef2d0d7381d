"""A call as a card of a few rows, or of one where the log is wide: how it stands, its arguments, what came back."""

from dataclasses import dataclass
from math import ceil

from tui.core.text import reveal
from tui.ui.figures import duration
from tui.ui.glyphs import SIGNS, SPINNER_FRAMES
from tui.ui.lines.block import Block
from tui.ui.lines.line import BLANK, Line, Run, cells, cut_runs, lay_out, shorten, spread
from tui.ui.lines.look import Look
from tui.ui.tool_log.call_record import BRIEF_CHARACTERS, CallRecord, brief

_INDENT = 3
_ROWS = 3
"""So many rows of arguments, and as many of the result; the rest is in the detail."""

ONE_ROW_WIDTH = 76
"""From this width on a call takes one row: the log lies below the transcript then, wide and low."""

_COUNTDOWN_AFTER = 5.0
"""Seconds; most calls are over by then, and nobody wonders how long they may take."""

_TOGETHER = "\u00a0"
"""A space at which no line is broken, between an argument's name and its value."""


@dataclass(frozen=True, slots=True)
class CardBlock(Block):
    """One call's card. `elapsed` seconds and the spinner's `frame` (None: it stands still) are shown while it runs.

    `limit` is how many seconds it may take; None: not known.
    """

    record: CallRecord
    gap: bool = False
    elapsed: float | None = None
    frame: int | None = None
    limit: float | None = None

    @property
    def source(self) -> str:
        """The name, the arguments and the whole result."""
        record = self.record
        parts = [reveal(record.name), reveal(record.arguments_text()), record.text]
        return "\n" * self.gap + "\n".join(part for part in parts if part)

    def estimate(self, width: int) -> int:
        """A call mostly takes one row for each of its three parts, or one in all where there is room for them."""
        return 1 if width >= ONE_ROW_WIDTH else 3 + self.gap

    def render(self, width: int, look: Look) -> list[Line]:
        """The rows of the card."""
        if width >= ONE_ROW_WIDTH:
            return [self._in_one_row(width - 1, look)]
        width -= 1
        rows = [BLANK] if self.gap else []
        rows.append(self._head(width, look))
        rows += _first_rows(self._arguments(look), width, look)
        return rows + _first_rows(self._result(look), width, look)

    def _in_one_row(self, width: int, look: Look) -> Line:
        by_hand: list[Run] = [("by hand  ", look["accent"])] if self.record.by == "person" else []
        left = [self._glyph(look), (reveal(_one_line(self.record.name)), look["strong"])]
        for runs in (self._arguments(look), self._result(look)):
            if any(text for text, _ in runs):
                left += [("   ", look["text"]), *runs]
        return spread(left, [*by_hand, (self._took(), look["muted"])], width, look["text"])

    def _glyph(self, look: Look) -> Run:
        sign = SIGNS[self.record.state]
        is_moving = self.record.state == "running" and self.frame is not None
        glyph = SPINNER_FRAMES[(self.frame or 0) % len(SPINNER_FRAMES)] if is_moving else sign.glyph
        return f" {glyph} ", look[sign.style]

    def _head(self, width: int, look: Look) -> Line:
        record, sign, base = self.record, SIGNS[self.record.state], look["text"]
        name = (reveal(_one_line(record.name)), look["strong"])
        by_hand = ("  by hand" if record.by == "person" else "", look["accent"])
        server = (f"  {reveal(_one_line(record.server))}" if record.server else "", look["muted"])
        words = (sign.words if record.state != "running" else "", look[sign.style])
        took = (("  " if words[0] else "") + self._took(), look["muted"])
        glyph_run = self._glyph(look)
        right = [words, took]
        if words[0] and cells([glyph_run, name, by_hand, *right]) >= width:
            right = [words]  # the name says more than the time, which the detail has too
        room = width - 1 - cells([glyph_run, by_hand, *right])
        left = [glyph_run, *shorten([name], max(1, room)), by_hand]
        if cells([name, server]) <= room:
            left.append(server)
        return spread(left, right, width, base)

    def _took(self) -> str:
        if self.record.state == "running":
            return f"{self.elapsed:.1f} s{self._left()}" if self.elapsed is not None else "running"
        was_sent = self.record.state not in {"refused", "denied", "not_run"}
        return duration(self.record.seconds) if was_sent and self.record.seconds is not None else ""

    def _left(self) -> str:
        """Of a call that takes long, when it is given up."""
        if self.limit is None or self.elapsed is None or self.elapsed < _COUNTDOWN_AFTER:
            return ""
        return f" · {max(0, ceil(self.limit - self.elapsed))} s left"

    def _arguments(self, look: Look) -> list[Run]:
        record = self.record
        raw = record.raw_arguments or ("" if record.arguments else record.asked_arguments)
        if record.raw_arguments:
            return [("no JSON object: ", look["error"]), (reveal(_one_line(raw)), look["text"])]
        if raw and raw.strip() != "{}":
            return [(reveal(_one_line(raw)), look["muted"])]
        runs: list[Run] = []
        for name, value in record.arguments.items():
            runs += [("  " if runs else "", look["text"]), (f"{reveal(_one_line(name))}{_TOGETHER}", look["muted"])]
            runs.append((_one_line(brief(value)), look["text"]))
            if sum(len(text) for text, _ in runs) > BRIEF_CHARACTERS:
                return [*runs, (" …", look["text"])]
        return runs

    def _result(self, look: Look) -> list[Run]:
        style = look["muted" if self.record.state == "ok" else SIGNS[self.record.state].style]
        return [(_one_line(self.record.text), style)]


def _one_line(text: str) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text[: 2 * BRIEF_CHARACTERS].split())
    return line if len(line) <= BRIEF_CHARACTERS else line[:BRIEF_CHARACTERS] + "…"


def _first_rows(runs: list[Run], width: int, look: Look) -> list[Line]:
    if not any(text for text, _ in runs):
        return []
    lead = [(" " * _INDENT, look["text"])]
    rows = lay_out(runs, width, lead=lead)
    if len(rows) <= _ROWS:
        return rows
    last = cut_runs([(segment.text, segment.style or look["text"]) for segment in rows[_ROWS - 1].strip], 0, width - 1)
    sign = ("…", last[-1][1] if last else look["muted"])
    return [*rows[: _ROWS - 1], *lay_out(shorten([*last, sign], width), width)[:1]]
