"""Loads what the first answer needs before it comes: the Markdown parser and the commonest lexers take 80 ms."""

from rich.style import Style

from tui.ui.lines.look import Look
from tui.ui.transcript.markdown import render_piece
from tui.ui.transcript.splitter import split

_SAMPLE = """**All** of *it* `once`, 你好

| a |
|---|
| b |

""" + "\n".join(f"```{language}\n1\n```\n" for language in ("python", "json", "bash", "text"))


def warm_up() -> None:
    """Render a sample and throw it away. For a thread, after the first paint."""
    look = Look.resolve(lambda _: Style())
    for piece in split(_SAMPLE):
        render_piece(piece, 40, look)
