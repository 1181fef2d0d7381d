"""Where the words that were looked for stand, as one line under a conversation."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal, TypeAlias

from rich.cells import cell_len, set_cell_size

from tui.core.ports import SearchHit, Snippet

SOURCES: Mapping[str, str] = MappingProxyType(
    {"message": "you", "answer": "answer", "call": "call", "result": "result"}
)
"""What each `Snippet.source` is called."""

_INDENT = "    "

Piece: TypeAlias = tuple[str, Literal["muted", "snippet", "hit"]]


def place(snippet: Snippet) -> str:
    """The turn and what of it: `turn 3 · answer`; a call made by hand belongs to no turn."""
    source = SOURCES.get(snippet.source, snippet.source)
    return f"turn {snippet.turn} · {source}" if snippet.turn else f"by hand · {source}"


def snippet_cells(hit: SearchHit, width: int) -> Sequence[Piece]:
    """The line of a hit in exactly `width` cells; what is cut off leaves a "…"."""
    if hit.snippet is None:
        return [(set_cell_size(f"{_INDENT}in the title", width), "muted")]
    head = f"{_INDENT}{place(hit.snippet)}   "
    room = width - cell_len(head)
    if room < 1:
        return [(set_cell_size(head, width), "muted")]
    pieces: list[Piece] = [(head, "muted"), *_window(_on_one_line(hit.snippet), room)]
    left = width - sum(cell_len(text) for text, _ in pieces)
    return [*pieces, (" " * left, "muted")]


def _on_one_line(snippet: Snippet) -> list[tuple[str, bool]]:
    """The pieces with every stretch of blanks as one."""
    pieces: list[tuple[str, bool]] = []
    after_blank = True
    for text, is_hit in snippet.pieces:
        words = " ".join(text.split())
        before = " " if text[:1].isspace() and not after_blank else ""
        after = " " if words and text[-1:].isspace() else ""
        line = before + words + after
        if line:
            pieces.append((line, is_hit))
            after_blank = line.endswith(" ")
    return pieces


def _window(pieces: Sequence[tuple[str, bool]], width: int) -> list[Piece]:
    """As much around the first hit as there is room for: a third before it at most."""
    shown: list[Piece] = []
    first = next((index for index, (_, is_hit) in enumerate(pieces) if is_hit), 0)
    lead = "".join(text for text, _ in pieces[:first])
    if lead:
        shown.append((_end_of(lead, width // 3), "snippet"))
    for text, is_hit in pieces[first:]:
        room = width - sum(cell_len(taken) for taken, _ in shown)
        if cell_len(text) > room:
            shown.append((_start_of(text, room), "hit" if is_hit else "snippet"))
            break
        shown.append((text, "hit" if is_hit else "snippet"))
    return shown


def _end_of(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text
    kept = text
    while kept and cell_len(kept) > width - 1:
        kept = kept[max(1, cell_len(kept) - width) :]
    return "…" + kept.removeprefix(" ")


def _start_of(text: str, width: int) -> str:
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""
