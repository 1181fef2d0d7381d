"""What happens besides messages and calls, each as one quiet row; only what is different from now on is told whole."""

from collections.abc import Mapping
from math import ceil
from types import MappingProxyType

from rich.cells import cell_len

from tui.core.events import (
    Event,
    Forked,
    HistoryTrimmed,
    ModelChosen,
    RequestAdapted,
    RequestFailed,
    SystemPromptChanged,
)
from tui.core.text import reveal
from tui.ui.figures import count, whole_seconds
from tui.ui.glyphs import BRANCH
from tui.ui.lines.block import Block, rows_of
from tui.ui.lines.line import BLANK, PROSE_WIDTH, Line, Run, lay_out, shorten
from tui.ui.lines.look import Look

SIGNS: Mapping[type[Event], tuple[str, str]] = MappingProxyType(
    {
        RequestFailed: ("↻", "warning"),
        RequestAdapted: ("≈", "muted"),
        HistoryTrimmed: ("⋯", "warning"),
        ModelChosen: ("◆", "accent"),
        SystemPromptChanged: ("≡", "accent"),
        Forked: (BRANCH, "accent"),
    }
)
"""The glyph of each kind of note, and its style."""

_SYSTEM_PROMPT_CHARACTERS = 200
"""More of it never fits into a row."""


class NoteBlock(Block):
    """A glyph, a sentence that is cut where it does not fit, and a few words after it that are not.

    One that `wraps` is never cut, and has no words after it.
    """

    __slots__ = ("_gap", "_glyph", "_style", "_tail", "_text", "_wraps")

    def __init__(
        self, sign: tuple[str, str], text: str, tail: str = "", *, gap: bool = False, wraps: bool = False
    ) -> None:
        self._wraps = wraps
        self._glyph, self._style = sign
        self._text = text
        self._tail = tail
        self._gap = gap

    @property
    def source(self) -> str:
        """The row as it is read."""
        return "\n" * self._gap + " ".join(part for part in (self._glyph, self._text, self._tail) if part)

    def estimate(self, width: int) -> int:
        """One row, or as many as the sentence takes."""
        return self._gap + (rows_of(self._text, min(width - 4, PROSE_WIDTH)) if self._wraps else 1)

    def render(self, width: int, look: Look) -> list[Line]:
        """One row, or the whole sentence."""
        if self._wraps:
            lead = [(" ", look["text"]), (f"{self._glyph} ", look[self._style])]
            text, rest = [(self._text, look["muted"])], [("   ", look["text"])]
            return [BLANK] * self._gap + lay_out(text, min(width - 1, PROSE_WIDTH + 1), lead=lead, rest=rest)
        tail: list[Run] = [(f"  {self._tail}", look["muted"])] if self._tail else []
        room = max(1, width - 2 - cell_len(f"{self._glyph} ") - sum(cell_len(text) for text, _ in tail))
        runs = [(f"{self._glyph} ", look[self._style]), *shorten([(self._text, look["muted"])], room), *tail]
        return [BLANK] * self._gap + lay_out(runs, width - 1, lead=[(" ", look["text"])])[:1]


def note_of(event: Event, *, gap: bool = False) -> NoteBlock:
    """The row for an event of one of the kinds in `SIGNS`."""
    text, tail = _words(event)
    wraps = isinstance(event, RequestAdapted)
    return NoteBlock(SIGNS[type(event)], " ".join(text.split()), tail, gap=gap, wraps=wraps)


def _words(event: Event) -> tuple[str, str]:
    match event:
        case RequestFailed():
            return reveal(event.message), f"again in {whole_seconds(ceil(event.wait_seconds))}"
        case RequestAdapted():
            return reveal(f"{event.message} {event.hint}".strip()), ""
        case HistoryTrimmed():
            return _trimmed_words(event)
        case ModelChosen():
            return f"From here on: {reveal(event.name)}", ""
        case SystemPromptChanged():
            return f"From here on the model is told: {reveal(event.text[:_SYSTEM_PROMPT_CHARACTERS])}", ""
        case Forked():
            return f"A branch of another conversation, from turn {event.turn} on", ""
        case _:
            return "", ""


def _trimmed_words(event: HistoryTrimmed) -> tuple[str, str]:
    turns, rounds = event.dropped_turns, event.dropped_rounds
    units = [count(turns, "turn")] if turns else []
    units += [f"{count(rounds, 'round')} of this turn"] if rounds else []
    left_out = " and ".join(units).removeprefix("1 ")
    are = "is" if turns + rounds == 1 else "are"
    why = f"limit {count(event.limit, 'message')}" if event.reason == "messages" else "the context is full"
    return f"The oldest {left_out} {are} no longer sent", why
