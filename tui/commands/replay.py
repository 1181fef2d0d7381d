"""`callscope replay`: the application, with a recording playing."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from tui.commands import application
from tui.commands import options as shared
from tui.commands.subcommand import Subcommand


def configure(parser: ArgumentParser) -> None:
    """Add the options of `callscope replay`."""
    parser.description = (
        "Play a recorded conversation as if it happened now. No account is needed, and no server: nothing is asked and "
        "nothing is run, until you run it again or check it."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a recording (.jsonl)")
    shared.add_place(parser)
    shared.add_offline(parser)


def run(options: Namespace) -> int:
    """Read the recording, and open the application with it; returns the exit status.

    Raises:
        AppError: the file is no recording, or a setting is missing or wrong.
    """
    from tui.core.recording import Recording
    from tui.store.recording import read_recording

    return application.run(options, Recording.of(read_recording(options.file), options.file.stem))


COMMAND = Subcommand("replay", "play a recorded conversation as if it happened now", configure, run)
