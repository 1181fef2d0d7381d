"""A tool's schema beside what the model is sent, with the lines that differ marked and the changes in words."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TypeAlias

from textual.content import Content

from tui.core.events import Json
from tui.core.ports import SentTool
from tui.ui.theme import MUTED
from tui.ui.tools.columns import columns, fitted
from tui.ui.tools.json_view import cut_off, hanging, json_lines
from tui.ui.tools.untrusted import as_prose
from tui.ui.tools.words import NOT_SENT

_BESIDE_FROM = 72
_BAR = " │ "
_MOST_COMPARED = 1_000
"""Lines of a side; comparing takes quadratic time."""

_NEWLINE = Content("\n")

Sign: TypeAlias = tuple[str, str]
"""What stands before a line, and its style."""

_GONE: Sign = ("− ", "$warning")
_NEW: Sign = ("+ ", "$success")
_SAME: Sign = ("  ", "")


def sent_view(schema: Mapping[str, Json], sent: SentTool, width: int) -> Content:
    """What was changed, then both sides: next to each other, or in a narrow place one below the other.

    Of a tool that is not sent there is only its schema.
    """
    server_lines, server_more = json_lines(schema)
    sent_lines, sent_more = ([], 0) if sent.sent is None else json_lines(sent.sent)
    server_signs, sent_signs = _signs(server_lines, sent_lines)
    is_wide = width >= _BESIDE_FROM and sent.sent is not None
    column = (width - len(_BAR)) // 2 if is_wide else width
    left = [*_side("MCP schema", server_lines, server_signs, server_more, column)]
    if sent.sent is None:
        return _NEWLINE.join(left)
    right = [*_side("Sent to the model", sent_lines, sent_signs, sent_more, column)]
    both = _beside(left, right, column) if is_wide else [*right, Content(), *left]
    return _NEWLINE.join([_changes(sent, width), Content(), *both])


def left_out_content(reason: str) -> Content:
    """Why the model does not get to know a tool."""
    return Content.styled(f"{NOT_SENT.glyph} Not sent to the model. {as_prose(reason)}", f"${NOT_SENT.style}")


def _changes(sent: SentTool, width: int) -> Content:
    if not sent.changes:
        return Content.styled("The model is sent the schema as it is.", MUTED)
    title = Content.assemble(("Changed for the model", "bold"), (f" {len(sent.changes)}", MUTED))
    rows = [[Content("•"), Content(as_prose(change))] for change in sent.changes]
    return _NEWLINE.join([title, columns(rows, fitted(rows, (1,), width))])


def _signs(server: Sequence[Content], sent: Sequence[Content]) -> tuple[list[Sign], list[Sign]]:
    """A sign for each line of both sides. Around the schema, what is sent has what the API wants of every tool."""
    server_signs, sent_signs = [_SAME] * len(server), [_SAME] * len(sent)
    start = next((i for i, line in enumerate(sent) if line.plain.lstrip().startswith('"parameters": {')), len(sent))
    margin = " " * (len(sent[start].plain) - len(sent[start].plain.lstrip())) if start < len(sent) else ""
    end = next((i for i in range(start, len(sent)) if sent[i].plain.startswith(f"{margin}}}")), len(sent))
    before = [line.plain.strip(" ,") for line in server[1:-1]]
    after = [line.plain.strip(" ,") for line in sent[start + 1 : end]]
    if max(len(before), len(after)) > _MOST_COMPARED:
        return server_signs, sent_signs
    for same, i, i_end, j, j_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if same != "equal":
            server_signs[1 + i : 1 + i_end] = [_GONE] * (i_end - i)
            sent_signs[start + 1 + j : start + 1 + j_end] = [_NEW] * (j_end - j)
    return server_signs, sent_signs


def _side(title: str, lines: Sequence[Content], signs: Sequence[Sign], more: int, width: int) -> Iterator[Content]:
    """One side: its title, and its lines with their signs before them."""
    yield Content.styled(title, "bold")
    yield Content()
    for line, (sign, style) in zip(lines, signs, strict=True):
        first, *rest = hanging(line, width - len(sign))
        yield Content.assemble((sign, style), first)
        yield from (Content(" " * len(sign)) + piece for piece in rest)
    if more > 0:
        yield from cut_off(more).split()[1:]


def _beside(left: Sequence[Content], right: Sequence[Content], column: int) -> Iterator[Content]:
    bar = Content.styled(_BAR, MUTED)
    for one, other in zip_longest(left, right, fillvalue=Content()):
        yield Content.assemble(one, " " * max(0, column - one.cell_length), bar, other)
