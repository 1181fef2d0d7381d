"""An example: messages to try."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Example:
    """Messages to try. `about` is one line on what they show; several messages are sent one after the other.

    `recording` is the file of what came of them once.
    """

    title: str
    messages: tuple[str, ...]
    about: str = ""
    recording: Path | None = None
