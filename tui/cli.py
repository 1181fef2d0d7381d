"""The command `callscope`: finds out what it is told to do, and has it done."""

import argparse
import sys
from collections.abc import Sequence

from tui.commands import application, ask, call, check, doctor, read, replay, run, tools
from tui.commands.subcommand import Subcommand
from tui.core.errors import AppError

SUBCOMMANDS: tuple[Subcommand, ...] = (
    *(ask.COMMAND, run.COMMAND, tools.COMMAND, call.COMMAND, read.COMMAND),
    *(replay.COMMAND, check.COMMAND, doctor.COMMAND),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status, 2 where it cannot be done as told."""
    options = _parser().parse_args(arguments)
    if options.version:
        sys.stdout.write(f"callscope {_version()}\n")
        return 0
    try:
        return int(options.run(options))
    except AppError as error:
        sys.stderr.write(f"callscope: {error.message}\n{error.hint}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="callscope",
        description="Chat with a model on Azure OpenAI that uses MCP tools, and see every call. "
        "Without credentials it runs on a built-in offline planner.",
    )
    parser.add_argument("--version", action="store_true", help="show the version and leave")
    application.configure(parser)
    parser.set_defaults(run=application.run)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in SUBCOMMANDS:
        subparser = subparsers.add_parser(command.name, help=command.about, description=command.about)
        command.configure(subparser)
        subparser.set_defaults(run=command.run)
    return parser


def _version() -> str:
    from importlib.metadata import version  # slow, and only this needs it

    return version("callscope")
