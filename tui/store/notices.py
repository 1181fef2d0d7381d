"""Why history is not being saved, and who wants to know."""

import asyncio
from collections.abc import Callable


class Notices:
    """The problem there is now, if any; it belongs to the event loop it was made in."""

    def __init__(self, *, notice: str, problem: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._notice = notice
        self._problem = problem
        self._listeners: list[Callable[[], None]] = []

    @property
    def text(self) -> str:
        """The problem; else what happened to the file when it was opened; empty when all is well."""
        return self._problem or self._notice

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` in the event loop whenever `text` changes; returns how to stop that."""
        self._listeners.append(changed)

        def stop() -> None:
            if changed in self._listeners:
                self._listeners.remove(changed)

        return stop

    def report(self, problem: str) -> None:
        """From any thread: this is the problem now; empty for none."""
        self._loop.call_soon_threadsafe(self._set, problem)

    def _set(self, problem: str) -> None:
        if problem == self._problem:
            return
        self._problem = problem
        for changed in list(self._listeners):
            changed()
