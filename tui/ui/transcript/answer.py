"""An answer while it streams: complete pieces become blocks, the open rest is drawn lightly as the tail."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from tui.ui.glyphs import SIGNS
from tui.ui.lines.block import Block, TextBlock
from tui.ui.lines.sink import Sink
from tui.ui.transcript.blocks import CALL_INDENT, AnswerBlock, CallLine, PieceBlock
from tui.ui.transcript.splitter import Piece, Splitter, split
from tui.ui.transcript.thoughts import ThoughtsBlock

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
    """Owns the blocks of the answer that is being streamed, at the end of the sink. `gap`: a blank row comes first.

    The thoughts, where there are any, come first; `thoughts_unfolded` says how they are shown.
    """

    def __init__(self, sink: Sink, *, gap: bool, thoughts_unfolded: bool = False) -> None:
        self._sink = sink
        self._gap = gap
        self.thoughts_unfolded = thoughts_unfolded
        self.thoughts_index: int | None = None
        """The block of the thoughts, once there are any."""
        self._thoughts: list[str] = []
        self._thought_seconds: float | None = None
        self._new_thoughts = False
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

    def think(self, text: str) -> None:
        """Take a piece of the thoughts, to be worked off later."""
        self._thoughts.append(text)
        self._new_thoughts = True

    def has_thought(self, seconds: float) -> None:
        """The first text has come, after so many seconds."""
        if self._thought_seconds is None:
            self._thought_seconds = max(0.0, seconds)
            self._new_thoughts = bool(self._thoughts)

    def fold_thoughts(self, *, unfolded: bool) -> None:
        """Show the thoughts folded or not."""
        self.thoughts_unfolded = unfolded
        if self.thoughts_index is not None:
            self._sink.replace(self.thoughts_index, self._thoughts_block())

    def announce(self, name: str) -> None:
        """The answer has begun to ask for a call."""
        self._announced.append(name)
        self._set_tail()

    def work(self, may_go_on: Callable[[], bool]) -> bool:
        """Turn waiting text into blocks until it is done or `may_go_on` says no; returns whether something is left."""
        if self._new_thoughts:
            self._show_thoughts()
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

    def finish(self, text: str | None = None, thoughts: ThoughtsBlock | None = None) -> bool:
        """The answer is complete; returns whether its text shows anything.

        `text` and `thoughts` are the answer as it is stored: where that differs from what was streamed, it is shown
        instead. Without them the answer was broken off, and its thoughts go.
        """
        with self._sink.editing():
            self.work(lambda: True)
            self._show_tail([])
            has_thoughts = self.thoughts_index is not None
            if text in {None, self.text} and has_thoughts == (thoughts is not None):
                self._append(self._splitter.finish())
                if thoughts and self.thoughts_index is not None:
                    self._sink.replace(self.thoughts_index, thoughts)
            else:
                self._sink.remove_last(self._block_count + has_thoughts)
                if thoughts:
                    self._sink.append(thoughts)
                gap = self._gap and not thoughts
                self._block_count = append_answer(self._sink, self.text if text is None else text, gap=gap)
        return self._block_count > 0

    def _show_thoughts(self) -> None:
        """Thoughts that come only behind text wait for the end, where they are put before it."""
        self._new_thoughts = False
        if self.thoughts_index is not None and (self.thoughts_unfolded or self._thought_seconds is not None):
            self._sink.replace(self.thoughts_index, self._thoughts_block())
        elif self.thoughts_index is None and not self._block_count:
            with self._sink.editing():
                self._show_tail([])
                self.thoughts_index = self._sink.append(self._thoughts_block())
                self._set_tail()

    def _thoughts_block(self) -> ThoughtsBlock:
        return ThoughtsBlock(
            "".join(self._thoughts), self._thought_seconds, unfolded=self.thoughts_unfolded, gap=self._gap
        )

    def _append(self, pieces: Sequence[Piece]) -> None:
        if not pieces:
            return
        self._show_tail([])
        for piece in pieces:
            self._sink.append(PieceBlock(self._spaced(piece)))
            self._block_count += 1

    @property
    def _text_gap(self) -> bool:
        return self._gap and self.thoughts_index is None and not self._block_count

    def _spaced(self, piece: Piece) -> Piece:
        return piece if self._block_count else replace(piece, gap=self._text_gap)

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
        elif not self.has_text and self.thoughts_index is None:
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
