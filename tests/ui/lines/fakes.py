"""Blocks whose estimates are wrong on purpose, and an application around a view."""

from dataclasses import dataclass

from textual.app import App, ComposeResult
from textual.widgets import TextArea

from tui.ui.lines.block import Block
from tui.ui.lines.block_view import BlockView
from tui.ui.lines.line import Line, plain
from tui.ui.lines.look import Look


@dataclass(frozen=True, slots=True)
class Numbered(Block):
    """A block of so many rows, `7.0`, `7.1` ..., which says beforehand that it takes `guess`."""

    number: int
    rows: int = 3
    guess: int = 1

    @property
    def source(self) -> str:
        """The rows' text."""
        return "\n".join(f"{self.number}.{row}" for row in range(self.rows))

    def estimate(self, width: int) -> int:
        """The guess."""
        return self.guess

    def render(self, width: int, look: Look) -> list[Line]:
        """The rows."""
        return plain(self.source, width, look["text"])


class ViewApp(App[None]):
    """A view above a text area."""

    CSS = "TextArea { height: 3; }"

    def __init__(self, view: BlockView) -> None:
        super().__init__()
        self.view = view

    def compose(self) -> ComposeResult:
        yield self.view
        yield TextArea()


def shown(view: BlockView) -> list[str]:
    """The text of the rows in sight."""
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]
