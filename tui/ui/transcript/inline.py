"""Inline Markdown as styled runs: emphasis, code, links with their whole address. Nothing is ever live."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.style import Style

from tui.core.text import sanitize
from tui.ui.lines.line import TAB_SIZE, Run
from tui.ui.lines.look import Look

if TYPE_CHECKING:
    from markdown_it.token import Token

_MARKS = {
    "strong": Style(bold=True),
    "em": Style(italic=True),
    "s": Style(strike=True),
}


def inline_lines(tokens: Sequence[Token], look: Look, base: Style) -> list[list[Run]]:
    """The lines of an inline token's children; a line break in the source is one here too.

    Entities may decode to characters that were not in the text, so every piece is sanitised again.
    """
    lines: list[list[Run]] = [[]]
    marks: list[Style] = []
    link: list[tuple[str, int]] = []
    for token in tokens:
        style = Style.combine([base, *marks]) if marks else base
        name = token.type.rpartition("_")[0]
        match token.type:
            case "softbreak" | "hardbreak":
                lines.append([])
            case "code_inline":
                lines[-1].append((_clean(token.content), style + look["code"]))
            case "link_open":
                link.append((_address(token, "href"), len(lines[-1])))
                marks.append(Style(underline=True))
            case "link_close":
                marks.pop()
                address, start = link.pop()
                label = "".join(text for text, _ in lines[-1][start:])
                lines[-1] += _after_link(label, address, look)
            case "image":
                label = _clean(token.content) or "image"
                lines[-1] += [(label, style), *_after_link(label, _address(token, "src"), look)]
            case _ if name in _MARKS and token.nesting == 1:
                marks.append(_MARKS[name])
            case _ if name in _MARKS:
                marks.pop()
            case _:
                lines[-1].append((_clean(token.content), style))
    return lines


def _after_link(label: str, address: str, look: Look) -> list[Run]:
    """The address in brackets, unless it is what the label says already."""
    if address in {label, f"mailto:{label}"}:
        return []
    return [(f" ({address})", look["muted"])]


def _address(token: Token, attribute: str) -> str:
    return _clean(str(token.attrGet(attribute) or ""))


def _clean(text: str) -> str:
    return sanitize(text).replace("\n", " ").expandtabs(TAB_SIZE)
