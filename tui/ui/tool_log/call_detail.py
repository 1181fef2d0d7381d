"""One call in full, on a screen of its own."""

import json
from collections.abc import Callable, Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.core.text import reveal
from tui.ui.dialogs.dialog import Dialog
from tui.ui.figures import clock_time, duration
from tui.ui.glyphs import SIGNS
from tui.ui.lines.block import Block, TextBlock, rows_of
from tui.ui.lines.block_view import BlockView
from tui.ui.lines.code import lay_out_code
from tui.ui.lines.line import Line
from tui.ui.lines.look import Look
from tui.ui.tool_log.call_record import CallRecord, pretty
from tui.ui.typed import app_of

HEAD_CHARACTERS = 750_000
TAIL_CHARACTERS = 250_000
"""Of a longer text, so much of its beginning and its end is shown."""

_KEYS = "c copy arguments   r copy result   esc close"
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


def detail_blocks(record: CallRecord, clock: Callable[[float], str]) -> list[Block]:
    """All that is known of a call."""
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
    if record.structured is not None:
        structured = json.dumps(record.structured, indent=2, ensure_ascii=False)
        blocks += [TextBlock("Structured result", "heading", gap=1), *_ends(structured, "json")]
    return blocks


def _facts(record: CallRecord, clock: Callable[[float], str]) -> Iterator[str]:
    by = "you, by hand" if record.by == "person" else f"the model, in turn {record.turn}"
    yield f"{'server':<9} {reveal(record.server) or '—'}"
    yield f"{'asked by':<9} {by}"
    if record.started_at is not None:
        times = [clock(at) for at in (record.started_at, record.finished_at) if at is not None]
        yield f"{'time':<9} {' to '.join(dict.fromkeys(times))}"
    yield f"{'id':<9} {reveal(record.call_id)}"


def _ends(text: str, language: str) -> Iterator[Block]:
    """A text whole, or its beginning and its end with a note between them."""
    left_out = len(text) - HEAD_CHARACTERS - TAIL_CHARACTERS
    if left_out <= 0:
        yield from _chunks(text, language)
        return
    yield from _chunks(text[:HEAD_CHARACTERS], language)
    yield TextBlock(f"… {left_out:,} characters are left out here; a copy has all of it …", "warning")
    yield from _chunks(text[-TAIL_CHARACTERS:], language)


def _chunks(text: str, language: str) -> Iterator[Block]:
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


class CallDetail(Dialog[None]):
    """Shows one call; c and r copy what went out and what came back, Esc closes."""

    DEFAULT_CSS = """
    CallDetail {
        align: center middle;
        & > Vertical {
            width: 90%; max-width: 130; height: 90%;
            background: $background; border: round $accent 60%;
        }
        & .call-detail--title { height: 1; padding: 0 1; background: $background; }
        & .call-detail--keys { height: 1; padding: 0 1; color: $text-muted; background: $background; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy_arguments", "Copy arguments"),
        Binding("r", "copy_result", "Copy result"),
        Binding("escape", "dismiss", "Close"),
    ]

    def __init__(self, record: CallRecord, *, clock: Callable[[float], str] = clock_time) -> None:
        super().__init__()
        self._record = record
        self._clock = clock

    def compose(self) -> ComposeResult:
        """A title, the call, the keys."""
        with Vertical():
            yield Static(classes="call-detail--title", markup=False)
            yield BlockView(follow=False)
            yield Static(_KEYS, classes="call-detail--keys", markup=False)

    def on_mount(self) -> None:
        """Fill in the call."""
        record, sign = self._record, SIGNS[self._record.state]
        took = f"  {duration(record.seconds)}" if record.seconds is not None else ""
        view = self.query_one(BlockView)
        color = view.get_component_rich_style(f"lines--{sign.style}").color
        title = Content.assemble(
            (f"{sign.glyph} ", color.name if color else ""),
            (reveal(record.name).replace("\n", " "), "bold"),
            f"  {sign.words or 'done'}{took}",
        )
        self.query_one(".call-detail--title", Static).update(title)
        view.load(detail_blocks(record, self._clock))
        view.focus()

    def action_copy_arguments(self) -> None:
        """Put the arguments on the clipboard."""
        self._copy(self._record.arguments_text(), "arguments")

    def action_copy_result(self) -> None:
        """Put the whole result on the clipboard."""
        self._copy(self._record.text, "result")

    def _copy(self, text: str, what: str) -> None:
        app = app_of(self)
        app.copy_to_clipboard(text)
        self.query_one(".call-detail--keys", Static).update(
            Content.assemble(_KEYS, (f"   {SIGNS['ok'].glyph} {what} copied", "$success"))
        )
