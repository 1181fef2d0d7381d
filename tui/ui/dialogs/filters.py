"""Asks which conversations to show: by tool, model, failed calls and date."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from tui.ui.choices import Choices, Question
from tui.ui.dialogs.dialog import Dialog
from tui.ui.key_bar import KeyBar

_DATES = (("", "any time"), ("today", "today"), ("7d", "the last 7 days"), ("30d", "the last 30 days"))


class FiltersDialog(Dialog[Mapping[str, str] | None]):
    """The values of the filters `tool`, `model`, `failed`, `since` and `until`, empty where any will do.

    None where they stay as they were.
    """

    DEFAULT_CSS = """
    FiltersDialog {
        align: center middle;
        & > Vertical {
            width: 64;
            max-width: 94%;
            height: auto;
            padding: 1 3 0 3;
            background: $panel;
        }
        #heading { text-style: bold; color: $accent; margin-bottom: 1; }
        #about { color: $text-muted; margin: 1 0; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "apply", "Show these", key_display="⏎"),
        Binding("delete,c", "reset", "Clear", key_display="c"),
        Binding("escape", "dismiss", "Leave", key_display="esc"),
    ]

    def __init__(self, tools: Sequence[str], models: Sequence[str], chosen: Mapping[str, str]) -> None:
        super().__init__()
        self._chosen = dict(chosen)
        self._questions = (
            Question("tool", "Tool", self._with_typed("tool", [("", "any tool"), *((tool, tool) for tool in tools)])),
            Question("model", "Model", self._with_typed("model", [("", "any"), *((name, name) for name in models)])),
            Question("failed", "Calls", (("", "any"), ("yes", "with failed calls"))),
            Question("since", "When", self._with_typed("since", _DATES)),
        )

    def _with_typed(self, name: str, options: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
        """What was typed by hand can be kept, too."""
        typed = self._chosen.get(name, "")
        if not typed or typed in [value for value, _ in options]:
            return options
        return [*options, (typed, f"since {typed}" if name == "since" else typed)]

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static("Show only conversations", id="heading")
            yield Choices(self._questions, self._chosen)
            yield Static("The filters stand in the search line, where they can be typed, too.", id="about")
            yield KeyBar()

    def on_mount(self) -> None:
        """Begin in the first question."""
        self.query_one(Choices).focus()

    def action_apply(self) -> None:
        """Show what passes these filters."""
        answers = self.query_one(Choices).answers
        keeps_dates = answers["since"] == self._chosen.get("since", "")
        self.dismiss({**answers, "until": self._chosen.get("until", "") if keeps_dates else ""})

    def action_reset(self) -> None:
        """Let everything pass."""
        self._chosen = {}
        self.query_one(Choices).reset()
