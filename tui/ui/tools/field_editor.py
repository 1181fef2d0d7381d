"""One argument to fill in: its name and type, an editor that fits it, its meaning, and what is wrong with it."""

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Checkbox, Input, Select, Static, TextArea

from tui.ui.theme import MUTED
from tui.ui.tools.clean_inputs import CleanInput, CleanTextArea
from tui.ui.tools.parameter_table import default_in_words
from tui.ui.tools.schema_fields import Field
from tui.ui.tools.untrusted import as_prose, on_one_line

_LONGEST_MEANING = 400
_MOST_CHOICES = 200


class FieldEditor(Vertical):
    """Holds the text of one field; what it means is `schema_form`'s business."""

    DEFAULT_CSS = """
    FieldEditor {
        height: auto;
        margin: 0 0 1 0;
        Input, TextArea, Checkbox, SelectCurrent {
            border: none;
            border-left: outer $surface;
            padding: 0 1;
            background: $surface;
        }
        Input:focus, TextArea:focus, Checkbox:focus, Select:focus > SelectCurrent {
            border: none;
            border-left: outer $accent;
        }
        Input, Checkbox { height: 1; width: 1fr; }
        .input--placeholder { color: $text-muted; }
        SelectCurrent Static#label { color: $text-muted; }
        SelectCurrent.-has-value Static#label { color: $foreground; }
        Checkbox { padding: 0; }
        TextArea { height: auto; min-height: 4; max-height: 10; }
        .meaning { color: $text-muted; padding: 0 0 0 2; }
        .problem { color: $error; padding: 0 0 0 2; display: none; }
        &.-wrong {
            .problem { display: block; }
            Input, TextArea, Checkbox, SelectCurrent { border-left: outer $error; }
        }
    }
    """

    def __init__(self, field: Field, text: str | None = None) -> None:
        super().__init__()
        self.field = field
        self._initial = field.initial if text is None else text
        self._editor = self._make_editor()
        self._problem = Static(classes="problem", markup=False)

    def compose(self) -> ComposeResult:
        """The name above, the editor, and what there is to say about it below."""
        yield Static(self._label())
        yield self._editor
        yield self._problem
        if meaning := self._meaning():
            yield Static(Content(meaning), classes="meaning")

    @property
    def text(self) -> str:
        """What is typed or chosen, as `schema_form.collect` takes it."""
        match self._editor:
            case CleanInput():
                return self._editor.value
            case CleanTextArea():
                return self._editor.text
            case Checkbox():
                return "true" if self._editor.value else "false"
            case Select():
                return str(self._editor.value) if self._editor.selection is not None else ""
            case _:
                raise TypeError(type(self._editor).__name__)

    def focus_editor(self) -> None:
        """Put the cursor into the editor."""
        self._editor.focus()

    def complain(self, problem: str) -> None:
        """Say below the editor what is wrong; nothing, if nothing is."""
        self._problem.update(Content(problem))
        self.set_class(bool(problem), "-wrong")

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Select.Changed)
    def _forgive(self) -> None:
        self.complain("")

    def on_checkbox_changed(self, event: Checkbox.Changed) -> None:
        """Say in words, too, which way it is switched."""
        event.checkbox.label = Content(_on_or_off(event.value))

    def _make_editor(self) -> Widget:
        field, text = self.field, self._initial
        match field.kind:
            case "boolean":
                return Checkbox(Content(_on_or_off(text == "true")), value=text == "true")
            case "choice" if len(field.choices) <= _MOST_CHOICES:
                labels = [choice.label for choice in field.choices]
                options = [(Text(on_one_line(label)), label) for label in labels]
                prompt = "choose one" if field.required else "left out"
                value = text if text in labels else Select.NULL
                return Select(options, prompt=prompt, value=value)
            case "text" | "json":
                return CleanTextArea(text, tab_behavior="focus", highlight_cursor_line=False)
            case "line" | "integer" | "number" | "choice":
                return CleanInput(text, placeholder=self._placeholder(), select_on_focus=False)

    def _placeholder(self) -> str:
        return "" if self.field.required else "left out"

    def _label(self) -> Content:
        field = self.field
        how = on_one_line(field.type_words) + (", typed as JSON" if field.kind == "json" else "")
        need = ("  required", "$foreground") if field.required else ("  optional", MUTED)
        return Content.assemble((on_one_line(field.name), "bold"), (f"  {how}", MUTED), need)

    def _meaning(self) -> str:
        field = self.field
        default = default_in_words(field)
        parts = [as_prose(field.description, _LONGEST_MEANING), on_one_line(field.limits)]
        if default and not field.required:
            parts.append(f"{default} if left as it is")
        return " · ".join(part for part in parts if part)


def _on_or_off(value: bool) -> str:
    return "true" if value else "false"
