"""One line of a form: a label, an input, and below it what is wrong with what was typed."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus
from textual.widgets import Static

from tui.ui.tools.clean_inputs import CleanInput
from tui.ui.typeable import TYPEABLE, typeable

LONGEST_LINE = 4000
"""In characters; a token of Entra ID may be that long."""


class FormLine(Vertical):
    """`was_touched` once a person typed something and left the line, or `touch` says so; only then it complains."""

    DEFAULT_CSS = """
    FormLine {
        height: auto;
        Horizontal { height: 1; }
        .label { width: 13; color: $text-muted; }
        Input {
            width: 1fr;
            height: 1;
            border: none;
            border-left: outer $surface;
            padding: 0 1;
            background: $surface;
            &:focus { border: none; border-left: outer $accent; }
        }
        .input--placeholder { color: $text-muted; }
        .problem { color: $text-error; padding: 0 0 0 15; display: none; }
        &.-current .label { color: $foreground; text-style: bold; }
        &.-wrong .problem { display: block; }
        &.-wrong Input { border-left: outer $error; }
    }
    """

    def __init__(
        self, name: str, label: str, value: str = "", *, placeholder: str = "", password: bool = False
    ) -> None:
        super().__init__(name=name)
        self._label = label
        self._input = CleanInput(
            typeable(value),
            placeholder=placeholder,
            password=password,
            restrict=TYPEABLE,
            max_length=LONGEST_LINE,
            select_on_focus=False,
        )
        self._problem = Static(classes="problem", markup=False)
        self.was_touched = bool(value)

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static(self._label, classes="label", markup=False)
            yield self._input
        yield self._problem

    @property
    def value(self) -> str:
        """What is typed, without surrounding blanks."""
        return self._input.value.strip()

    def focus_input(self) -> None:
        """Put the cursor into the line."""
        self._input.focus()

    def suggest(self, placeholder: str) -> None:
        """Say what an empty line stands for."""
        self._input.placeholder = placeholder

    def complain(self, problem: str) -> None:
        """Say below the line what is wrong; nothing, if nothing is, or before anything was typed."""
        shown = problem if self.was_touched else ""
        self._problem.update(Content(shown and f"✗ {shown}"))
        self.set_class(bool(shown), "-wrong")

    @on(DescendantFocus)
    def _entered(self) -> None:
        # A class, as `:focus-within` does not draw the label anew when the focus leaves.
        self.add_class("-current")

    @on(DescendantBlur)
    def _left(self) -> None:
        self.remove_class("-current")
        self.was_touched |= bool(self.value)
