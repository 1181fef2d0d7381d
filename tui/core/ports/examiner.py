"""Looking over everything that the application needs, and what was found."""

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from tui.core.ports.connect import Finding

Grade: TypeAlias = Literal["ok", "note", "fault"]
"""All is well; worth knowing, or a person may want to change it; something does not work."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at. `area` is the heading that it belongs under."""

    area: str
    grade: Grade
    finding: Finding


class Examiner(Protocol):
    """Looks the application over. What it says holds no secrets, and nothing that harms a terminal."""

    async def examine(self, *, online: bool) -> list[Diagnosis]:
        """Look at everything; `online`: send one tiny request to each deployment, too. It never raises."""
        ...
