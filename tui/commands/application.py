"""`callscope` without a subcommand: the application."""

import asyncio
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.commands import options as shared
from tui.commands.streams import flush_output
from tui.core.errors import AppError
from tui.core.redaction import Redactor
from tui.examples import EXAMPLES
from tui.late_exporter import LateExporter
from tui.log_file import log_to_file
from tui.settings import PLANNER, Settings
from tui.workspace import Workspace

if TYPE_CHECKING:
    from tui.consent import Doubt
    from tui.core.recording import Recording
    from tui.ui.beginning import Beginning

_ASK_IN_HISTORY = "\0"
"""Stands for `--resume` without an id: no id has this character."""


def configure(parser: ArgumentParser) -> None:
    """Add the application's options."""
    beginning = parser.add_mutually_exclusive_group()
    beginning.add_argument(
        "--continue", dest="goes_on", action="store_true", help="go on with the conversation that was used last"
    )
    beginning.add_argument(
        "--resume",
        nargs="?",
        default="",
        const=_ASK_IN_HISTORY,
        metavar="ID",
        help="go on with this conversation; without an id, pick one in the history",
    )
    shared.add_place(parser)
    shared.add_offline(parser)
    parser.add_argument("--theme", default="", choices=["dark", "light"], help="the palette to start with")


def run(options: Namespace, recording: "Recording | None" = None) -> int:
    """Open the application, with this recording playing if there is one.

    Returns the exit status: 0 left, 1 crashed, 2 cannot begin, 128+n ended by signal n.

    Raises:
        SettingsError: a setting is missing or wrong.
        AppError: there is no terminal.
    """
    settings = shared.settings_of(options)
    label = _first_label(settings)
    _refuse_without_terminal()
    redact = Redactor(settings.secrets)
    log_to_file(settings.log_folder, redact)
    try:
        return asyncio.run(_run_application(settings, _beginning(options, recording), label, redact))
    finally:
        flush_output()


def _refuse_without_terminal() -> None:
    # Textual reads from the one and draws on the other, whatever Python's own streams are set to.
    screen = sys.__stdout__ if sys.platform == "win32" else sys.__stderr__
    if not all(stream is not None and stream.isatty() for stream in (sys.__stdin__, screen)):
        raise AppError(
            "The screen needs a terminal, and this is none.",
            "Start it in a terminal; for scripts there are callscope ask, run and check.",
        )


def _first_label(settings: Settings) -> str:
    """The model that new conversations go to, as far as it is known before anything is asked or connected.

    Raises:
        SettingsError: a deployment that is set by variables cannot be used.
    """
    if settings.offline or not settings.deployments:
        return PLANNER
    from tui.consent import without_doubts  # not needed by every start
    from tui.deployments import understand

    targets = understand(without_doubts(settings)).targets
    return targets[0].name if targets else PLANNER


async def _run_application(settings: Settings, beginning: "Beginning", label: str, redact: Redactor) -> int:
    from tui.ui.gc_pauses import hold_garbage_collection

    hold_garbage_collection()
    from tui.ui.app import CallscopeApp

    async def ask(doubt: "Doubt") -> bool:
        return await app.confirm(doubt.title, doubt.words)

    def tell(words: str, hint: str) -> None:
        app.tell(words, hint)

    async with Workspace(settings, redact=redact, ask=ask, tell=tell) as workspace:
        app = CallscopeApp(
            workspace.open_session,
            examples=EXAMPLES,
            exporter=LateExporter(settings.data_folder / "exports", redact),
            connector=workspace.connector,
            examiner=workspace.examiner,
            beginning=beginning,
            model_label=label,
            offline=label == PLANNER,
            theme_name=f"callscope-{settings.theme}",
            crash_folder=settings.log_folder,
            redact=redact,
        )
        _exit_on_signals(app.exit_on_signal)
        await app.run_async()
        return app.return_code or 0


def _beginning(options: Namespace, recording: "Recording | None") -> "Beginning":
    from tui.ui.beginning import Beginning

    if recording:
        return Beginning("recording", recording=recording)
    if options.goes_on:
        return Beginning("newest")
    if options.resume == _ASK_IN_HISTORY:
        return Beginning("history")
    return Beginning("chosen", options.resume) if options.resume else Beginning()


def _exit_on_signals(exit_on_signal: Callable[[int], None]) -> None:
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if (number := getattr(signal, name, None)) is not None:
            try:
                loop.add_signal_handler(number, exit_on_signal, int(number))
            except NotImplementedError:  # Windows event loops have none; closing the console ends the process there.
                return
