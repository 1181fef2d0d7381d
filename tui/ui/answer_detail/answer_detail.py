"""One turn in full, on a screen of its own."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.core.events import EndReason
from tui.ui.answer_detail.document import turn_document
from tui.ui.answer_detail.turn_book import TurnRecord
from tui.ui.dialogs.detail import DetailDialog
from tui.ui.figures import clock_time, duration
from tui.ui.glyphs import SIGNS, CallState

_STATES: Mapping[EndReason, tuple[CallState, str]] = MappingProxyType(
    {
        "done": ("ok", "done"),
        "cancelled": ("cancelled", "stopped"),
        "failed": ("error", "failed"),
        "limit": ("timeout", "ended at the limit of rounds"),
        "denied": ("denied", "ended, because calls were not allowed"),
    }
)
"""The sign of each end, and its words."""


class AnswerDetail(DetailDialog):
    """Shows one turn; c copies all of it, i the request ids, Esc closes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy_all", "Copy all"),
        Binding("i", "copy_ids", "Copy request ids"),
        Binding("escape,ctrl+g", "dismiss", "Close"),
    ]

    def __init__(self, record: TurnRecord, *, clock: Callable[[float], str] = clock_time) -> None:
        super().__init__()
        self._record = record
        self._clock = clock

    def keys(self) -> Sequence[str]:
        """Copying what there is to copy."""
        return ["c copy all", *(["i copy request id"] if self._record.request_ids else [])]

    def on_mount(self) -> None:
        """Fill in the turn."""
        ended = self._record.ended
        state, words = _STATES[ended.reason] if ended else ("running", "running")
        took = f"  {duration(ended.seconds)}" if ended else ""
        self.show_title(SIGNS[state].glyph, SIGNS[state].style, f"Turn {self._record.turn}", f"{words}{took}")
        self.show_document(turn_document(self._record, self._clock))

    def action_copy_all(self) -> None:
        """Put the whole document on the clipboard."""
        self.copy("\n".join(block.source for block in self.document.flow), "all of it")

    def action_copy_ids(self) -> None:
        """Put the request ids on the clipboard, one a line."""
        if ids := self._record.request_ids:
            self.copy("\n".join(ids), "request id" if len(ids) == 1 else f"{len(ids)} request ids")
