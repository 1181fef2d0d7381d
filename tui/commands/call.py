"""`callscope call`: one tool, run by hand without the screen."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from tui.commands import options as shared
from tui.commands.subcommand import Subcommand
from tui.core.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tui.commands.headless.output import Output
    from tui.core.events import Json
    from tui.core.ports import ToolSpec
    from tui.hosting.toolbox import Toolbox


def configure(parser: ArgumentParser) -> None:
    """Add the options of `callscope call`."""
    parser.description = (
        "Run one tool and write its result to stdout; no model is asked, and nothing is kept. Exit status: 0 done, "
        "1 the tool failed, 2 cannot be called like this, 3 it was denied, 130 stopped with Ctrl+C."
    )
    parser.add_argument("tool", metavar="TOOL", help="its name, as `callscope tools` lists it")
    parser.add_argument("pairs", nargs="*", metavar="KEY=VALUE", help="arguments, converted as the tool's schema says")
    parser.add_argument("--arguments", metavar="JSON", help="all arguments as one JSON object")
    shared.add_place(parser)


def run(options: Namespace) -> int:
    """Run the tool; returns the exit status.

    Raises:
        AppError: it cannot be run like this.
    """
    from tui.commands.headless.stopping import run_to_its_end

    if options.arguments is not None and options.pairs:
        raise SettingsError("The arguments are given twice.", "Give them as key=value, or with --arguments.")
    return run_to_its_end(lambda output: _call(options, output))


async def _call(options: Namespace, output: "Output") -> int:
    from tui.commands.headless.arguments import arguments_from, arguments_of
    from tui.commands.headless.servers import ready_toolbox
    from tui.core.text import reveal
    from tui.hosting.names import unknown_tool

    settings = shared.settings_without_model(options)
    async with ready_toolbox(settings, output) as toolbox:
        spec = next((spec for spec in toolbox.specs() if spec.name == options.tool), None)
        if spec is None:
            names = [spec.name for spec in toolbox.specs()]
            raise SettingsError(unknown_tool(reveal(options.tool), names), "callscope tools lists them.")
        if options.arguments is None:
            arguments = arguments_from(options.pairs, spec)
        else:
            arguments = arguments_of(options.arguments)
        return await _run_by_hand(toolbox, spec, arguments, settings.data_folder, output)


async def _run_by_hand(
    toolbox: "Toolbox",
    spec: "ToolSpec",
    arguments: "Mapping[str, Json]",
    data_folder: "Path",
    output: "Output",
) -> int:
    """Run it as the application does by hand: what takes a person there is denied here."""
    from tui.core.approval import ApprovalGate, WaitingCall
    from tui.core.secrets import looks_secret
    from tui.core.unattended import AllowedBeforehand, ExitStatus
    from tui.store.trust import TrustFile

    trust = await TrustFile.open(data_folder)
    try:
        gate = ApprovalGate(
            toolbox,
            trust,
            AllowedBeforehand((), output.warn),
            holds_secret=lambda text: looks_secret(text) or output.redact(text) != text,
        )
        call = WaitingCall(0, "by-hand", spec.name, arguments, emit=lambda _event: None, log=(), by_hand=True)
        admission = await gate.admit(call)
    finally:
        await trust.aclose()
    if admission.arguments is None:
        if admission.status == "denied":  # which was told
            return ExitStatus.DENIED
        raise SettingsError(admission.refusal)
    outcome = await toolbox.call(spec.name, admission.arguments)
    if outcome.status == "ok":
        output.write(outcome.text)
        output.end_line()
        return ExitStatus.DONE
    output.say(outcome.text, "error", sign="✗")
    return ExitStatus.CANNOT_START if outcome.status == "refused" else ExitStatus.FAILED


COMMAND = Subcommand("call", "run one tool without the screen", configure, run)
