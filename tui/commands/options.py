"""Options that several commands share, and the settings that they make."""

import os
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from tui.settings import Settings, Sources, load_settings

MOST_ROUNDS = 1000


def add_server(parser: ArgumentParser) -> None:
    """--server URL"""
    _add(parser, "--server", "URL", "an MCP server to use instead of the bundled one")


def add_files(parser: ArgumentParser) -> None:
    """--files DIR"""
    _add(parser, "--files", "DIR", "the folder that the bundled file tools work in")


def add_data(parser: ArgumentParser) -> None:
    """--data DIR"""
    _add(parser, "--data", "DIR", "where history and logs are kept")


def add_place(parser: ArgumentParser) -> None:
    """Which server, and where files and history are: the options that every command has."""
    for add in (add_server, add_files, add_data):
        add(parser)


def add_offline(parser: ArgumentParser) -> None:
    """--offline"""
    parser.add_argument(
        "--offline",
        action="store_true",
        default=SUPPRESS,
        help="begin with the offline planner even with credentials set",
    )


def add_conversation(parser: ArgumentParser) -> None:
    """What a conversation without the screen takes: how it begins, how it is told, what a person would decide."""
    add_place(parser)
    add_offline(parser)
    _add(parser, "--model", "NAME", "the model that answers, by its name in the application")
    _add(parser, "--system", "TEXT", "what the model is told about its role")
    place = parser.add_mutually_exclusive_group()
    place.add_argument(
        "--continue",
        dest="goes_on",
        action="store_true",
        default=SUPPRESS,
        help="go on with the conversation that was used last",
    )
    place.add_argument(
        "--resume", metavar="ID", default=SUPPRESS, help="go on with this conversation; the first digits are enough"
    )
    place.add_argument(
        "--no-history", dest="keeps_history", action="store_false", help="keep nothing of the conversation"
    )
    parser.add_argument("--max-rounds", type=_rounds, metavar="N", help="rounds of calls for a message at most (10)")
    parser.add_argument("--json", action="store_true", help="write the events to stdout as JSON Lines")
    add_allow(parser)
    parser.add_argument(
        "--read-only", action="store_true", help="let also tools of other servers run that say they only read"
    )


def add_allow(parser: ArgumentParser) -> None:
    """--allow TOOL"""
    parser.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="TOOL",
        help="let this tool run where a person would be asked; '*' means every tool; can be given several times",
    )


def settings_of(options: Namespace) -> Settings:
    """The settings, of the sources and of those of these options that were given.

    Raises:
        SettingsError: a value is missing or wrong; the message names its variable.
    """
    return load_settings(
        Sources.read(os.environ, Path()),
        server_url=getattr(options, "server", ""),
        files=getattr(options, "files", ""),
        data=getattr(options, "data", ""),
        theme=getattr(options, "theme", ""),
        offline=getattr(options, "offline", False),
    )


def settings_without_model(options: Namespace) -> Settings:
    """The same for a command that asks no model: what is wrong with the deployments does not matter to it.

    Raises:
        SettingsError: another value is missing or wrong.
    """
    return settings_of(Namespace(**(vars(options) | {"offline": True})))


def _rounds(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST_ROUNDS:
        raise ArgumentTypeError(f"must be a whole number from 1 to {MOST_ROUNDS:,}")
    return int(text)


def _add(parser: ArgumentParser, name: str, metavar: str, about: str) -> None:
    # Without a default: a subcommand's would take the place of what was given before its name.
    parser.add_argument(name, metavar=metavar, default=SUPPRESS, help=about)
