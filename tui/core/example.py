"""An example: messages to try."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """Messages to try. `about` is one line on what they show; several messages are sent one after the other."""

    title: str
    messages: tuple[str, ...]
    about: str = ""
