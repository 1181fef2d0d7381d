"""The way in: from what is configured to a `Toolbox`."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from tui.core.ports import ServerStatus
from tui.hosting.connection import Connection, Peer
from tui.hosting.launcher import Launcher
from tui.hosting.link import Link
from tui.hosting.protocol_log import Redact
from tui.hosting.timing import BUNDLED_RETRY, FOREIGN_RETRY, Deadlines, RetryPolicy
from tui.hosting.toolbox import Toolbox
from tui.hosting.transports import Endpoint, open_client, parse_server_url

BUNDLED_NAME = "bundled"
BUNDLED_DEADLINES = Deadlines(connect=20.0)
"""Starting a process on a cold disk takes longer than answering does."""


def build_toolbox(
    server_url: str | None,
    *,
    files_folder: Path,
    log_folder: Path,
    call_timeout: float = 30.0,
    redact: Redact = str,
) -> Toolbox:
    """A toolbox for the server at this URL, or, without one, for the bundled server, which it launches.

    `files_folder` is where the bundled server's file tools work, `log_folder` where its output goes (`server.log`),
    `call_timeout` the seconds a tool may take; `redact` takes secrets out of what is kept of the messages.

    Raises:
        SettingsError: the URL cannot be understood.
    """
    for library in ("mcp", "client", "httpx2", "httpcore2"):  # "client" is a logger of the SDK too.
        keep_off_terminal(logging.getLogger(library))

    def bundled() -> Connection:
        return bundled_connection(Launcher(files_folder=files_folder, log_folder=log_folder), redact=redact)

    connection = foreign_connection(parse_server_url(server_url), redact=redact) if server_url else bundled()
    return Toolbox([connection], call_timeout=call_timeout, make_bundled=bundled, redact=redact)


def keep_off_terminal(logger: logging.Logger) -> None:
    """Give a logger a handler, as Python writes what has none to the terminal. Handlers above it still hear of it."""
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def foreign_connection(
    endpoint: Endpoint,
    *,
    retry: RetryPolicy = FOREIGN_RETRY,
    deadlines: Deadlines | None = None,
    redact: Redact = str,
) -> Connection:
    """A connection to a server that runs elsewhere."""

    @asynccontextmanager
    async def open_peer(link: Link) -> AsyncGenerator[Peer]:
        async with open_client(endpoint, link) as client:
            yield Peer(client, endpoint.shown_url)

    status = ServerStatus(endpoint.server_name, "starting", url=endpoint.shown_url, transport=endpoint.transport)
    return Connection(status, open_peer, retry=retry, deadlines=deadlines, redact=redact)


def bundled_connection(
    launcher: Launcher,
    *,
    retry: RetryPolicy = BUNDLED_RETRY,
    deadlines: Deadlines = BUNDLED_DEADLINES,
    redact: Redact = str,
) -> Connection:
    """A connection to a server of this application: the process and the connection live and end together."""

    @asynccontextmanager
    async def open_peer(link: Link) -> AsyncGenerator[Peer]:
        async with launcher.launched(link) as launched:
            endpoint = Endpoint(launched.url, "sse")
            async with open_client(endpoint, link, headers=launched.headers) as client:
                yield Peer(client, launched.url)

    status = ServerStatus(BUNDLED_NAME, "starting", bundled=True, log_path=str(launcher.log_path))
    return Connection(status, open_peer, retry=retry, deadlines=deadlines, redact=redact)
