"""Keeps what was typed for something else from answering a question that has just come up."""

from collections.abc import Callable

from textual.events import Key

QUIET_SECONDS = 0.4
"""So long nothing may have been typed before a key counts: somebody was in the middle of a word."""


class TypingGuard:
    """Up from the moment a question is there until so long after it was painted, and after the last key typed."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._since: float | None = None

    @property
    def is_up(self) -> bool:
        """Whether keys and clicks do not count yet."""
        return self._since is None or self._now() - self._since < QUIET_SECONDS

    @property
    def is_painted(self) -> bool:
        """Whether the quiet time has begun."""
        return self._since is not None

    def raise_up(self) -> None:
        """A question comes up; it is not painted yet."""
        self._since = None

    def begin(self) -> None:
        """The question is painted, or something was typed: the quiet time begins."""
        self._since = self._now()

    def stops(self, key: Key, choices: str) -> bool:
        """Whether the key does not count; keys that move about always do.

        A character that is none of the `choices` is the rest of a word, so that those after it do not count either.
        """
        if not key.is_printable and key.key not in {"enter", "escape"}:
            return False
        was_up = self.is_up
        if self._since is not None and (was_up or (key.is_printable and (key.character or "") not in choices)):
            self.begin()
        return was_up
