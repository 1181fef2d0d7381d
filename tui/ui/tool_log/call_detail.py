"""One call in full, on a screen of its own."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.core.errors import AppError
from tui.core.text import reveal
from tui.ui.approval.words import decision
from tui.ui.dialogs.detail import DetailDialog
from tui.ui.figures import clock_time, count, duration, file_size
from tui.ui.glyphs import SIGNS
from tui.ui.lines.block import Block, TextBlock, rows_of
from tui.ui.lines.code import lay_out_code
from tui.ui.lines.line import Line
from tui.ui.lines.look import Look
from tui.ui.tool_log.call_record import CallRecord, pretty
from tui.ui.tool_log.pictures import described, save

HEAD_CHARACTERS = 750_000
TAIL_CHARACTERS = 250_000
"""Of a longer text, so much of its beginning and its end is shown."""

_CHUNK_LINES = 40
_CHUNK_CHARACTERS = 4096


class ChunkBlock(Block):
    """Some lines of JSON or text, with whatever cannot be seen spelled out."""

    __slots__ = ("_language", "_text")

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._language = language

    @property
    def source(self) -> str:
        """The lines as they are."""
        return self._text

    def estimate(self, width: int) -> int:
        """By the length of the text."""
        return rows_of(self._text, width - 2)

    def render(self, width: int, look: Look) -> list[Line]:
        """The lines in colour, long ones wrapped."""
        return lay_out_code(reveal(self._text), self._language, width, look, indent=1)


def detail_blocks(record: CallRecord, clock: Callable[[float], str], *, unfolded: bool = False) -> list[Block]:
    """All that is known of a call; the structured result is one line unless it is `unfolded`."""
    blocks: list[Block] = [TextBlock(line, "muted") for line in _facts(record, clock)]
    arguments = record.arguments_text()
    if record.raw_arguments:
        blocks.append(TextBlock("The model's arguments are no JSON object; nothing was sent.", "error", gap=1))
    blocks += [TextBlock("Arguments", "heading", gap=1), *_ends(arguments, "json")]
    if record.text:
        shown = pretty(record.text)
        blocks += [TextBlock("Result", "heading", gap=1), *_ends(shown, "json" if shown != record.text else "")]
    elif record.is_over:
        blocks += [TextBlock("Result", "heading", gap=1), TextBlock("Nothing came back.", "muted")]
    if record.images:
        blocks.append(TextBlock(count(len(record.images), "picture").capitalize(), "heading", gap=1))
        blocks += [TextBlock(described(image)) for image in record.images]
    if record.structured is not None:
        blocks += _structured(record, unfolded=unfolded)
    return blocks


def _structured(record: CallRecord, *, unfolded: bool) -> Iterator[Block]:
    text = json.dumps(record.structured, indent=2, ensure_ascii=False)
    size = file_size(len(text.encode("utf-8", "replace")))
    head = f"{'▾' if unfolded else '▸'} Structured result  {_extent(record)}{size}"
    yield TextBlock(head, "heading", gap=1)
    if unfolded:
        yield from _ends(text, "json")


def _extent(record: CallRecord) -> str:
    match record.structured:
        case dict() as fields:
            return f"{count(len(fields), 'field')} · "
        case list() as items:
            return f"{count(len(items), 'item')} · "
        case _:
            return ""


def _facts(record: CallRecord, clock: Callable[[float], str]) -> Iterator[str]:
    by = "you, by hand" if record.by == "person" else f"the model, in turn {record.turn}"
    yield f"{'server':<9} {reveal(record.server) or '—'}"
    yield f"{'asked by':<9} {by}"
    if decided := decision(record.approval, denied=record.state == "denied"):
        yield f"{'approval':<9} {decided}"
    if record.approval.decided_by == "person":
        yield f"{'why asked':<9} {record.approval.why}"
    if record.started_at is not None:
        times = [clock(at) for at in (record.started_at, record.finished_at) if at is not None]
        yield f"{'time':<9} {' to '.join(dict.fromkeys(times))}"
    yield f"{'id':<9} {reveal(record.call_id)}"


def _ends(text: str, language: str) -> Iterator[Block]:
    """A text whole, or its beginning and its end with a note between them."""
    left_out = len(text) - HEAD_CHARACTERS - TAIL_CHARACTERS
    if left_out <= 0:
        yield from chunks(text, language)
        return
    yield from chunks(text[:HEAD_CHARACTERS], language)
    yield TextBlock(f"… {left_out:,} characters are left out here; a copy has all of it …", "warning")
    yield from chunks(text[-TAIL_CHARACTERS:], language)


def chunks(text: str, language: str) -> Iterator[Block]:
    """The text in pieces that render quickly, cut at line ends where lines are not too long."""
    lines: list[str] = []
    size = 0
    for line in text.removesuffix("\n").split("\n"):
        for start in range(0, max(1, len(line)), _CHUNK_CHARACTERS):
            lines.append(line[start : start + _CHUNK_CHARACTERS])
            size += len(lines[-1])
            if len(lines) >= _CHUNK_LINES or size >= _CHUNK_CHARACTERS:
                yield ChunkBlock("\n".join(lines), language)
                lines, size = [], 0
    if lines:
        yield ChunkBlock("\n".join(lines), language)


class CallDetail(DetailDialog):
    """Shows one call. Keys copy what went out and what came back, unfold the structured result and save pictures.

    `pictures` is the folder they are saved to; None: the person's folder for downloads.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy_arguments", "Copy arguments"),
        Binding("r", "copy_result", "Copy result"),
        Binding("j", "fold", "Structured result"),
        Binding("s", "save", "Save pictures"),
        Binding("escape", "dismiss", "Close"),
    ]

    def __init__(
        self, record: CallRecord, *, clock: Callable[[float], str] = clock_time, pictures: Path | None = None
    ) -> None:
        super().__init__()
        self._record = record
        self._clock = clock
        self._pictures = pictures
        self._unfolded = False

    def keys(self) -> Sequence[str]:
        """Those for which there is something."""
        keys = ["c copy arguments", "r copy result"]
        keys += ["j JSON"] if self._record.structured is not None else []
        keys += ["s save"] if self._record.images else []
        return keys

    def on_mount(self) -> None:
        """Fill in the call."""
        record, sign = self._record, SIGNS[self._record.state]
        took = f"  {duration(record.seconds)}" if record.seconds is not None else ""
        name = " ".join(reveal(record.name).split())
        self.show_title(sign.glyph, sign.style, name, f"{sign.words or 'done'}{took}")
        self.show_document(detail_blocks(record, self._clock))

    def action_fold(self) -> None:
        """Unfold the structured result, at the top of the view, or fold it."""
        if self._record.structured is None:
            return
        folded = detail_blocks(self._record, self._clock)
        self._unfolded = not self._unfolded
        self.show_document(detail_blocks(self._record, self._clock, unfolded=True) if self._unfolded else folded)
        self.document.go_to(len(folded) - 1)

    def action_copy_arguments(self) -> None:
        """Put the arguments on the clipboard."""
        self.copy(self._record.arguments_text(), "arguments")

    def action_copy_result(self) -> None:
        """Put the whole result on the clipboard."""
        self.copy(self._record.text, "result")

    async def action_save(self) -> None:
        """Write the pictures to files, and say where."""
        if not self._record.images:
            return
        from platformdirs import user_downloads_path  # needed only here

        folder = self._pictures or user_downloads_path()
        try:
            paths = await asyncio.to_thread(save, self._record.images, folder, self._record.name)
        except AppError as error:
            self.say(error.message, "error")
        else:
            self.say(f"saved {paths[0]}" + (f" and {len(paths) - 1} more" if len(paths) > 1 else ""))
