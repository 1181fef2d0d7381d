"""The last look at text before it is drawn: nothing that a terminal would obey leaves the application."""

from collections.abc import Sequence

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter


class LastLook(LineFilter):
    """Takes escape sequences, controls and invisible marks out of every row of every widget.

    Text is made harmless where it enters; this is for the place where that was forgotten.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The row without them; nearly always it is as it was."""
        if is_harmless(segments):
            return segments
        from tui.core.text import sanitize  # its patterns take 5 ms, which the first paint is spared

        return [Segment(sanitize(text).replace("\n", " ").replace("\t", " "), style) for text, style, _ in segments]


def is_harmless(segments: Sequence[Segment]) -> bool:
    """Whether all of it is plain text, and nothing is a control of Rich's own."""
    return all(text.isprintable() and control is None for text, _, control in segments)
