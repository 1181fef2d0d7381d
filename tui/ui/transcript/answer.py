"""An answer while it streams: complete pieces become blocks, the open rest is drawn lightly as the tail."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from tui.ui.glyphs import SIGNS
from tui.ui.lines.block import Block, TextBlock
from tui.ui.lines.sink import Sink
from tui.ui.transcript.blocks import CALL_INDENT, AnswerBlock, CallLine, PieceBlock
from tui.ui.transcript.splitter import Piece, Splitter, split

LIGHT_CHARACTERS = 2000
"""A tail is drawn as Markdown up to this length, plain beyond; and shorter answers are one block when reopened."""

_STEP = 4096
"""Characters that are split between two looks at the clock."""


def append_answer(sink: Sink, text: str, *, gap: bool) -> int:
    """Add a whole answer; returns the number of blocks, which is 0 for an empty one."""
    if not text.strip():
        return 0
    if len(text) <= LIGHT_CHARACTERS:
        sink.append(AnswerBlock(text, gap=gap))
        return 1
    pieces = split(text)
    for number, piece in enumerate(pieces):
        sink.append(PieceBlock(piece if number else replace(piece, gap=gap)))
    return len(pieces)


class AnswerStream:
    """Owns the blocks of the answer that is being streamed, at the end of the sink. `gap`: a blank row comes first."""

    def __init__(self, sink: Sink, *, gap: bool) -> None:
        self._sink = sink
        self._gap = gap
        self._splitter = Splitter()
        self._waiting: list[str] = []
        self._taken: list[str] = []
        self._block_count = 0
        self._tail: list[int] = []
        self._announced: list[str] = []
        self._set_tail()

    @property
    def text(self) -> str:
        """All that has come so far."""
        return "".join((*self._taken, *self._waiting))

    @property
    def has_text(self) -> bool:
        """Whether anything has come that shows."""
        return any(part.strip() for part in (*self._taken, *self._waiting))

    def add(self, text: str) -> None:
        """Take a piece of text, to be worked off later."""
        self._waiting.append(text)

    def announce(self, name: str) -> None:
        """The answer has begun to ask for a call."""
        self._announced.append(name)
        self._set_tail()

    def work(self, may_go_on: Callable[[], bool]) -> bool:
        """Turn waiting text into blocks until it is done or `may_go_on` says no; returns whether something is left."""
        if not self._waiting:
            return False
        text = "".join(self._waiting)
        position = 0
        pieces: list[Piece] = []
        while position < len(text):
            pieces += self._splitter.feed(text[position : position + _STEP])
            position += _STEP
            if not may_go_on():
                break
        self._taken.append(text[:position])
        self._waiting = [text[position:]] if position < len(text) else []
        with self._sink.editing():
            self._append(pieces)
            self._set_tail()
        return bool(self._waiting)

    def finish(self, text: str | None = None) -> bool:
        """The answer is complete; returns whether it shows anything.

        `text` is the answer as it is stored: where it differs from what was streamed, it is shown instead.
        """
        with self._sink.editing():
            self.work(lambda: True)
            self._show_tail([])
            if text is None or text == self.text:
                self._append(self._splitter.finish())
            else:
                self._sink.remove_last(self._block_count)
                self._block_count = append_answer(self._sink, text, gap=self._gap)
        return self._block_count > 0

    def _append(self, pieces: Sequence[Piece]) -> None:
        if not pieces:
            return
        self._show_tail([])
        for piece in pieces:
            self._sink.append(PieceBlock(self._spaced(piece)))
            self._block_count += 1

    def _spaced(self, piece: Piece) -> Piece:
        return piece if self._block_count else replace(piece, gap=self._gap)

    def _set_tail(self) -> None:
        """The text that is not complete yet, and what is being waited for."""
        tail: list[Block] = []
        piece = self._splitter.tail()
        if piece and len(piece.source) <= LIGHT_CHARACTERS:
            tail.append(PieceBlock(self._spaced(piece)))
        elif piece:
            tail.append(TextBlock(piece.source.removesuffix("\n"), gap=int(self._spaced(piece).gap)))
        if self._announced:
            tail += [CallLine(name, "asked") for name in self._announced]
        elif not self.has_text:
            tail.append(TextBlock(f"{SIGNS['asked'].glyph} …", "muted", gap=int(self._gap), indent=CALL_INDENT))
        self._show_tail(tail)

    def _show_tail(self, tail: Sequence[Block]) -> None:
        """Exchange the tail in its place, so that only rows that differ are drawn."""
        with self._sink.editing():
            kept = min(len(tail), len(self._tail))
            self._sink.remove_last(len(self._tail) - kept)
            del self._tail[kept:]
            for index, block in zip(self._tail, tail, strict=False):
                self._sink.replace(index, block)
            self._tail += [self._sink.append(block) for block in tail[kept:]]
