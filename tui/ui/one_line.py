"""Lines that are one widget each: a left part, a right part, and what a click on a part does.

The frame of the screen consists of them; a widget for every word would take longer to make than all else together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the left side; `press` is what a click on it does."""

    content: Content
    press: Callable[[], object] | None = None


class OneLine(Widget):
    """Draws parts from the left and one content at the right end; what does not fit ends in a sign."""

    DEFAULT_CSS = """
    OneLine { height: 1; padding: 0 2; }
    """
    ALLOW_SELECT = False
    GAP = 3
    """Cells between two parts."""
    RIGHT_FIRST = False
    """Whether the left side gives way when there is no room for both."""

    def parts(self) -> Sequence[Part]:
        """What stands left."""
        return ()

    def right(self) -> Content:
        """What stands at the right end."""
        return Content()

    def squeezed(self, room: int) -> Content:
        """The left side in this many cells."""
        return Content(" " * self.GAP).join(part.content for part in self.parts()).truncate(room, ellipsis=True)

    def render(self) -> Content:
        """Left, blanks, right."""
        width, right = self.content_size.width, self.right()
        left = self.squeezed(max(0, width - right.cell_length - self.GAP) if self.RIGHT_FIRST else width)
        room = width - left.cell_length - self.GAP
        if right.cell_length > room:
            right = right.truncate(max(0, room), ellipsis=True)
        return left + Content(" " * max(0, width - left.cell_length - right.cell_length)) + right

    def on_click(self, event: events.Click) -> None:
        """Press the part under the mouse."""
        x = event.x - self.gutter.left
        for part in self.parts():
            if 0 <= x < part.content.cell_length:
                if part.press:
                    part.press()
                return
            x -= part.content.cell_length + self.GAP
