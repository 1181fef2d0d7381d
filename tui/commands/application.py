"""`callscope` without a subcommand: the application."""

import asyncio
import os
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from tui.commands import options as shared
from tui.examples import EXAMPLES
from tui.log_file import log_to_file
from tui.settings import Settings
from tui.workspace import Workspace


def configure(parser: ArgumentParser) -> None:
    """Add the application's options."""
    shared.add_server(parser)
    shared.add_files(parser)
    shared.add_data(parser)
    shared.add_offline(parser)
    parser.add_argument("--theme", default="", choices=["dark", "light"], help="the palette to start with")


def run(options: Namespace) -> int:
    """Open the application; returns the exit status: 0 left, 1 crashed, 2 cannot begin, 128+n ended by signal n.

    Raises:
        SettingsError: a setting is missing or wrong.
    """
    settings = shared.settings_of(options)
    log_to_file(settings)
    try:
        return asyncio.run(_run_application(settings))
    finally:
        _flush_output()


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
