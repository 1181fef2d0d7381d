"""`callscope read`: one resource of a server, on stdout."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from tui.commands import options as shared
from tui.commands.subcommand import Subcommand

if TYPE_CHECKING:
    from tui.commands.headless.output import Output


def configure(parser: ArgumentParser) -> None:
    """Add the options of `callscope read`."""
    parser.description = (
        "Write a resource to stdout. Exit status: 0 done, 1 it cannot be read, 2 cannot start, 130 stopped with Ctrl+C."
    )
    parser.add_argument("uri", metavar="URI", help="the resource, as `callscope tools` lists it")
    shared.add_place(parser)


def run(options: Namespace) -> int:
    """Read the resource; returns the exit status.

    Raises:
        AppError: no server can be had.
    """
    from tui.commands.headless.stopping import run_to_its_end

    return run_to_its_end(lambda output: _read(options, output))


async def _read(options: Namespace, output: "Output") -> int:
    from tui.commands.headless.servers import ready_toolbox
    from tui.core.errors import ServerError
    from tui.core.unattended import ExitStatus

    settings = shared.settings_without_model(options)
    async with ready_toolbox(settings, output) as toolbox:
        listed = {resource.uri: resource.server for resource in reversed(toolbox.resources())}
        # Servers also read what they do not list: resources that follow a template.
        server = listed.get(options.uri) or toolbox.servers()[0].name
        try:
            output.write(await toolbox.read_resource(server, options.uri))
        except ServerError as error:
            known = f"Listed are: {', '.join(listed)}." if listed else "The server lists no resources."
            output.say(error.message, "error", sign="✗")
            output.say(error.hint or known)
            return ExitStatus.FAILED
        output.end_line()
        return ExitStatus.DONE


COMMAND = Subcommand("read", "write a server's resource to stdout", configure, run)
