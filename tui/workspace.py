"""The owner of a session and of all that it was built of: opens it when it is asked for, closes it at the end."""

import asyncio
import importlib
from collections.abc import Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tui.core.redaction import Redactor
from tui.settings import Settings

if TYPE_CHECKING:
    from tui.connecting import DeploymentConnector
    from tui.consent import Ask, Doubt
    from tui.core.session import Session
    from tui.doctor import Doctor
    from tui.session_builder import SessionBuilder


class Workspace:
    """Has the session built when it is first asked for, and closes what was opened, in one task of its own.

    The screen is painted first; openai, mcp and the store are imported only then, in a thread. The task outlives
    the screen, because the connections must be left in the task that entered them, after the last worker. `redact`
    learns every key, and takes them out of the history. `ask` and `tell` reach the person, who decides about what the
    working folder's file wants; without `ask`, what has to be asked about is an error.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        redact: Redactor | None = None,
        ask: "Ask | None" = None,
        tell: Callable[[str, str], None] = lambda _words, _hint: None,
    ) -> None:
        self._settings = settings
        self._redact = redact or Redactor(settings.secrets)
        self._ask_person = ask
        self._tell = tell
        self._asked = asyncio.Event()
        self._closing = asyncio.Event()
        self._session: asyncio.Future[Session] = asyncio.get_running_loop().create_future()
        self._builder: SessionBuilder | None = None
        self._owner: asyncio.Task[None] | None = None

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

    def connector(self) -> "DeploymentConnector":
        """Connects deployments to the session; there is one once there is a session."""
        assert self._builder
        return self._builder.connector

    def examiner(self) -> "Doctor":
        """Looks over everything that the session works with; there is one once there is a session."""
        from tui.doctor import Doctor
        from tui.doctor.settings import Loaded, read_sources

        assert self._builder
        connector = self._builder.connector
        sources, trouble = read_sources(self._settings.working_folder)
        return Doctor(
            sources=sources,
            loaded=Loaded(self._settings, trouble),
            host=self._session.result().host,
            targets=lambda: connector.targets,
            redact=self._redact,
        )

    async def _own(self) -> None:
        await self._asked.wait()
        async with AsyncExitStack() as stack:
            try:
                if not self._closing.is_set():
                    self._session.set_result(await self._build(stack))
            except _ClosedMeanwhile:
                pass
            except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for the session
                self._session.set_exception(error)
            await self._closing.wait()
        if not self._session.done():
            self._session.cancel()

    async def _build(self, stack: AsyncExitStack) -> "Session":
        await asyncio.to_thread(importlib.import_module, "tui.session_builder")
        from tui.session_builder import SessionBuilder

        self._builder = SessionBuilder(self._settings, self._redact, self._tell, stack)
        return await self._builder.build(self._ask)

    async def _ask(self, doubt: "Doubt") -> bool:
        """Ask the person, who may also leave instead of answering.

        Raises:
            SettingsError: nobody can be asked.
        """
        from tui.consent import refuse

        answer = asyncio.ensure_future((self._ask_person or refuse)(doubt))
        closing = asyncio.create_task(self._closing.wait())
        await asyncio.wait({answer, closing}, return_when=asyncio.FIRST_COMPLETED)
        closing.cancel()
        if answer.done():
            return answer.result()
        answer.cancel()
        raise _ClosedMeanwhile


class _ClosedMeanwhile(Exception):
    """The application was left while the session was being built."""
