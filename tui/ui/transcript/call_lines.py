"""The rows of calls that are not over yet, where they stand in the transcript."""

from dataclasses import dataclass

from tui.core.events import ToolFinished
from tui.ui.glyphs import CallState
from tui.ui.lines.sink import Sink
from tui.ui.transcript.blocks import CallLine


@dataclass(frozen=True, slots=True)
class _Row:
    index: int
    name: str
    state: CallState
    gap: bool


class CallLines:
    """Each call has one row, from when it waits or starts until it ends."""

    def __init__(self) -> None:
        self._rows: dict[str, _Row] = {}

    def put(self, sink: Sink, call_id: str, name: str, state: CallState, *, gap: bool) -> None:
        """The call is in this state now; a `gap` comes before its row if that is a new one."""
        known = self._rows.get(call_id)
        if known:
            sink.replace(known.index, CallLine(name, state, gap=known.gap))
            self._rows[call_id] = _Row(known.index, name, state, known.gap)
        else:
            index = sink.append(CallLine(name, state, gap=gap))
            self._rows[call_id] = _Row(index, name, state, gap)

    def finish(self, sink: Sink, event: ToolFinished) -> None:
        """The call is over."""
        row = self._rows.pop(event.call_id, None)
        if row:
            sink.replace(row.index, CallLine(row.name, event.status, event.seconds, gap=row.gap))

    def close(self, sink: Sink) -> None:
        """Those that are left were broken off."""
        for row in self._rows.values():
            state: CallState = "lost" if row.state == "running" else "not_run"
            sink.replace(row.index, CallLine(row.name, state, gap=row.gap))
        self._rows.clear()
