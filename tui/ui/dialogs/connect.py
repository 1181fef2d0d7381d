"""The form that connects a deployment: says what it understands while one types, tests it, keeps it."""

import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.events import DescendantBlur
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from tui.core.errors import SettingsError
from tui.core.ports import ConnectForm, Connector, Finding, FormError, KeepKey, SignIn
from tui.ui.choices import Choices, Question
from tui.ui.dialogs.dialog import Dialog
from tui.ui.dialogs.findings import Findings
from tui.ui.dialogs.form_line import FormLine
from tui.ui.key_bar import KeyBar
from tui.ui.working import is_working

NOTHING_TYPED = "Paste your resource's endpoint, or its Target URI, to begin"
SIGN_INS: tuple[tuple[SignIn, str], ...] = (("key", "API key"), ("entra", "Microsoft Entra ID, without a key"))
IN_FILE, NOT_KEPT = "settings file, for you alone", "not kept: for this run only"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Connected:
    """A deployment was kept: its name among the models, and where it is kept, in words."""

    name: str
    place: str


class ConnectDialog(Dialog[Connected | ConnectForm]):
    """F5 tests, Ctrl+S saves and tests before if that was not done, Esc leaves; then the result is the form as it is.

    After a test that failed, a second Ctrl+S saves all the same.
    """

    DEFAULT_CSS = """
    ConnectDialog {
        align: center middle;
        & > Vertical {
            width: 100;
            max-width: 96%;
            height: auto;
            max-height: 100%;
            padding: 1 3 0 3;
            background: $panel;
        }
        #heading { text-style: bold; color: $accent; margin-bottom: 1; }
        #form { height: auto; max-height: 16; scrollbar-size-vertical: 1; }
        Choices { margin: 1 0 0 -2; }
        Findings { border-top: solid $rule; }
        KeyBar { padding: 0; margin-top: 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "test", "Test", key_display="f5", priority=True),
        Binding("ctrl+s", "save", "Save", key_display="^s", priority=True),
        # With priority, as what is typed right behind it would otherwise go into the line before.
        Binding("tab", "app.focus_next", "Next line", key_display="tab", priority=True),
        Binding("escape", "leave", "Cancel", key_display="esc", priority=True),
    ]

    def __init__(self, connector: Connector, form: ConnectForm) -> None:
        super().__init__()
        self._connector = connector
        self._begin = form
        self._tested: ConnectForm | None = None
        self._worker: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        form = self._begin
        keyring = self._connector.keyring_name()
        places: list[tuple[KeepKey, str]] = [("file", IN_FILE), ("no", NOT_KEPT)]
        if keyring:
            places.insert(1, ("keyring", f"the system's keyring, {keyring}"))
        questions = (Question("sign_in", "Sign in", SIGN_INS), Question("keep_key", "Keep key", places))
        with Vertical():
            yield Static("Connect a deployment", id="heading")
            with VerticalScroll(id="form", can_focus=False):
                yield FormLine(
                    "endpoint", "Endpoint", form.endpoint, placeholder="https://my-resource.openai.azure.com"
                )
                yield FormLine("api_key", "Key", form.api_key, password=True)
                yield FormLine("deployment", "Deployment", form.deployment, placeholder="its name in the portal")
                yield FormLine("api_version", "API version", form.api_version, placeholder="optional")
                yield Choices(questions, {"sign_in": form.sign_in, "keep_key": form.keep_key})
            yield Findings()
            yield KeyBar()

    def on_mount(self) -> None:
        """Begin at the first line."""
        self._line("endpoint").focus_input()
        self._understand()

    @property
    def form(self) -> ConnectForm:
        """What is filled in."""
        answers = self.query_one(Choices).answers
        return ConnectForm(
            endpoint=self._line("endpoint").value,
            deployment=self._line("deployment").value,
            api_key=self._line("api_key").value,
            api_version=self._line("api_version").value,
            sign_in=cast(SignIn, answers["sign_in"]),
            keep_key=cast(KeepKey, answers["keep_key"]),
        )

    @on(Input.Changed)
    @on(Choices.Changed)
    def _understand(self) -> None:
        """Say what the form means now, or what is missing."""
        form = self.form
        self._line("api_key").display = form.sign_in == "key"
        findings = self.query_one(Findings)
        try:
            findings.say(self._connector.understood(form), glyph="→", colour="$accent")
        except FormError as error:
            findings.say(f"{error.message} {error.hint}".strip() if form.endpoint else NOTHING_TYPED)
        self._mark()

    @on(DescendantBlur)
    def _mark(self) -> None:
        """Say at its line what is wrong; a test's findings stay."""
        wrong, words = "", ""
        try:
            self._connector.understood(self.form)
        except FormError as error:
            wrong, words = error.field, error.message
        for line in self.query(FormLine):
            line.complain(words if line.name == wrong else "")

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    def action_leave(self) -> None:
        """Stop a test that runs, and close; what is filled in is kept for the next time."""
        self.dismiss(self.form)

    def action_test(self) -> None:
        """Send one tiny request."""
        self._work(self._test(self.form))

    def action_save(self) -> None:
        """Keep it; after a test, unless this very form was tested."""
        self._work(self._save(self.form))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A worker that broke off is a mistake in this program: say so, keep the form."""
        if event.state is WorkerState.ERROR and (error := self._worker and self._worker.error):
            _log.error("connecting failed", exc_info=error)
            words = f"Something went wrong inside Callscope ({type(error).__name__}). The log has it."
            self.query_one(Findings).say(words, glyph="✗", colour="$error")

    def _work(self, work: Coroutine[Any, Any, object]) -> None:
        """One thing at a time; what is wrong with the form is said at its line."""
        if is_working(self._worker):
            work.close()
            return

        async def say_errors() -> None:
            try:
                await work
            except FormError as error:
                self._insist(error)
            except SettingsError as error:
                self.query_one(Findings).show([Finding(False, error.message, error.hint)], "Nothing was saved.")

        self._worker = self.run_worker(say_errors(), group="connect", description="connect", exit_on_error=False)

    async def _test(self, form: ConnectForm) -> bool:
        """Whether everything works."""
        self._connector.understood(form)
        self.query_one(Findings).say("Testing: one tiny request …", glyph="◌", colour="$warning")
        findings = await self._connector.test(form)
        self._tested = form
        works = all(finding.ok for finding in findings)
        closing = "It works. Ctrl+S saves it."
        if not works:
            closing = "Change it and test again, or press Ctrl+S to save it all the same."
        self.query_one(Findings).show(findings, closing)
        return works

    async def _save(self, form: ConnectForm) -> None:
        if form != self._tested and not await self._test(form):
            return
        name, place = await self._connector.save(form)
        self.dismiss(Connected(name, place))

    def _insist(self, error: FormError) -> None:
        """Complain also at a line that nobody has been in, and go there."""
        for line in self.query(FormLine):
            line.was_touched = True
            if line.name == error.field:
                line.focus_input()
        self._mark()
        self.query_one(Findings).say(f"{error.message} {error.hint}".strip(), glyph="✗", colour="$error")

    def _line(self, name: str) -> FormLine:
        return next(line for line in self.query(FormLine) if line.name == name)
