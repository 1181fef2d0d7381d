"""Where conversations are kept, found and counted."""

from asyncio import Future
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tui.core.events import Event


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A conversation as a list shows it. Times are seconds since the epoch; `tools` are distinct, first use first.

    `models` are the deployments that were asked, distinct, first use first. `origin` is the conversation that this one
    was forked from, before its turn `forked_turn`; empty where it was not.
    """

    id: str
    title: str
    started_at: float
    updated_at: float
    turns: int
    tools: tuple[str, ...]
    calls: int
    failed_calls: int
    models: tuple[str, ...] = ()
    pinned: bool = False
    origin: str = ""
    forked_turn: int = 0
    damaged: bool = False
    """Some of it cannot be read; what can be is shown."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What to look for; every part that is set must hold. Times are seconds since the epoch.

    `text`: words that are found at the beginning of words, in any order, in messages, tool names, arguments or results.
    """

    text: str = ""
    tool: str = ""
    model: str = ""
    failed_only: bool = False
    since: float | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Snippet:
    """Where the text was found: the words around it, in pieces that are the hit or are not, and the turn."""

    turn: int
    source: str
    """What it is part of: "message", "answer", "call" or "result"."""
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A conversation that was found; `snippet` is None where no text was looked for, or only the title has it."""

    summary: ConversationSummary
    snippet: Snippet | None = None


@dataclass(frozen=True, slots=True)
class ToolStatistics:
    """One tool's calls over a stretch of time; `seconds` is their time together."""

    name: str
    calls: int
    failed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class DayStatistics:
    """One day's use. `day` is its date in local time, YYYY-MM-DD."""

    day: str
    turns: int
    calls: int
    tokens: int


@dataclass(frozen=True, slots=True)
class UsageStatistics:
    """What was done over a stretch of time; `days` are in order and only those on which something was done."""

    conversations: int = 0
    turns: int = 0
    failed_turns: int = 0
    requests: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    calls: int = 0
    failed_calls: int = 0
    tools: tuple[ToolStatistics, ...] = ()
    """Most calls first."""
    days: tuple[DayStatistics, ...] = ()


class Archive(Protocol):
    """Where conversations are kept."""

    @property
    def problem(self) -> str:
        """Why history is not being saved, in words; empty while it is."""
        ...

    @property
    def is_digesting(self) -> bool:
        """Whether search and statistics do not know all older conversations yet."""
        ...

    async def digested(self) -> None:
        """Wait until search and statistics know everything."""
        ...

    def append(self, conversation_id: str, event: Event) -> Future[None]:
        """Take a durable event to be stored, in order; returns at once.

        The future is done when the event is on the disk, or when storing has failed: it never raises, `problem` tells.
        """
        ...

    async def flush(self) -> None:
        """Wait until everything taken so far is stored, or has failed to be."""
        ...

    async def summaries(self) -> list[ConversationSummary]:
        """All conversations, the pinned first, then newest first.

        Raises:
            StoreError: the history cannot be read.
        """
        ...

    async def search(self, query: SearchQuery, limit: int = 200) -> list[SearchHit]:
        """The conversations that match, in the order of `summaries`; at most `limit`.

        Raises:
            StoreError: the history cannot be read.
        """
        ...

    async def statistics(self, since: float | None = None) -> UsageStatistics:
        """What was done since this time, in seconds since the epoch; None: ever.

        Raises:
            StoreError: the history cannot be read.
        """
        ...

    async def load(self, conversation_id: str) -> list[Event]:
        """The conversation's events, in order; those that cannot be read are left out.

        Raises:
            StoreError: there is no such conversation, or nothing of it can be read.
        """
        ...

    async def last_turn(self, conversation_id: str) -> int:
        """The number of the last turn that is stored of a conversation, whoever stored it; 0 where there is none.

        Raises:
            StoreError: the history cannot be read.
        """
        ...

    async def delete(self, conversation_ids: Sequence[str]) -> None:
        """Delete conversations; `restore` takes it back while the application runs.

        Raises:
            StoreError: the history cannot be written.
        """
        ...

    async def restore(self, conversation_ids: Sequence[str]) -> None:
        """Take a deletion back.

        Raises:
            StoreError: the history cannot be written.
        """
        ...

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` in the event loop whenever `problem` changes; returns how to stop that."""
        ...
