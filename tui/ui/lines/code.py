"""Code in colour: Pygments' tokens in the theme's styles, so that it suits dark and light alike."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len

from tui.ui.lines.line import TAB_SIZE, Line, Run, lay_out
from tui.ui.lines.look import Look

if TYPE_CHECKING:
    from pygments.lexer import Lexer

_STYLE_NAMES = (
    ("Token.Comment", "comment"),
    ("Token.Literal.String", "string"),
    ("Token.Literal.Number", "number"),
    ("Token.Keyword", "keyword"),
    ("Token.Name.Tag", "keyword"),
    ("Token.Name.Function", "function"),
    ("Token.Name.Class", "function"),
    ("Token.Name.Decorator", "function"),
    ("Token.Name.Builtin", "keyword"),
    ("Token.Generic.Inserted", "string"),
    ("Token.Generic.Deleted", "number"),
)

WRAP_SIGN = "↪ "
"""Before the rest of a line of code that did not fit."""


def highlight(code: str, language: str, look: Look, *, context: str = "") -> list[list[Run]]:
    """The lines of a piece of code as styled runs. `context` is the code before it, read to colour it rightly."""
    code, context = code.expandtabs(TAB_SIZE), context.expandtabs(TAB_SIZE)
    lexer = _lexer(language)
    if lexer is None:
        return [[(line, look["block"])] for line in code.split("\n")]
    lines: list[list[Run]] = [[]]
    skip = len(context)
    for _, token, value in lexer.get_tokens_unprocessed(context + code):
        if skip >= len(value):
            skip -= len(value)
            continue
        style = look[_style_name(str(token))]
        first, *others = value[skip:].split("\n")
        skip = 0
        lines[-1].append((first, style))
        lines.extend([(text, style)] for text in others)
    return lines


def lay_out_code(code: str, language: str, width: int, look: Look, *, context: str = "", indent: int = 0) -> list[Line]:
    """Rows of highlighted code on its own ground; long lines are wrapped, with a sign before the rest."""
    base = look["block"]
    lead: list[Run] = [(" " * indent, look["text"]), (" ", base)]
    rest: list[Run] = [(" " * indent, look["text"]), (" " + WRAP_SIGN, look["comment"])]
    rows: list[Line] = []
    for runs in highlight(code, language, look, context=context):
        fits = sum(cell_len(text) for text, _ in runs) + indent + 1 <= width
        rows += lay_out(runs, width, lead=lead, rest=lead if fits else rest, fill=base)
    return rows


@lru_cache(maxsize=256)
def _style_name(token: str) -> str:
    return next((name for kind, name in _STYLE_NAMES if token.startswith(kind)), "block")


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    if not language or len(language) > 40:
        return None
    # Not needed for the first paint.
    from pygments.lexers import get_lexer_by_name  # pyright: ignore[reportUnknownVariableType] (its options)
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language.lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
