"""The commands about the model: which one answers, connecting another, and what it is told about its role."""

from tui.core.errors import BusyError
from tui.core.ports import ConnectForm, Connector
from tui.core.session import SYSTEM_PROMPT
from tui.ui.actions.group import Run, Surface
from tui.ui.dialogs.connect import ConnectDialog, Connected
from tui.ui.dialogs.models import ModelsDialog, PickedModel
from tui.ui.dialogs.system_prompt import SystemPromptDialog
from tui.ui.typed import app_of


class ModelCommands:
    """Acts on the open conversation's model. A form that was left is kept, and its key with it, for this run."""

    def __init__(self, surface: Surface, connector: Connector) -> None:
        self._surface = surface
        self._connector = connector
        self._draft: ConnectForm | None = None

    def commands(self) -> dict[str, Run]:
        """This group's commands."""
        return {"model": self._model, "connect": lambda _: self._connect(), "system": lambda _: self._system()}

    def _model(self, name: str) -> None:
        if name:
            self._choose(name)
            return
        session = self._surface.session

        def take(picked: PickedModel | None) -> None:
            if picked and picked.name:
                self._choose(picked.name)
            elif picked:
                self._connect()

        app_of(self._surface.screen).push_screen(ModelsDialog(session.models.choices(), session.model_name), take)

    def _choose(self, name: str) -> None:
        session = self._surface.session
        if self._surface.attempt(lambda: session.choose_model(name)):
            self._surface.screen.say(f"{name} answers in this conversation from here on.")

    def _connect(self) -> None:
        def take(left: Connected | ConnectForm | None) -> None:
            if isinstance(left, Connected):
                self._draft = None
                self._use(left)
            else:
                self._draft = left

        form = self._draft or self._connector.initial()
        app_of(self._surface.screen).push_screen(ConnectDialog(self._connector, form), take)

    def _use(self, connected: Connected) -> None:
        name, screen, session = connected.name, self._surface.screen, self._surface.session
        kept = f"Kept {connected.place}."
        try:
            if session.events:  # the conversation says where it went on; an empty one has nothing to go on from
                session.choose_model(name)
            if session.models.get(session.models.default).offline:
                session.models.make_default(name)
            session.choose_model(name)
        except BusyError:
            screen.say(f"{name} is connected. {kept}", hint=f"/model {name} goes there once this answer is done.")
        else:
            screen.say(f"{name} answers in this conversation from here on.", hint=kept)

    def _system(self) -> None:
        session, screen = self._surface.session, self._surface.screen
        if session.running:
            screen.say("The system prompt cannot be changed while an answer runs.", "warning", "Esc stops it.")
            return

        def take(text: str | None) -> None:
            if text is None or text == session.system_prompt:
                return
            if self._surface.attempt(lambda: session.change_system_prompt(text)):
                screen.say("The model is told this in this conversation from here on.")

        app_of(screen).push_screen(SystemPromptDialog(session.system_prompt, SYSTEM_PROMPT), take)
