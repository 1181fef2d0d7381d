"""Several processes that serve on one socket, started again when they die, and gone when their parent is."""

import logging
import multiprocessing
import os
import socket
import sys
import threading
from collections.abc import Collection
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from server.settings import Settings

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp


def log_to_standard_error() -> None:
    """Warnings and errors of this process go to standard error."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


class WorkerApplication:
    """Makes the application inside of a worker process; it is sent there, so it holds plain data only."""

    def __init__(self, settings: Settings, hosts: Collection[str] | None) -> None:
        self._settings = settings
        self._hosts = hosts

    def __call__(self) -> "ASGIApp":
        """Called once in each worker, by uvicorn."""
        from server.assembly import application, assemble

        log_to_standard_error()
        threading.Thread(target=_end_with_parent, name="lifeline", daemon=True).start()
        return application(assemble(self._settings).server, self._settings, self._hosts)


def run_workers(config: "uvicorn.Config", listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT. A worker that dies, or does not answer its parent, is replaced."""
    from uvicorn.supervisors import Multiprocess

    Multiprocess(config, sockets=[listener]).run()


def _end_with_parent() -> None:
    # Killed parents cannot tell their workers, which would go on to hold the port.
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)
