"""The MCP servers of a command without the screen: they are ready, or the command does not begin."""

import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui.core.errors import ServerError
from tui.core.ports import Host

if TYPE_CHECKING:
    from tui.commands.headless.output import Output
    from tui.hosting.toolbox import Toolbox
    from tui.settings import Settings


async def require_ready(host: Host) -> None:
    """Wait until every server is ready.

    Raises:
        ServerError: one does not become ready.
    """
    await host.settle()
    for status in host.servers():
        if status.state != "ready":
            raise ServerError(f"The server is {status.state}: {status.detail or status.url}", status.hint)


@asynccontextmanager
async def ready_toolbox(settings: "Settings", output: "Output") -> AsyncGenerator["Toolbox"]:
    """The servers of these settings, ready; left at the end. What a folder's `.env` wants of them takes a yes before.

    Raises:
        AppError: one cannot be used, or nobody has agreed to it.
    """
    from tui.consent import refuse, settle
    from tui.core.redaction import Redactor
    from tui.hosting.build import build_toolbox
    from tui.log_file import log_to_file

    output.redact = redact = Redactor(settings.secrets)
    log_to_file(settings.log_folder, redact)
    settings = await settle(replace(settings, deployments=()), refuse, output.warn)
    toolbox = build_toolbox(
        settings.server_url, files_folder=settings.files_folder, log_folder=settings.log_folder, redact=redact
    )
    async with toolbox.running():
        await require_ready(toolbox)
        yield toolbox


def empty_folder(folder: Path) -> None:
    """Delete what is in the folder; it stays itself, as a server may hold it open."""
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            with suppress(FileNotFoundError):
                entry.unlink()
