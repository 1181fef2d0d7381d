"""What a transcript consists of, as blocks: messages, pieces of answers, calls and notices."""

from collections.abc import Callable
from dataclasses import replace

from rich.cells import cell_len

from tui.core.text import reveal
from tui.ui.figures import duration
from tui.ui.glyphs import SIGNS, CallState
from tui.ui.lines.block import Block, rows_of
from tui.ui.lines.line import BLANK, PROSE_WIDTH, Line, lay_out, plain, shorten
from tui.ui.lines.look import Look
from tui.ui.transcript.markdown import render_piece
from tui.ui.transcript.splitter import Piece, split

CALL_INDENT = 3


class SaidBlock(Block):
    """A person's message under its header, exactly as it was typed."""

    __slots__ = ("_at", "_clock", "_text")

    def __init__(self, text: str, at: float, clock: Callable[[float], str]) -> None:
        self._text = text
        self._at = at
        self._clock = clock

    @property
    def source(self) -> str:
        """The header and the text."""
        return f"\nYou  {self._clock(self._at)}\n{self._text}"

    def estimate(self, width: int) -> int:
        """By the length of the text."""
        return 2 + rows_of(self._text, min(width - 2, PROSE_WIDTH))

    def render(self, width: int, look: Look) -> list[Line]:
        """A blank row, the header, the wrapped text."""
        base = look["text"]
        runs = [("You", look["accent"]), ("  ", base), (self._clock(self._at), look["muted"])]
        header = lay_out(runs, width, lead=[(" ", base)])
        return [BLANK, *header, *plain(self._text, min(width - 1, PROSE_WIDTH + 1), base, lead=[(" ", base)])]


class PieceBlock(Block):
    """One piece of an answer, in Markdown."""

    __slots__ = ("_piece",)

    def __init__(self, piece: Piece) -> None:
        self._piece = piece

    @property
    def source(self) -> str:
        """The Markdown as the model wrote it."""
        return "\n" * self._piece.gap + self._piece.source.removesuffix("\n")

    def estimate(self, width: int) -> int:
        """By the length of the text."""
        return self._piece.gap + rows_of(self.source, min(width - 2, PROSE_WIDTH))

    def render(self, width: int, look: Look) -> list[Line]:
        """The piece's rows."""
        return render_piece(self._piece, width, look)


class AnswerBlock(Block):
    """A whole answer; its rows are those of its pieces one after the other. `gap`: a blank row comes first."""

    __slots__ = ("_gap", "_text")

    def __init__(self, text: str, *, gap: bool) -> None:
        self._text = text
        self._gap = gap

    @property
    def source(self) -> str:
        """The Markdown as the model wrote it."""
        return "\n" * self._gap + self._text.removesuffix("\n")

    def estimate(self, width: int) -> int:
        """By the length of the text."""
        return self._gap + rows_of(self._text, min(width - 2, PROSE_WIDTH))

    def render(self, width: int, look: Look) -> list[Line]:
        """The rows of all pieces."""
        pieces = split(self._text)
        pieces[:1] = [replace(piece, gap=self._gap) for piece in pieces[:1]]
        return [line for piece in pieces for line in render_piece(piece, width, look)]


class CallLine(Block):
    """One call, on one row, where it happened. `seconds` is None where it is not known."""

    __slots__ = ("_gap", "_name", "_seconds", "_state")

    def __init__(self, name: str, state: CallState, seconds: float | None = None, *, gap: bool = False) -> None:
        self._name = name
        self._state: CallState = state
        self._seconds = seconds
        self._gap = gap

    @property
    def source(self) -> str:
        """The row as it is read."""
        return "\n" * self._gap + "".join(part for part in self._parts() if part).strip()

    def estimate(self, width: int) -> int:
        """One row."""
        return 1 + self._gap

    def render(self, width: int, look: Look) -> list[Line]:
        """The sign, the name, how it went and how long it took."""
        sign = SIGNS[self._state]
        glyph, name, rest = self._parts()
        lead = [(" " * CALL_INDENT, look["text"])]
        room = max(1, width - 1 - CALL_INDENT - cell_len(glyph + rest))
        name_runs = shorten([(name, look["muted"])], room)
        runs = [(glyph, look[sign.style]), *name_runs, (rest, look["muted"])]
        return [BLANK] * self._gap + lay_out(runs, width - 1, lead=lead)[:1]

    def _parts(self) -> tuple[str, str, str]:
        sign = SIGNS[self._state]
        name = " ".join(reveal(self._name).split())
        if self._state in {"asked", "running"}:
            return f"{sign.glyph} ", name, " …"
        words = f"  {sign.words}" if sign.words else ""
        took = (
            f"  {duration(self._seconds)}"
            if self._seconds is not None and self._state not in {"refused", "denied"}
            else ""
        )
        return f"{sign.glyph} ", name, words + took
