"""`callscope tools`: what the servers offer."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from tui.commands import options as shared
from tui.commands.subcommand import Subcommand

if TYPE_CHECKING:
    from tui.commands.headless.output import Output


def configure(parser: ArgumentParser) -> None:
    """Add the options of `callscope tools`."""
    parser.description = (
        "List the tools with their parameters, and the resources. Exit status: 0 done, 2 no server, 130 stopped with "
        "Ctrl+C."
    )
    parser.add_argument("--json", action="store_true", help="as JSON, with the schemas")
    shared.add_place(parser)


def run(options: Namespace) -> int:
    """List them; returns the exit status.

    Raises:
        AppError: no server can be had.
    """
    from tui.commands.headless.stopping import run_to_its_end

    return run_to_its_end(lambda output: _list(options, output))


async def _list(options: Namespace, output: "Output") -> int:
    from tui.commands.headless.listing import as_json, as_text
    from tui.commands.headless.servers import ready_toolbox
    from tui.core.unattended import ExitStatus

    settings = shared.settings_without_model(options)
    async with ready_toolbox(settings, output) as toolbox:
        output.write(as_json(toolbox) if options.json else as_text(toolbox))
    return ExitStatus.DONE


COMMAND = Subcommand("tools", "list the servers' tools and resources", configure, run)
