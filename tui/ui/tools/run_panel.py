"""A form and the result of running it: for a tool, a resource or a prompt."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TypeAlias

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.message import Message
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from tui.core.errors import AppError
from tui.core.events import Json
from tui.core.ports import ToolOutcome
from tui.ui.tools.field_editor import FieldEditor
from tui.ui.tools.result_view import ResultView
from tui.ui.tools.schema_fields import form_of
from tui.ui.tools.schema_form import collect
from tui.ui.tools.schema_shape import Schema
from tui.ui.working import is_working

Perform: TypeAlias = Callable[[Mapping[str, Json]], Awaitable[ToolOutcome]]
"""Does it with the arguments of the form; an AppError is shown with its hint."""

_log = logging.getLogger(__name__)
_SIDE_BY_SIDE_FROM = 110
_SHORT_BELOW = 22


class RunPanel(Container):
    """Collects the arguments, performs once at a time, and shows how it went."""

    DEFAULT_CSS = """
    RunPanel {
        height: 1fr;
        layout: vertical;
        .form { height: auto; max-height: 100%; }
        .nothing { color: $text-muted; }
        ResultView { height: 1fr; display: none; }
        &.-has-run .form { max-height: 60%; }
        &.-has-run ResultView { display: block; }
        &.-has-run.-formless .form { display: none; }
        &.-wide.-has-run {
            layout: horizontal;
            .form { width: 2fr; height: 100%; max-height: 100%; }
            ResultView { width: 3fr; padding: 0 0 0 2; }
        }
        &.-short FieldEditor { margin: 0; }
        &.-short .meaning { display: none; }
        &.-short FieldEditor:focus-within .meaning { display: block; }
        &.-wide.-formless ResultView { padding: 0; }
    }
    """

    class StateChanged(Message):
        """A run began or ended."""

    def __init__(self, schema: Schema, perform: Perform) -> None:
        super().__init__()
        self.schema = schema
        self._fields = form_of(schema)
        self.set_class(not self._fields, "-formless")
        self._perform = perform
        self._worker: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """The fields, or a sentence if there are none; the result is hidden until there is one."""
        with VerticalScroll(classes="form", can_focus=False):
            yield from self._form({})
        yield ResultView()

    @property
    def is_running(self) -> bool:
        """Whether it is being performed now."""
        return is_working(self._worker)

    def texts(self) -> dict[str, str]:
        """What stands in the fields."""
        return {editor.field.name: editor.text for editor in self.query(FieldEditor)}

    def focus_first(self) -> bool:
        """Put the cursor into the first field; False if there is none."""
        editors = self.query(FieldEditor)
        if editors:
            editors.first().focus_editor()
        return bool(editors)

    async def change_schema(self, schema: Schema) -> None:
        """The definition changed: fields that are still there keep what was typed."""
        if schema == self.schema:
            return
        typed = {name: text for name, text in self.texts().items() if text != self._initial(name)}
        self.schema = schema
        self._fields = form_of(schema)
        self.set_class(not self._fields, "-formless")
        form = self.query_one(".form", VerticalScroll)
        async with self.batch():
            await form.remove_children()
            await form.mount_all(self._form(typed))

    def submit(self) -> None:
        """Perform with what is typed, or say at each field what is wrong."""
        if self.is_running:
            return
        submission = collect(self._fields, self.texts(), self.schema)
        editors = list(self.query(FieldEditor))
        for editor in editors:
            editor.complain(submission.errors.get(editor.field.name, ""))
        wrong = [editor for editor in editors if editor.field.name in submission.errors]
        if wrong:
            self.remove_class("-has-run")  # The result before would look like the answer to what is wrong.
            wrong[0].focus_editor()
            wrong[0].scroll_visible(animate=False)
            return
        self.add_class("-has-run")
        self._worker = self.run_worker(
            partial(self._run, submission.arguments), group="tools-run", description="run by hand", exit_on_error=False
        )

    def cancel(self) -> None:
        """Stop what is running."""
        if self._worker:
            self._worker.cancel()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a line runs it."""
        event.stop()
        self.submit()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say that a run began or ended; one that broke off is a mistake in this program."""
        if event.state is WorkerState.ERROR and (error := self._worker and self._worker.error):
            _log.error("a run by hand failed", exc_info=error)
            text = f"Something went wrong inside Callscope ({type(error).__name__}). The log has it."
            self.query_one(ResultView).finish(ToolOutcome("error", text))
        self.post_message(self.StateChanged())

    def on_resize(self, event: events.Resize) -> None:
        """Put the result beside the form where there is room; on a short screen explain only the focused field."""
        self.set_class(event.size.height < _SHORT_BELOW, "-short")
        self.set_class(event.size.width >= _SIDE_BY_SIDE_FROM, "-wide")

    async def _run(self, arguments: Mapping[str, Json]) -> None:
        view = self.query_one(ResultView)
        view.start()
        hint = ""
        try:
            outcome = await self._perform(arguments)
        except AppError as error:
            outcome, hint = ToolOutcome("error", error.message), error.hint
        except asyncio.CancelledError:
            if self.is_attached:
                view.finish(ToolOutcome("cancelled", "You stopped it."))
            raise
        view.finish(outcome, hint)

    def _initial(self, name: str) -> str:
        return next(field.initial for field in self._fields if field.name == name)

    def _form(self, typed: Mapping[str, str]) -> list[FieldEditor | Static]:
        if not self._fields:
            return [Static("It has nothing to fill in.", classes="nothing")]
        return [FieldEditor(field, typed.get(field.name)) for field in self._fields]
