"""The command `callscope`: finds out what it is told to do, and has it done."""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.commands import application
from tui.core.errors import AppError

if TYPE_CHECKING:
    from tui.commands.subcommand import Subcommand


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status, 2 where it cannot be done as told."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser(arguments).parse_args(arguments)
    if options.version:
        sys.stdout.write(f"callscope {_version()}\n")
        return 0
    try:
        return int(options.run(options))
    except AppError as error:
        sys.stderr.write(f"callscope: {error.message}\n{error.hint}\n")
        return 2


def subcommands() -> "Sequence[Subcommand]":
    """All commands but the application, in the order of the help."""
    from tui.commands import ask, call, check, doctor, read, replay, run, tools  # not before the first paint

    return [module.COMMAND for module in (ask, run, tools, call, read, replay, check, doctor)]


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="callscope",
        description="Chat with a model on Azure OpenAI that uses MCP tools, and see every call. "
        "Without credentials it runs on a built-in offline planner.",
    )
    parser.add_argument("--version", action="store_true", help="show the version and leave")
    application.configure(parser)
    parser.set_defaults(run=application.run)
    if all(argument.startswith("-") and argument not in ("-h", "--help") for argument in arguments):
        return parser  # no command is named: the application, which is to be painted soon
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in subcommands():
        subparser = subparsers.add_parser(command.name, help=command.about, description=command.about)
        command.configure(subparser)
        subparser.set_defaults(run=command.run)
    return parser


def _version() -> str:
    from importlib.metadata import version  # slow, and only this needs it

    return version("callscope")
