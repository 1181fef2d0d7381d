"""JSON as coloured, indented text in which nothing is invisible."""

import json
import re
from collections.abc import Sequence

from textual.content import Content, Span

from tui.core.events import Json
from tui.core.text import reveal
from tui.ui.theme import MUTED

LONGEST_JSON = 60_000
_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\\n]|\\.)*")(?=\s*:)|(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<word>\b(?:true|false|null)\b)'
    r"|(?P<number>-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b)"
)
_STYLES = {"key": "$accent", "string": "$success", "word": "$secondary", "number": "$warning"}


def json_content(value: Json, width: int) -> Content:
    """The value pretty-printed; long lines go on below their own indentation, and what is cut off is counted."""
    lines, more = json_lines(value)
    return Content("\n").join(part for line in lines for part in hanging(line, width)) + cut_off(more)


def json_lines(value: Json) -> tuple[list[Content], int]:
    """The value pretty-printed, line by line, and how many characters are cut off."""
    text = reveal(json.dumps(value, ensure_ascii=False, indent=2, default=str))
    return json_text(text[:LONGEST_JSON]).split(), len(text) - LONGEST_JSON


def json_text(text: str) -> Content:
    """Text that is JSON already, or most of it, with its tokens coloured."""
    spans = [
        Span(match.start(), match.end(), _STYLES[match.lastgroup]) for match in _TOKEN.finditer(text) if match.lastgroup
    ]
    return Content(text, spans)


def hanging(line: Content, width: int) -> Sequence[Content]:
    """The line in pieces of `width` cells that go on below its own indentation."""
    indent = len(line.plain) - len(line.plain.lstrip(" "))
    if line.cell_length <= width or indent >= width // 2:
        return (line,)
    margin = Content(" " * indent)
    return [margin + part for part in line[indent:].wrap(width - indent)]


def cut_off(more: int) -> Content:
    """The sign that so many characters are not shown; nothing where all are."""
    return Content.styled(f"\n… {more:,} more characters", MUTED) if more > 0 else Content()
