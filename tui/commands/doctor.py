"""`callscope doctor`: everything that the application needs is looked over, without a screen."""

import asyncio
import logging
import sys
from argparse import ArgumentParser, Namespace
from contextlib import AsyncExitStack
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from tui.commands import options as shared
from tui.commands.subcommand import Subcommand
from tui.core.errors import SettingsError

if TYPE_CHECKING:
    from tui.core.ports import Diagnosis, Host
    from tui.core.redaction import Redactor
    from tui.deployments import NamedTarget
    from tui.doctor.settings import Loaded

HEALTHY, FAULTY = 0, 1
INTERRUPTED = 130
"""As shells expect it of a program that Ctrl+C ended."""


def configure(parser: ArgumentParser) -> None:
    """Add the options of `callscope doctor`."""
    parser.description = (
        "Look over settings, deployments, servers, data, terminal and versions, and say what to mend. Keys are never "
        "shown. Exit status: 0 nothing is broken, 1 something is."
    )
    parser.add_argument("--online", action="store_true", help="send one tiny request to each deployment, too")
    parser.add_argument("--json", action="store_true", help="write the report as JSON")
    shared.add_place(parser)
    shared.add_offline(parser)


def run(options: Namespace) -> int:
    """Look everything over and say what was found; returns the exit status."""
    logging.getLogger().addHandler(logging.NullHandler())  # Python would write to the terminal otherwise.
    out = sys.stdout
    if isinstance(out, TextIOWrapper):
        out.reconfigure(errors="replace")  # A terminal that is not UTF-8 has no ✓.
    try:
        found = asyncio.run(_examine(options))
    except KeyboardInterrupt:
        return INTERRUPTED
    from tui.core.doctor import as_json, as_text, is_healthy

    out.write(as_json(found) if options.json else as_text(found))
    return HEALTHY if is_healthy(found) else FAULTY


async def _examine(options: Namespace) -> "list[Diagnosis]":
    from tui.core.redaction import Redactor
    from tui.doctor import Doctor
    from tui.doctor.settings import Loaded, read_sources, secrets_in

    sources, trouble = read_sources(Path())
    loaded = Loaded(None, trouble) if trouble else _load(options)
    redact = Redactor([*secrets_in(sources), *(loaded.settings.secrets if loaded.settings else ())])
    targets: list[NamedTarget] = []
    if loaded.settings:
        targets, loaded = await _targets(loaded, online=options.online)
        for named in targets:
            redact.add(named.target.api_key)
    async with AsyncExitStack() as stack:
        host = None
        if loaded.settings:
            loaded, host = await _host(loaded, redact, stack)
        doctor = Doctor(sources=sources, loaded=loaded, host=host, targets=lambda: targets, redact=redact)
        return await doctor.examine(online=options.online)


def _load(options: Namespace) -> "Loaded":
    """The settings; where a deployment is set up wrongly, what is left without it, and why."""
    from tui.doctor.settings import Loaded

    try:
        return Loaded(shared.settings_of(options))
    except SettingsError as error:
        trouble = error
    try:
        return Loaded(shared.settings_of(Namespace(**{**vars(options), "offline": True})), trouble)
    except SettingsError:
        return Loaded(None, trouble)


async def _targets(loaded: "Loaded", *, online: bool) -> "tuple[list[NamedTarget], Loaded]":
    """The deployments, as far as nobody has to be asked about them; to ask them, their keys are fetched, too."""
    from tui.consent import without_doubts
    from tui.deployments import understand

    assert loaded.settings
    try:
        targets = list(understand(without_doubts(loaded.settings)).targets)
        if online:
            from tui.session_builder import with_kept_key  # it brings openai, which only this needs
            from tui.settings.key_ring import system_key_ring

            key_ring = await asyncio.to_thread(system_key_ring)
            targets = [await with_kept_key(named, key_ring) for named in targets]
    except SettingsError as error:
        return [], replace(loaded, trouble=loaded.trouble or error)
    return targets, loaded


async def _host(loaded: "Loaded", redact: "Redactor", stack: AsyncExitStack) -> "tuple[Loaded, Host | None]":
    """The servers, as far as they get ready within the time that a turn would wait for them."""
    from tui.consent import without_doubts
    from tui.hosting.build import build_toolbox

    assert loaded.settings
    try:
        settings = without_doubts(loaded.settings)
        toolbox = build_toolbox(
            settings.server_url, files_folder=settings.files_folder, log_folder=settings.log_folder, redact=redact
        )
    except SettingsError as error:
        return replace(loaded, trouble=loaded.trouble or error), None
    await stack.enter_async_context(toolbox.running())
    await toolbox.settle()
    return loaded, toolbox


COMMAND = Subcommand("doctor", "look everything over, and say what to mend", configure, run)
