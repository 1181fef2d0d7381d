"""Options that several commands share, and the settings that they make."""

import os
from argparse import SUPPRESS, ArgumentParser, Namespace
from pathlib import Path

from tui.settings import Settings, Sources, load_settings


def add_server(parser: ArgumentParser) -> None:
    """--server URL"""
    _add(parser, "--server", "URL", "an MCP server to use instead of the bundled one")


def add_files(parser: ArgumentParser) -> None:
    """--files DIR"""
    _add(parser, "--files", "DIR", "the folder that the bundled file tools work in")


def add_data(parser: ArgumentParser) -> None:
    """--data DIR"""
    _add(parser, "--data", "DIR", "where history and logs are kept")


def add_offline(parser: ArgumentParser) -> None:
    """--offline"""
    parser.add_argument(
        "--offline",
        action="store_true",
        default=SUPPRESS,
        help="begin with the offline planner even with credentials set",
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


def _add(parser: ArgumentParser, name: str, metavar: str, about: str) -> None:
    # Without a default: a subcommand's would take the place of what was given before its name.
    parser.add_argument(name, metavar=metavar, default=SUPPRESS, help=about)
