"""Asks in which form and where to write a conversation."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from tui.core.ports import ExportForm
from tui.ui.choices import Choices, Question
from tui.ui.dialogs.dialog import Dialog
from tui.ui.key_bar import KeyBar
from tui.ui.typeable import TYPEABLE, typeable

_FORMS: tuple[tuple[ExportForm, str], ...] = (
    ("markdown", "Markdown, to read"),
    ("json", "JSON, for other programs"),
    ("recording", "recording, to replay and to import"),
)


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """Where to write, as typed, and in which form."""

    path: str
    form: ExportForm


class ExportDialog(Dialog[ExportOrder | None]):
    """A form and a path, which follows the form until a person changes it; None where nothing is to be written."""

    DEFAULT_CSS = """
    ExportDialog {
        align: center middle;
        & > Vertical {
            width: 92;
            max-width: 96%;
            height: auto;
            padding: 1 3 0 3;
            background: $panel;
        }
        #heading { text-style: bold; color: $accent; margin-bottom: 1; }
        #file { padding: 0 2; margin-top: 1; color: $text-muted; }
        #about { color: $text-muted; padding: 0 2; margin-bottom: 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "write", "Export", key_display="⏎"),
        Binding("tab", "app.focus_next", "Form or file", key_display="tab"),
        Binding("escape", "dismiss", "Cancel", key_display="esc"),
    ]

    def __init__(self, title: str, suggest: Callable[[ExportForm], Path]) -> None:
        super().__init__()
        self._conversation_title = title
        self._suggest = suggest
        self._suggested = ""

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(f"Export “{self._conversation_title}”", id="heading", markup=False)
            yield Choices((Question("form", "Form", _FORMS),))
            yield Static("File", id="file")
            yield Input(restrict=TYPEABLE)
            yield Static("A file of that name is kept; the new one gets a number.", id="about")
            yield KeyBar()

    def on_mount(self) -> None:
        """Begin at the form."""
        self.query_one(Choices).focus()
        self._follow_form()

    @property
    def _form(self) -> ExportForm:
        return cast(ExportForm, self.query_one(Choices).answers["form"])

    @on(Choices.Changed)
    def _follow_form(self) -> None:
        field = self.query_one(Input)
        if field.value == self._suggested:
            self._suggested = typeable(str(self._suggest(self._form)))
            field.value = self._suggested

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_write()

    def action_write(self) -> None:
        """Export as chosen."""
        path = self.query_one(Input).value.strip()
        self.dismiss(ExportOrder(path, self._form) if path else None)
