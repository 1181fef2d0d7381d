"""What a subcommand of `callscope` is."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subcommand:
    """`callscope NAME ...`. `run` returns the exit status; an AppError that it raises is said on stderr, with status 2.

    `configure` adds the options; the shared ones are in `tui.commands.options`.
    """

    name: str
    about: str
    configure: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]
