"""One conversation's log, on its way to the archive."""

import os
from asyncio import Future
from collections.abc import Iterable

from tui.core.events import Event, ModelChosen, Pinned, Renamed, SystemPromptChanged
from tui.core.ports import Archive

_SETTINGS = (ModelChosen, SystemPromptChanged, Renamed, Pinned)


class Conversation:
    """The durable events of a conversation; each goes to the archive as it is added.

    One in which nothing but settings was made yet waits for the first message: the history lists no empty ones.
    """

    def __init__(self, archive: Archive, events: Iterable[Event] = (), *, conversation_id: str = "") -> None:
        self.id = conversation_id or os.urandom(16).hex()
        self.events = list(events)
        self._archive = archive
        self._archived = len(self.events) if conversation_id else 0

    def add(self, event: Event) -> "Future[None] | None":
        """Add a durable event; the future is done when it is stored, None where that waits."""
        self.events.append(event)
        return self.keep() if self._archived or not isinstance(event, _SETTINGS) else None

    def keep(self) -> "Future[None] | None":
        """Send what is not in the archive yet; the future is done when all of it is stored."""
        new = self.events[self._archived :]
        self._archived = len(self.events)
        stored = [self._archive.append(self.id, event) for event in new]
        return stored[-1] if stored else None
