"""An archive in memory, conversations to fill it with, and an application that shows one pane."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from textual import on
from textual.app import App, ComposeResult
from textual.message import Message

from tests.searching import look_for
from tui.core.errors import StoreError
from tui.core.events import Event, UserSaid
from tui.core.ports import ConversationSummary, SearchHit, SearchQuery, UsageStatistics
from tui.ui.history.messages import HistoryWish
from tui.ui.history.pane import HistoryPane
from tui.ui.theme import DARK, LIGHT

NOON = datetime(2026, 11, 20, 12, 0).timestamp()
"""The time that the pane is shown at: a Friday."""


def summary(
    name: str,
    *,
    days_ago: float = 0,
    turns: int = 1,
    tools: tuple[str, ...] = (),
    calls: int = 0,
    failed: int = 0,
    models: tuple[str, ...] = (),
    pinned: bool = False,
    origin: str = "",
    forked_turn: int = 0,
    damaged: bool = False,
) -> ConversationSummary:
    """A conversation whose id and title are `name`."""
    at = (datetime.fromtimestamp(NOON) - timedelta(days=days_ago)).timestamp()
    return ConversationSummary(
        name, name, at - 60, at, turns, tools, calls, failed, models, pinned, origin, forked_turn, damaged
    )


class FakeArchive:
    """Keeps summaries and events in dicts; `broken` makes every call fail."""

    problem = ""
    is_digesting = False

    def __init__(self, summaries: Sequence[ConversationSummary] = ()) -> None:
        self.kept = {summary.id: summary for summary in summaries}
        self.deleted: dict[str, ConversationSummary] = {}
        self.events: dict[str, list[Event]] = {}
        self.loaded: list[str] = []
        self.searched: list[SearchQuery] = []
        self.hold: asyncio.Event | None = None
        """A search waits for this."""
        self.reported = UsageStatistics()
        self.asked_since: list[float | None] = []
        self.broken: StoreError | None = None
        self.done_digesting = asyncio.Event()

    def _fail_if_broken(self) -> None:
        if self.broken:
            raise self.broken

    async def digested(self) -> None:
        await self.done_digesting.wait()

    def append(self, conversation_id: str, event: Event) -> asyncio.Future[None]:
        self.events.setdefault(conversation_id, []).append(event)
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        stored.set_result(None)
        return stored

    async def flush(self) -> None:
        """All is stored."""

    async def summaries(self) -> list[ConversationSummary]:
        self._fail_if_broken()
        return sorted(self.kept.values(), key=lambda kept: (kept.pinned, kept.updated_at), reverse=True)

    async def search(self, query: SearchQuery, limit: int = 200) -> list[SearchHit]:
        self.searched.append(query)
        if self.hold:
            await self.hold.wait()
        kept = await self.summaries()
        looked = (look_for(query, summary, self.events.get(summary.id, ())) for summary in kept)
        return [hit for hit in looked if hit][:limit]

    async def statistics(self, since: float | None = None) -> UsageStatistics:
        self._fail_if_broken()
        self.asked_since.append(since)
        return self.reported

    async def load(self, conversation_id: str) -> list[Event]:
        self._fail_if_broken()
        self.loaded.append(conversation_id)
        return self.events.get(conversation_id, [UserSaid(at=NOON, turn=1, text=f"text of {conversation_id}")])

    async def last_turn(self, conversation_id: str) -> int:
        return len(self.events.get(conversation_id, ()))

    async def delete(self, conversation_ids: Sequence[str]) -> None:
        self._fail_if_broken()
        for identifier in conversation_ids:
            self.deleted[identifier] = self.kept.pop(identifier)

    async def restore(self, conversation_ids: Sequence[str]) -> None:
        self._fail_if_broken()
        for identifier in conversation_ids:
            self.kept[identifier] = self.deleted.pop(identifier)

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        return lambda: None


class PaneApp(App[None]):
    """Shows the pane, and keeps what it says upward."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, archive: FakeArchive, *, light: bool = False) -> None:
        super().__init__()
        self.archive = archive
        self.said: list[Message] = []
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = LIGHT.name if light else DARK.name

    def compose(self) -> ComposeResult:
        yield HistoryPane(self.archive, now=lambda: NOON)

    def on_mount(self) -> None:
        self.pane.focus()

    @property
    def pane(self) -> HistoryPane:
        return self.query_one(HistoryPane)

    @on(HistoryWish)
    def keep(self, event: HistoryWish) -> None:
        self.said.append(event)
