"""The composition root: arguments become settings, settings become objects, objects become the application."""

import argparse
import asyncio
import importlib
import logging
import logging.handlers
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tui.core.errors import AppError
from tui.examples import EXAMPLES
from tui.settings import Settings, Sources, load_settings

if TYPE_CHECKING:
    from tui.core.ports import ChatModel
    from tui.core.session import Session

LOG_BYTES = 1_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status: 0 done, 1 crashed, 2 bad settings, 128+n ended by signal n."""
    options = _parser().parse_args(arguments)
    if options.version:
        sys.stdout.write(f"callscope {_version()}\n")
        return 0
    try:
        settings = load_settings(
            Sources.read(os.environ, Path()),
            server_url=options.server,
            files=options.files,
            data=options.data,
            theme=options.theme,
            offline=options.offline,
        )
    except AppError as error:
        sys.stderr.write(f"callscope: {error.message}\n{error.hint}\n")
        return 2
    _log_to_file(settings)
    try:
        return asyncio.run(_run_application(settings))
    finally:
        _flush_output()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="callscope",
        description="Chat with a model on Azure OpenAI that uses MCP tools, and see every call. "
        "Without credentials it runs on a built-in offline planner.",
    )
    parser.add_argument("--server", default="", metavar="URL", help="an MCP server to use instead of the bundled one")
    parser.add_argument("--files", default="", metavar="DIR", help="the folder that the bundled file tools work in")
    parser.add_argument("--data", default="", metavar="DIR", help="where history and logs are kept")
    parser.add_argument("--offline", action="store_true", help="use the offline planner even with credentials set")
    parser.add_argument("--theme", default="", choices=["dark", "light"], help="the palette to start with")
    parser.add_argument("--version", action="store_true", help="show the version and leave")
    return parser


def _version() -> str:
    from importlib.metadata import version  # slow, and only this needs it

    return version("callscope")


def _log_to_file(settings: Settings) -> None:
    """Send all logging and warnings to a file: nothing may draw over the screen."""
    handler: logging.Handler = logging.NullHandler()
    try:
        for folder in (settings.data_folder, settings.log_folder):  # The mode is not given to parents made on the way.
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = settings.log_folder / "callscope.log"
        path.touch(mode=0o600)
        handler = logging.handlers.RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8")
    except OSError:
        logging.raiseExceptions = False
    logging.basicConfig(handlers=[handler], level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    logging.captureWarnings(True)


async def _run_application(settings: Settings) -> int:
    from tui.ui.gc_pauses import hold_garbage_collection

    hold_garbage_collection()
    from tui.ui.app import CallscopeApp

    async with Workspace(settings) as workspace:
        app = CallscopeApp(
            workspace.open_session,
            examples=EXAMPLES,
            model_label=settings.azure.deployment if settings.azure else "offline planner",
            offline=settings.azure is None,
            theme_name=f"callscope-{settings.theme}",
            crash_folder=settings.log_folder,
        )
        _exit_on_signals(app.exit_on_signal)
        await app.run_async()
        return app.return_code or 0


def _flush_output() -> None:
    """Write what is left to write; to nowhere if the terminal is gone, or Python would end with a status of its own."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def _exit_on_signals(exit_on_signal: Callable[[int], None]) -> None:
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if (number := getattr(signal, name, None)) is not None:
            try:
                loop.add_signal_handler(number, exit_on_signal, int(number))
            except NotImplementedError:  # Windows event loops have none; closing the console ends the process there.
                return


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
