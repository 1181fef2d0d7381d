"""Where this application's log goes: to a file, since nothing may draw over the screen."""

import logging
import logging.handlers
from collections.abc import Callable
from pathlib import Path

LOG_BYTES = 1_000_000


class RedactingFormatter(logging.Formatter):
    """Takes the known secrets out of every line, tracebacks included."""

    def __init__(self, redact: Callable[[str], str]) -> None:
        super().__init__("%(asctime)s %(name)s %(message)s")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The record as text, without secrets."""
        return self._redact(super().format(record))


def log_to_file(folder: Path, redact: Callable[[str], str]) -> None:
    """Send all logging and warnings to a file in this folder inside the data folder; to nowhere, where none can be."""
    handler: logging.Handler = logging.NullHandler()
    try:
        for each in (folder.parent, folder):  # The mode is not given to parents made on the way.
            each.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / "callscope.log"
        path.touch(mode=0o600)
        handler = logging.handlers.RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8")
    except OSError:
        logging.raiseExceptions = False
    handler.setFormatter(RedactingFormatter(redact))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.captureWarnings(True)
