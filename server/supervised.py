"""What a server that was started by another program owes it: to use its token, and to end when it ends."""

import os
import sys
import threading

from server.errors import USAGE_STATUS, StartError
from server.settings import is_usable_token

_LINE_LIMIT = 4096


def read_token() -> str:
    """The first line of standard input. Raises StartError when there is none that can be used."""
    line = sys.stdin.buffer.readline(_LINE_LIMIT)
    token = line.decode("ascii", "replace").strip()
    if not is_usable_token(token):
        raise StartError(
            "No token came on the first line of standard input.",
            "--supervised is for programs that start this server and keep its standard input open.",
            status=USAGE_STATUS,
        )
    return token


def end_with_standard_input() -> None:
    """Watch standard input in a thread, and end this process as soon as it closes.

    The program at its other end is gone then, or wants no more answers, so nothing is waited for; saving a file
    leaves the old or the new one at any moment.
    """
    threading.Thread(target=_exit_at_end_of_input, name="lifeline", daemon=True).start()


def _exit_at_end_of_input() -> None:
    # Not through sys.stdin: a thread that waits in there holds a lock that the end of the interpreter needs.
    try:
        while os.read(0, _LINE_LIMIT):
            pass
    finally:
        os._exit(0)
