"""The listening socket, the start-up lines, and uvicorn."""

import ipaddress
import os
import signal
import socket
import sys
from collections.abc import Collection
from typing import TYPE_CHECKING

from server.errors import USAGE_STATUS, StartError
from server.settings import PORT_VARIABLE, TOKEN_VARIABLE, Settings
from server.workers import WorkerApplication, end_blocked_threads, log_to_standard_error, run_workers

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
_BACKLOG = 512
# Below the usual limit of 1,024 open descriptors, so that files can still be opened when it is reached.
_CONNECTION_LIMIT = 800
# Longer than clients keep an idle connection, so that it is they who close it, and never in the middle of a request.
_KEEP_ALIVE_SECONDS = 65
_CLOSING_SECONDS = 1


def open_listener(settings: Settings) -> socket.socket:
    """Listen where the settings say, or take over the inherited socket.

    Raises StartError when that is not possible, or when others than this computer could connect without a token.
    """
    if settings.descriptor is None:
        address = _resolve(settings)
        _require_token_beyond_loopback(address, settings.host, settings.token)
        return _bind(address, settings)
    listener = _inherited(settings.descriptor)
    try:
        address = listener.getsockname()[0]
        _require_token_beyond_loopback(address, address, settings.token)
    except BaseException:
        listener.close()
        raise
    return listener


def serve(settings: Settings, listener: socket.socket) -> None:
    """Print the start-up lines and serve until SIGTERM or SIGINT; returns after an orderly end."""
    log_to_standard_error()
    # Imported here, as it takes most of the time that starting takes; a bad option is answered without it.
    import asyncio

    from server.assembly import application, assemble
    from server.banner import startup_lines

    assembled = assemble(settings)
    hosts = _own_names(listener)
    sys.stdout.write(asyncio.run(startup_lines(assembled, settings, listener)))
    sys.stdout.flush()
    if settings.workers > 1:
        run_workers(_configuration(WorkerApplication(settings, hosts), settings.workers), listener)
    else:
        _run(_configuration(application(assembled.server, settings, hosts)), listener)


def _run(configuration: "uvicorn.Config", listener: socket.socket) -> None:
    import uvicorn

    runner = uvicorn.Server(configuration)
    for number in (signal.SIGINT, signal.SIGTERM):
        # After an orderly end uvicorn raises the signal again for the handler that it found here: one without effect.
        signal.signal(number, runner.handle_exit)
    runner.run(sockets=[listener])
    end_blocked_threads()


def _configuration(app: "ASGIApp | WorkerApplication", workers: int = 1) -> "uvicorn.Config":
    import uvicorn

    return uvicorn.Config(
        app,
        factory=workers > 1,
        workers=workers,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_CONNECTION_LIMIT,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        # Open streams would otherwise keep the process for as long as clients like.
        timeout_graceful_shutdown=_CLOSING_SECONDS,
    )


def _own_names(listener: socket.socket) -> Collection[str] | None:
    # Beyond this computer the names under which it is known are its owner's matter; the token protects it there.
    address = listener.getsockname()[0]
    return LOOPBACK_NAMES | {address} if ipaddress.ip_address(address).is_loopback else None


def _require_token_beyond_loopback(address: str, host: str, token: str | None) -> None:
    if not ipaddress.ip_address(address).is_loopback and token is None:
        raise StartError(
            f"Listening on {host} lets other computers connect, and no token is set.",
            f"Set {TOKEN_VARIABLE} to a long random word that clients must send, or use --host 127.0.0.1.",
            status=USAGE_STATUS,
        )


def _resolve(settings: Settings) -> str:
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise StartError(
            f"The host {settings.host!r} is not an address of this computer.",
            "Use --host 127.0.0.1 for this computer alone, or --host 0.0.0.0 with a token for all its networks.",
            status=1,
        ) from error
    return str(found[0][4][0])


def _bind(address: str, settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        listener = socket.create_server((address, settings.port), family=family, backlog=_BACKLOG)
        # Accepted connections inherit it. asyncio sets it only on sockets made with an explicit protocol, and without
        # it every answer to a small request waits for the client's delayed acknowledgement, about 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else "the system refused"
        raise StartError(
            f"Cannot listen on {settings.host}, port {settings.port}: {reason}.",
            f"Another program may be using the port; choose another one with --port or {PORT_VARIABLE}.",
            status=1,
        ) from error


def _inherited(descriptor: int) -> socket.socket:
    try:
        listener = socket.socket(fileno=descriptor)
        listening = bool(listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    except OSError as error:
        raise _bad_descriptor(descriptor) from error
    if not listening or listener.family not in (socket.AF_INET, socket.AF_INET6):
        listener.close()
        raise _bad_descriptor(descriptor)
    return listener


def _bad_descriptor(descriptor: int) -> StartError:
    return StartError(
        f"--fd {descriptor} is not a listening TCP socket.",
        "It is for programs that start this server with a socket that they have opened.",
        status=USAGE_STATUS,
    )
