"""From settings to a session: history, models, servers. What it opens, its stack closes."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

from tui.azure.planner import planner_model
from tui.connecting import DeploymentConnector
from tui.consent import Ask, settle
from tui.core.errors import SettingsError
from tui.core.models import Models
from tui.core.ports import ChatModel
from tui.core.redaction import Redactor
from tui.core.secrets import looks_secret
from tui.core.session import Session
from tui.core.silence import Patience
from tui.core.surroundings import Limits
from tui.deployments import PLANNER_ABOUT, NamedTarget, chat_model, understand, with_key
from tui.hosting.build import build_toolbox
from tui.settings import PLANNER, Settings
from tui.settings.key_ring import KeyRing, system_key_ring
from tui.store.history import History
from tui.store.trust import TrustFile

_KEYRING_SECONDS = 60.0
"""How long a person may take to unlock the keyring."""


class SessionBuilder:
    """Builds one session. Import it in a thread, after the first paint: it brings openai, mcp and the store."""

    def __init__(
        self, settings: Settings, redact: Redactor, tell: Callable[[str, str], None], stack: AsyncExitStack
    ) -> None:
        self._settings = settings
        self._redact = redact
        self._tell = tell
        self._stack = stack
        self._models = Models()
        self.connector = DeploymentConnector(settings, self._models, redact, self._own)

    async def build(self, ask: Ask) -> Session:
        """The session, after asking the person what has to be asked; the servers may still be starting.

        Raises:
            AppError: something that the session needs cannot be had.
        """
        settings = await settle(self._settings, ask, self._tell)
        history = await self._open_history(settings)
        self._stack.push_async_callback(history.aclose)
        trust = await TrustFile.open(settings.data_folder)
        self._stack.push_async_callback(trust.aclose)
        await self._add_models(settings)
        toolbox = build_toolbox(
            settings.server_url,
            files_folder=settings.files_folder,
            log_folder=settings.log_folder,
            redact=self._redact,
        )
        await self._stack.enter_async_context(toolbox.running())
        return Session(
            models=self._models,
            host=toolbox,
            archive=history,
            trust=trust,
            holds_secret=lambda text: looks_secret(text) or self._redact(text) != text,
            limits=Limits(messages=settings.max_messages, patience=_patience(float(settings.silence_seconds))),
        )

    async def _open_history(self, settings: Settings) -> History:
        if settings.keeps_history:
            return await History.open(settings.data_folder, redact=self._redact)
        return await History.in_memory(redact=self._redact)

    async def _add_models(self, settings: Settings) -> None:
        """Fill the models: the deployments, then the planner."""
        understood = understand(settings)
        remarks = [*settings.remarks, *understood.remarks]
        self.connector.key_ring = await asyncio.to_thread(system_key_ring)
        for named in understood.targets:
            try:
                self._add(await with_kept_key(named, self.connector.key_ring))
            except SettingsError as error:
                if not named.settings.name and not settings.offline:
                    raise
                remarks.append(f"{named.name} is left out: {error.message} {error.hint}")
        planner = planner_model()
        self._own(planner)
        self._models.add(PLANNER, planner, PLANNER_ABOUT)
        if settings.offline:
            self._models.make_default(PLANNER)
        for remark in remarks:
            self._tell(remark, "")

    def _add(self, named: NamedTarget) -> None:
        self._redact.add(named.target.api_key)
        model = chat_model(named.target, self._settings, named.name)
        self._own(model)
        self.connector.targets.append(named)
        self._models.add(named.name, model, named.about)

    def _own(self, model: ChatModel) -> None:
        self._stack.push_async_callback(model.aclose)


def _patience(give_up_seconds: float) -> Patience:
    return Patience(min(Patience().notice, give_up_seconds / 3), give_up_seconds)


async def with_kept_key(named: NamedTarget, key_ring: KeyRing | None) -> NamedTarget:
    """The target with its key from the keyring, where that keeps it.

    Raises:
        SettingsError: it does not give it.
    """
    if not named.settings.is_key_in_keyring:
        return named
    if key_ring is None:
        raise SettingsError("Its key is in the system's keyring, which cannot be reached.", "Connect it again.")
    address = named.destination.endpoint.base_url
    try:
        key = await asyncio.wait_for(asyncio.to_thread(key_ring.read, address), _KEYRING_SECONDS)
    except TimeoutError:
        raise SettingsError(f"The keyring {key_ring.name} stayed locked.", "Unlock it and start again.") from None
    return with_key(named, key)
