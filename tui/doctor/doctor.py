"""Looks everything over, area after area; implements `core.ports.Examiner`."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tui.core.doctor import fault
from tui.core.ports import Diagnosis, Host
from tui.core.text import sanitize
from tui.deployments import NamedTarget
from tui.doctor.computer import examine_computer
from tui.doctor.data import examine_data
from tui.doctor.deployments import examine_deployments
from tui.doctor.servers import examine_servers
from tui.doctor.settings import Loaded, examine_settings
from tui.doctor.terminal import Terminal, examine_terminal
from tui.settings import Sources

_log = logging.getLogger(__name__)


class Doctor:
    """Knows where to look; `targets` are the deployments at the moment it is asked."""

    def __init__(
        self,
        *,
        sources: Sources,
        loaded: Loaded,
        host: Host | None,
        targets: Callable[[], Sequence[NamedTarget]],
        redact: Callable[[str], str],
        terminal: Callable[[], Terminal] = Terminal.here,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._sources = sources
        self._loaded = loaded
        self._host = host
        self._targets = targets
        self._redact = redact
        self._terminal = terminal
        self._now = now

    async def examine(self, *, online: bool) -> list[Diagnosis]:
        """Look at everything; `online`: ask each deployment, too."""
        found = self._tried("Settings", lambda: examine_settings(self._sources, self._loaded))
        found += [diagnosis async for diagnosis in examine_deployments(self._targets(), online=online)]
        if host := self._host:
            found += self._tried("Servers", lambda: examine_servers(host))
        if settings := self._loaded.settings:
            folders: tuple[Path, ...] = (settings.data_folder, settings.files_folder, settings.config_folder)
            found += await asyncio.to_thread(self._tried, "Data", lambda: examine_data(*folders))
        found += self._tried("Terminal", lambda: examine_terminal(self._terminal()))
        found += self._tried("Computer", lambda: examine_computer(self._now()))
        return [self._harmless(diagnosis) for diagnosis in found]

    def _tried(self, area: str, examine: Callable[[], Iterator[Diagnosis]]) -> list[Diagnosis]:
        """An area's findings; what cannot be looked at is a finding too, and the others are looked at all the same."""
        try:
            return list(examine())
        except OSError as error:
            _log.warning("cannot look at %s", area, exc_info=error)
            return [fault(area, f"It cannot be looked at: {error.strerror or type(error).__name__}.")]

    def _harmless(self, diagnosis: Diagnosis) -> Diagnosis:
        finding = diagnosis.finding
        return replace(
            diagnosis,
            finding=replace(
                finding,
                words=self._clean(finding.words),
                hint=self._clean(finding.hint),
                detail=self._clean(finding.detail),
            ),
        )

    def _clean(self, text: str) -> str:
        return self._redact(sanitize(text))
