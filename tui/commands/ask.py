"""`callscope ask`: one message, and its answer on stdout."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from tui.commands import options as shared
from tui.commands.subcommand import Subcommand

if TYPE_CHECKING:
    from tui.commands.headless.output import Output


def configure(parser: ArgumentParser) -> None:
    """Add the options of `callscope ask`."""
    parser.description = (
        "Send one message and write the answer to stdout; a line for each call goes to stderr. Text that is piped in "
        "goes below the message. Exit status: 0 done, 1 failed, 2 cannot start, 3 a call was denied, 4 round limit, "
        "130 stopped with Ctrl+C."
    )
    parser.add_argument("message", nargs="*", metavar="MESSAGE", help="what to ask; - reads it from stdin")
    shared.add_conversation(parser)


def run(options: Namespace) -> int:
    """Ask, and say what came of it; returns the exit status.

    Raises:
        AppError: it cannot be asked.
    """
    from tui.commands.headless.messages import message_of
    from tui.commands.headless.stopping import run_to_its_end

    return run_to_its_end(lambda output: _ask(message_of(options.message, output.warn), options, output))


async def _ask(message: str, options: Namespace, output: "Output") -> int:
    from tui.commands.headless.conversing import unattended

    async with unattended(shared.settings_of(options), options, output, repeats_messages=False) as session:
        await session.send([message])
        session.tell_where_it_is_kept()
        return session.status


COMMAND = Subcommand("ask", "send one message without the screen", configure, run)
