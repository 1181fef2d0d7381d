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

_ENDING_SECONDS = 2.0
"""How long a worker may take to end in order."""


def log_to_standard_error() -> None:
    """Warnings and errors of this process go to standard error."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


def end_blocked_threads() -> None:
    """End this process at once, with status 0, if a tool still blocks a thread: the interpreter would wait for it."""
    others = (thread for thread in threading.enumerate() if thread is not threading.main_thread())
    if any(not thread.daemon for thread in others):
        logging.shutdown()
        os._exit(0)


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
    # Imported here, as serving imports this module before it knows whether the settings are good.
    from uvicorn.supervisors import Multiprocess

    class Workers(Multiprocess):
        def join_all(self) -> None:
            for worker in self.processes:
                worker.process.join(_ENDING_SECONDS)
                # A tool still blocks one of its threads.
                worker.process.kill()
                worker.process.join()

    Workers(config, sockets=[listener]).run()


def _end_with_parent() -> None:
    # Killed parents cannot tell their workers, which would go on to hold the port.
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)
