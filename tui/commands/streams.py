"""The standard streams at the end of a command."""

import os
import sys


def flush_output() -> None:
    """Write what is left to write; to nowhere if nobody reads it, or Python would end with a status of its own."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:  # It was closed before the process began.
            continue
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
