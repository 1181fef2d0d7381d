"""One message in full, on a screen of its own."""

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.core.ports import LogEntry
from tui.core.text import reveal
from tui.ui.answer_detail.facts import FactBlock
from tui.ui.dialogs.detail import DetailDialog
from tui.ui.figures import duration, file_size
from tui.ui.lines.block import Block, TextBlock
from tui.ui.logs.rows import ARROWS
from tui.ui.tool_log.call_detail import chunks
from tui.ui.tool_log.call_record import pretty


class EntryDetail(DetailDialog):
    """Shows one message; c copies it, Esc closes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy_message", "Copy"),
        Binding("escape,q", "dismiss", "Close"),
    ]

    def __init__(self, entry: LogEntry, server: str, clock: Callable[[float], str]) -> None:
        super().__init__()
        self._entry = entry
        self._server = server
        self._clock = clock

    def keys(self) -> Sequence[str]:
        """Copying it."""
        return ["c copy"]

    def on_mount(self) -> None:
        """Fill in the message."""
        entry = self._entry
        style = {"error": "error", "garbage": "warning"}.get(entry.kind, "accent")
        name = " ".join(reveal(entry.method or entry.kind).split())
        self.show_title(ARROWS[entry.direction], style, name, f"{entry.kind}, {entry.direction}")
        self.show_document(list(self._blocks()))

    def action_copy_message(self) -> None:
        """Put the message on the clipboard."""
        self.copy(self._entry.text, "the message")

    def _blocks(self) -> Iterator[Block]:
        entry = self._entry
        yield FactBlock("server", self._server)
        yield FactBlock("time", self._clock(entry.at))
        if entry.id:
            yield FactBlock("id", entry.id)
        yield FactBlock("size", file_size(entry.size))
        if entry.seconds is not None:
            yield FactBlock("answered", f"after {duration(entry.seconds)}")
        if entry.remark:
            yield FactBlock("remark", f"! {entry.remark}", "warning")
        is_cut = entry.size > len(entry.text.encode()) and len(entry.text) >= 1024
        head = f"Its first {file_size(len(entry.text.encode()))}" if is_cut else "Message"
        yield TextBlock(head, "heading", gap=1)
        yield from chunks(pretty(entry.text), "json")
