"""The rows of the logs: one for each message, one for each line of a server's output."""

import re
from collections.abc import Callable

from tui.core.ports import LogEntry
from tui.core.text import reveal
from tui.ui.figures import duration, file_size
from tui.ui.lines.block import Block, TextBlock
from tui.ui.lines.line import Line, Run, shorten, spread
from tui.ui.lines.look import Look

ARROWS = {"sent": "→", "received": "←"}
_METHOD_CELLS, _METHOD_CELLS_WHEN_NARROW = 28, 18
_KIND_CELLS = 13
_KINDS_FROM_WIDTH = 100
"""Cells; where there are fewer, the kind of a message gives way: the arrow and the colour tell most of it."""

_PREVIEW_CHARACTERS = 300
_ENVELOPE = re.compile(r'\{(?:"jsonrpc":"2\.0",?|"id":(?:\d+|"[^"]*"|null),?|"method":"[^"]*",?)*')
"""How a message begins, all of which the row says anyway."""

_STYLES = {"error": "error", "garbage": "warning"}
_SIGNS = {"error": "✗", "garbage": "!"}
_FAULT = re.compile(r"\b(?:ERROR|CRITICAL|Traceback|\w*Error:)")
_WARNING = re.compile(r"\bWARN(?:ING)?\b")


class EntryRow(Block):
    """A message on one row: when, which way, what it is, how large, and how long its answer took."""

    __slots__ = ("_clock", "entry")

    def __init__(self, entry: LogEntry, clock: Callable[[float], str]) -> None:
        self.entry = entry
        self._clock = clock

    @property
    def source(self) -> str:
        """The message as JSON."""
        return self.entry.text

    def estimate(self, width: int) -> int:
        """Always one."""
        return 1

    def render(self, width: int, look: Look) -> list[Line]:
        """The row; the message's beginning fills what room there is."""
        entry = self.entry
        is_wide = width >= _KINDS_FROM_WIDTH
        method_cells = _METHOD_CELLS if is_wide else _METHOD_CELLS_WHEN_NARROW
        style = look[_STYLES.get(entry.kind, "text")]
        name: Run = (reveal(entry.method) or entry.kind, look[_STYLES.get(entry.kind, "strong")])
        took = duration(entry.seconds) if entry.seconds is not None else ""
        (method, method_style), *_ = shorten([name], method_cells)
        left: list[Run] = [
            (f" {self._clock(entry.at)} ", look["muted"]),
            (f"{ARROWS[entry.direction]} ", look["accent"]),
            (f"{_SIGNS.get(entry.kind, '!' if entry.remark else ' ')} ", look[_STYLES.get(entry.kind, "warning")]),
            (f"{entry.kind:<{_KIND_CELLS}}" if is_wide else "", style),
            (f"{method:<{method_cells}} ", method_style),
            (f"{reveal(entry.id):<4} ", look["muted"]),
        ]
        if entry.remark:
            left.append((f"{entry.remark}  ", look["warning"]))
        left.append((_preview(entry.text), look["muted"]))
        right: list[Run] = [(f"{file_size(entry.size):>10}{took:>8}", look["muted"])]
        return [spread(left, right, width - 1, look["text"])]


def _preview(text: str) -> str:
    """What a message carries, on one line."""
    body = _ENVELOPE.sub("", text[:_PREVIEW_CHARACTERS], count=1)
    return "" if body == "}" else " ".join(reveal(body).split())


def output_row(line: str) -> TextBlock:
    """A line that a server wrote; faults and warnings in their colours."""
    style = "error" if _FAULT.search(line) else "warning" if _WARNING.search(line) else "text"
    return TextBlock(reveal(line), style)


def holds(entry: LogEntry, wanted: str) -> bool:
    """Whether a message has this text in it, in small or capital letters."""
    wanted = wanted.lower()
    places = (entry.method, entry.kind, entry.id, entry.remark, entry.text)
    return any(wanted in place.lower() for place in places)
