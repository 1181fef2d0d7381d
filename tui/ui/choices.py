"""A few questions with a few answers each, one a line: up and down go to one, left and right change its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.ui.theme import MUTED

_LABEL_WIDTH = 10


@dataclass(frozen=True, slots=True)
class Question:
    """`options` are pairs of a value and its words; the first one is what holds where nothing was chosen."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]


class Choices(Widget, can_focus=True):
    """Shows every question with its answer; `answers` tells what is chosen."""

    DEFAULT_CSS = """
    Choices {
        height: auto;
        width: 1fr;
    }
    """
    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("left,h", "change(-1)", "Change", key_display="← →"),
        Binding("right,l,space", "change(1)", "Change", show=False),
    ]

    row: reactive[int] = reactive(0)
    """The question that the keys change."""

    class Changed(Message):
        """Another answer was chosen."""

    def __init__(self, questions: Sequence[Question], chosen: dict[str, str] | None = None) -> None:
        super().__init__()
        self._questions = questions
        self._chosen = {question.name: 0 for question in questions}
        for question in questions:
            values = [value for value, _ in question.options]
            if chosen and (value := chosen.get(question.name, "")) in values:
                self._chosen[question.name] = values.index(value)

    @property
    def answers(self) -> dict[str, str]:
        """The chosen value of each question, by its name."""
        return {question.name: question.options[self._chosen[question.name]][0] for question in self._questions}

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line for each question."""
        return len(self._questions)

    def render(self) -> Content:
        """The questions with their answers; what is too long for the line ends in "…"."""
        return Content("\n").join(self._line(index) for index in range(len(self._questions)))

    def _line(self, index: int) -> Content:
        question = self._questions[index]
        words = question.options[self._chosen[question.name]][1]
        is_current = index == self.row and self.has_focus
        arrows = "$accent" if is_current else MUTED
        line = Content.assemble(
            ("❯ " if is_current else "  ", "$accent"),
            (question.label.ljust(_LABEL_WIDTH), "bold" if is_current else MUTED),
            ("‹ ", arrows),
            (words, "bold" if self._chosen[question.name] else ""),
            (" ›", arrows),
        )
        return line.truncate(max(1, self.content_size.width), ellipsis=True)

    def on_focus(self) -> None:
        """Show the mark."""
        self.refresh()

    def on_blur(self) -> None:
        """Take the mark away."""
        self.refresh()

    def action_move(self, rows: int) -> None:
        """Go to another question."""
        self.row = max(0, min(self.row + rows, len(self._questions) - 1))

    def action_change(self, steps: int) -> None:
        """Take the next answer or the one before; behind the last comes the first."""
        question = self._questions[self.row]
        self._chosen[question.name] = (self._chosen[question.name] + steps) % len(question.options)
        self.refresh()
        self.post_message(self.Changed())

    def reset(self) -> None:
        """Take the first answer of every question."""
        self._chosen = dict.fromkeys(self._chosen, 0)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click on an answer's left arrow goes back, anywhere else on its line goes on."""
        if event.y < len(self._questions):
            self.row = event.y
            left_arrow = cell_len("❯ ") + _LABEL_WIDTH
            self.action_change(-1 if left_arrow <= event.x < left_arrow + 2 else 1)
