"""The command `callscope-server`: options and environment become a running server, or a sentence and a status."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from server.errors import StartError
from server.serving import open_listener, serve
from server.settings import load_settings
from server.supervised import end_with_standard_input, read_token

INTERRUPTED_STATUS = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop. Returns the exit status: 0, 1 cannot listen, 2 bad settings, 130 interrupted early."""
    try:
        settings = load_settings(sys.argv[1:] if arguments is None else arguments, os.environ)
        if settings.supervised:
            settings = replace(settings, token=read_token())
            end_with_standard_input()
        serve(settings, open_listener(settings))
    except StartError as error:
        sys.stderr.write(f"callscope-server: {error.message}\n{error.hint}\n")
        return error.status
    except KeyboardInterrupt:
        return INTERRUPTED_STATUS
    return 0
