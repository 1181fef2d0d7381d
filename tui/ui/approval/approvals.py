"""Asks the person about calls: one dialog for all that wait, there for as long as any does."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from textual.app import App

from tui.core.events import Json
from tui.core.ports import ApprovalAnswer, ApprovalRequest, Host
from tui.core.rules import known_as
from tui.ui.approval.waiting import WaitingRequest

if TYPE_CHECKING:
    from tui.ui.approval.dialog import ApprovalDialog

Revise: TypeAlias = Callable[[ApprovalRequest, Mapping[str, Json]], Awaitable[ApprovalRequest]]
"""The same question about other arguments."""


class Approvals:
    """`ask` is a `core.ports.AskApproval`; cancelling it takes the question back."""

    def __init__(self, app: App[object], host: Host, revise: Revise, now: Callable[[], float]) -> None:
        self._app = app
        self._host = host
        self._revise = revise
        self._now = now
        self._waiting: list[WaitingRequest] = []
        self._dialog: ApprovalDialog | None = None

    async def ask(self, request: ApprovalRequest) -> ApprovalAnswer:
        """Wait for the person's answer to this one; several may wait."""
        waiting = WaitingRequest(request, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._show()
        try:
            return await waiting.answer
        finally:
            self._waiting.remove(waiting)
            self._show()

    def _show(self) -> None:
        if self._dialog and not self._dialog.is_finished:
            self._dialog.bring_up_to_date()
        elif any(waiting.is_open for waiting in self._waiting):
            from tui.ui.approval.dialog import ApprovalDialog  # not before the first paint

            self._dialog = ApprovalDialog(self._waiting, self._known_as, self._revise, self._now)
            self._app.push_screen(self._dialog)

    def _known_as(self, server: str) -> str:
        return known_as(server, self._host.servers())
