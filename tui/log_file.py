"""Where this application's log goes: to a file, since nothing may draw over the screen."""

import logging
import logging.handlers

from tui.settings import Settings

LOG_BYTES = 1_000_000


def log_to_file(settings: Settings) -> None:
    """Send all logging and warnings to a file in the log folder; to nowhere, where there can be none."""
    handler: logging.Handler = logging.NullHandler()
    try:
        for folder in (settings.data_folder, settings.log_folder):  # The mode is not given to parents made on the way.
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = settings.log_folder / "callscope.log"
        path.touch(mode=0o600)
        handler = logging.handlers.RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8")
    except OSError:
        logging.raiseExceptions = False
    logging.basicConfig(handlers=[handler], level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    logging.captureWarnings(True)
