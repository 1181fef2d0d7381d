"""A recorded conversation under a name."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui.core.events import Event, UserSaid


@dataclass(frozen=True, slots=True)
class Recording:
    """Durable events, to be replayed, run again or checked. `title` is how a person knows it."""

    title: str
    events: Sequence[Event]

    @property
    def messages(self) -> tuple[str, ...]:
        """What the person said, in order."""
        return tuple(event.text for event in self.events if isinstance(event, UserSaid))
