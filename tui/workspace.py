"""Builds what a session consists of, from the settings, and closes it again."""

import asyncio
import importlib
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tui.settings import Settings

if TYPE_CHECKING:
    from tui.core.ports import ChatModel
    from tui.core.session import Session


class Workspace:
    """Builds the session when it is first asked for, and closes what it opened, in one task of its own.

    The screen is painted first; openai, mcp and the store are imported only then, in a thread. The task outlives
    the screen, because the connections must be left in the task that entered them, after the last worker.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._asked = asyncio.Event()
        self._closing = asyncio.Event()
        self._session: asyncio.Future[Session] = asyncio.get_running_loop().create_future()
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

    async def _own(self) -> None:
        await self._asked.wait()
        async with AsyncExitStack() as stack:
            try:
                if not self._closing.is_set():
                    self._session.set_result(await self._build(stack))
            except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for the session
                self._session.set_exception(error)
            await self._closing.wait()
        if not self._session.done():
            self._session.cancel()

    async def _build(self, stack: AsyncExitStack) -> "Session":
        settings = self._settings
        await asyncio.to_thread(_import_layers)
        from tui.core.models import Models
        from tui.core.session import Session
        from tui.core.surroundings import Limits
        from tui.hosting.build import build_toolbox
        from tui.store.history import History

        history = await History.open(settings.data_folder)
        stack.push_async_callback(history.aclose)
        model = _model(settings)
        stack.push_async_callback(model.aclose)
        toolbox = build_toolbox(settings.server_url, files_folder=settings.files_folder, log_folder=settings.log_folder)
        await stack.enter_async_context(toolbox.running())
        return Session(
            models=Models.only(model), host=toolbox, archive=history, limits=Limits(messages=settings.max_messages)
        )


def _import_layers() -> None:
    for layer in ("tui.azure.model", "tui.hosting.build", "tui.store.history"):
        importlib.import_module(layer)


def _model(settings: Settings) -> "ChatModel":
    from tui.azure.model import AzureChatModel
    from tui.azure.planner import planner_model

    if settings.azure is None:
        return planner_model()
    return AzureChatModel(
        endpoint=settings.azure.endpoint,
        api_key=settings.azure.api_key,
        deployment=settings.azure.deployment,
        api_version=settings.azure.api_version,
    )
