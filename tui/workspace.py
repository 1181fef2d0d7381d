"""The composition root: builds what a session consists of, from the settings, and closes it again."""

import asyncio
import importlib
from collections.abc import Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tui.connecting import DeploymentConnector
from tui.consent import Ask, Doubt, refuse, settle
from tui.core.errors import SettingsError
from tui.core.models import Models
from tui.core.redaction import Redactor
from tui.core.secrets import looks_secret
from tui.deployments import PLANNER, PLANNER_ABOUT, NamedTarget, chat_model, understand, with_key
from tui.settings import Settings
from tui.settings.key_ring import KeyRing, system_key_ring

if TYPE_CHECKING:
    from tui.core.ports import ChatModel
    from tui.core.session import Session

_KEYRING_SECONDS = 60.0
"""How long a person may take to unlock the keyring."""


class Workspace:
    """Builds the session when it is first asked for, and closes what it opened, in one task of its own.

    The screen is painted first; openai, mcp and the store are imported only then, in a thread. The task outlives
    the screen, because the connections must be left in the task that entered them, after the last worker. `redact`
    learns every key, and takes them out of the history. `ask` and `tell` reach the person, who decides about what the
    working folder's file wants.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        redact: Redactor | None = None,
        ask: Ask = refuse,
        tell: Callable[[str, str], None] = lambda _words, _hint: None,
    ) -> None:
        self._settings = settings
        self._ask_person = ask
        self._tell = tell
        self._asked = asyncio.Event()
        self._closing = asyncio.Event()
        self._session: asyncio.Future[Session] = asyncio.get_running_loop().create_future()
        self._owner: asyncio.Task[None] | None = None
        self._stack = AsyncExitStack()
        self._models = Models()
        self._redact = redact or Redactor(settings.secrets)
        self.connector = DeploymentConnector(settings, self._models, self._redact, self._own_model)

    async def __aenter__(self) -> Self:
        self._owner = asyncio.create_task(self._own(), name="workspace")
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self._closing.set()
        self._asked.set()
        if self._owner:
            await self._owner

    async def open_session(self) -> "Session":
        """The session, once it is built; the servers may still be starting.

        Raises:
            AppError: something that the session needs cannot be had.
        """
        self._asked.set()
        return await asyncio.shield(self._session)

    async def _own(self) -> None:
        await self._asked.wait()
        async with self._stack:
            try:
                if not self._closing.is_set():
                    self._session.set_result(await self._build())
            except _ClosedMeanwhile:
                pass
            except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for the session
                self._session.set_exception(error)
            await self._closing.wait()
        if not self._session.done():
            self._session.cancel()

    async def _build(self) -> "Session":
        settings = await settle(self._settings, self._ask, self._tell)
        key_ring = await asyncio.to_thread(_import_layers)
        from tui.core.session import Session
        from tui.core.silence import Patience
        from tui.core.surroundings import Limits
        from tui.hosting.build import build_toolbox
        from tui.store.history import History
        from tui.store.trust import TrustFile

        history = await History.open(settings.data_folder, redact=self._redact)
        self._stack.push_async_callback(history.aclose)
        trust = await TrustFile.open(settings.data_folder)
        self._stack.push_async_callback(trust.aclose)
        await self._add_models(settings, key_ring)
        toolbox = build_toolbox(settings.server_url, files_folder=settings.files_folder, log_folder=settings.log_folder)
        await self._stack.enter_async_context(toolbox.running())
        give_up = float(settings.silence_seconds)
        patience = Patience(min(Patience().notice, give_up / 3), give_up)
        return Session(
            models=self._models,
            host=toolbox,
            archive=history,
            trust=trust,
            holds_secret=lambda text: looks_secret(text) or self._redact(text) != text,
            limits=Limits(messages=settings.max_messages, patience=patience),
        )

    async def _ask(self, doubt: Doubt) -> bool:
        """Ask the person, who may also leave instead of answering.

        Raises:
            SettingsError: nobody can be asked.
        """
        answer = asyncio.ensure_future(self._ask_person(doubt))
        closing = asyncio.create_task(self._closing.wait())
        await asyncio.wait({answer, closing}, return_when=asyncio.FIRST_COMPLETED)
        closing.cancel()
        if answer.done():
            return answer.result()
        answer.cancel()
        raise _ClosedMeanwhile

    async def _add_models(self, settings: Settings, key_ring: KeyRing | None) -> None:
        """Fill the models: the deployments, then the planner."""
        from tui.azure.planner import planner_model

        understood = understand(settings)
        remarks = [*settings.remarks, *understood.remarks]
        for named in understood.targets:
            try:
                ready = await _with_key(named, key_ring)
                model = chat_model(ready.target, settings, ready.name)
            except SettingsError as error:
                if not named.settings.name and not settings.offline:
                    raise
                remarks.append(f"{named.name} is left out: {error.message} {error.hint}")
                continue
            self._redact.add(ready.target.api_key)
            self.connector.targets.append(ready)
            self._own_model(model)
            self._models.add(ready.name, model, ready.about)
        self.connector.key_ring = key_ring
        planner = planner_model()
        self._own_model(planner)
        self._models.add(PLANNER, planner, PLANNER_ABOUT)
        if settings.offline:
            self._models.make_default(PLANNER)
        for remark in remarks:
            self._tell(remark, "")

    def _own_model(self, model: "ChatModel") -> None:
        self._stack.push_async_callback(model.aclose)


class _ClosedMeanwhile(Exception):
    """The application was left while the session was being built."""


async def _with_key(named: NamedTarget, key_ring: KeyRing | None) -> NamedTarget:
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


def _import_layers() -> KeyRing | None:
    for layer in ("tui.azure.model", "tui.hosting.build", "tui.store.history", "tui.store.trust"):
        importlib.import_module(layer)
    return system_key_ring()
