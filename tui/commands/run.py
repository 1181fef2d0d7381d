"""`callscope run`: predefined messages one after the other, without the screen."""

import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui.commands import options as shared
from tui.commands.subcommand import Subcommand
from tui.core.errors import SettingsError
from tui.examples import EXAMPLES

if TYPE_CHECKING:
    from tui.commands.headless.output import Output


def configure(parser: ArgumentParser) -> None:
    """Add the options of `callscope run`."""
    parser.description = (
        "Send predefined messages one after the other, in one conversation, until one does not end well. Exit status: "
        "0 done, 1 failed, 2 cannot start, 3 a call was denied, 4 round limit, 130 stopped with Ctrl+C."
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="one message a line, # begins a comment; or a recording (.jsonl), whose messages are sent; - is stdin",
    )
    what.add_argument(
        "--examples", action="store_true", help="the bundled examples, each in a conversation and a folder of its own"
    )
    shared.add_conversation(parser)


def run(options: Namespace) -> int:
    """Send the messages, and say what came of them; returns the exit status.

    Raises:
        AppError: they cannot be sent.
    """
    from tui.commands.headless.messages import messages_in
    from tui.commands.headless.stopping import run_to_its_end

    if options.examples and (options.goes_on or options.resume):
        raise SettingsError("The examples begin conversations of their own.", "Leave out --continue and --resume.")
    if options.examples:
        return run_to_its_end(lambda output: _run_examples(options, output))
    if options.file is None:
        raise SettingsError("There is nothing to run.", "Name a file with messages, or try: callscope run --examples")
    return run_to_its_end(lambda output: _run_messages(messages_in(options.file), options, output))


async def _run_messages(messages: Sequence[str], options: Namespace, output: "Output") -> int:
    from tui.commands.headless.conversing import unattended

    async with unattended(shared.settings_of(options), options, output, repeats_messages=True) as session:
        await session.send(messages)
        session.tell_where_it_is_kept()
        return session.status


async def _run_examples(options: Namespace, output: "Output") -> int:
    """Each example begins with no files, as some write the same ones; those in a folder of the person's own stay."""
    from tui.commands.headless.conversing import unattended
    from tui.commands.headless.servers import empty_folder

    with tempfile.TemporaryDirectory(prefix="callscope-examples-") as name:
        settings = shared.settings_of(options)
        folder = Path(name) if not getattr(options, "files", "") else None
        if folder:
            settings = replace(settings, files_folder=folder, is_files_of_folder=False)
        async with unattended(settings, options, output, repeats_messages=True) as session:
            for number, example in enumerate(EXAMPLES, start=1):
                if number > 1:
                    session.begin_anew()
                if folder:
                    empty_folder(folder)
                output.say(f"{number}/{len(EXAMPLES)} {example.title}: {example.about}", "muted")
                if not await session.send(example.messages):
                    break
            return session.status


COMMAND = Subcommand("run", "send predefined messages without the screen", configure, run)
