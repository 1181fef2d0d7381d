"""A recorded conversation under a name."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui.core.events import Event, UserSaid
from tui.core.transcript import title_of


@dataclass(frozen=True, slots=True)
class Recording:
    """Durable events, to be replayed, run again or checked. `title` is how a person knows it."""

    title: str
    events: Sequence[Event]

    @classmethod
    def of(cls, events: Sequence[Event], name: str) -> "Recording":
        """These events under the title of their conversation; under `name` where it has none."""
        return cls(title_of(events) or name, events)

    @property
    def messages(self) -> tuple[str, ...]:
        """What the person said, in order."""
        return tuple(event.text for event in self.events if isinstance(event, UserSaid))
