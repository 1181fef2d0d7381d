"""Runs the session's turns one after the other: sends, queues, stops and repeats messages."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.worker import Worker, WorkerCancelled, WorkerFailed

from tui.core.events import TurnEnded, UserSaid
from tui.ui.chat.notice import Kind
from tui.ui.chat.outbox import Outbox
from tui.ui.working import is_working

if TYPE_CHECKING:
    from tui.core.session import Session


class Turns:
    """One worker at a time runs turns until nothing waits. It decides nothing about how things look."""

    def __init__(
        self,
        session: "Session",
        start_worker: Callable[[Callable[[], Coroutine[Any, Any, None]]], Worker[None]],
        say: Callable[[str, Kind], None],
        hush: Callable[[], None],
    ) -> None:
        self._session = session
        self._start_worker = start_worker
        self._say = say
        self._hush = hush
        self._outbox = Outbox()
        self._worker: Worker[None] | None = None

    @property
    def running(self) -> bool:
        """Whether a turn runs or waits to run."""
        return is_working(self._worker)

    def submit(self, text: str, prepare: Callable[[], None] | None = None) -> bool:
        """Take a message that a person typed; returns whether it was taken, so that the draft may go.

        `prepare` is called right before it is sent, if it is.
        """
        decision = self._outbox.offer(text, running=self.running)
        if decision.words:
            self._say(decision.words, "info" if decision.verdict == "queued" else "warning")
        if decision.verdict == "send":
            if prepare:
                prepare()
            self._start(text)
        return decision.verdict in ("send", "queued")

    def send_all(self, texts: tuple[str, ...]) -> None:
        """Send these messages one after the other, behind whatever waits."""
        self._outbox.add(texts)
        if not self.running and (text := self._outbox.take()):
            self._start(text)

    def stop(self) -> bool:
        """Stop the running turn and drop what waits; returns whether there was anything to stop."""
        if not self.running:
            return False
        if dropped := self._outbox.drop():
            self._say(f"Dropped {dropped} queued message{'' if dropped == 1 else 's'}.", "info")
        if self._worker:
            self._worker.cancel()
        return True

    async def finished(self) -> None:
        """Wait until no turn runs any more."""
        if self._worker:
            with suppress(WorkerCancelled, WorkerFailed):
                await self._worker.wait()

    def retry(self) -> None:
        """Send the conversation's last message again."""
        said = [event.text for event in self._session.events if isinstance(event, UserSaid)]
        if self.running:
            self._say("An answer is still running; stop it with Esc first.", "warning")
        elif not said:
            self._say("There is no message to send again yet.", "info")
        else:
            self._start(said[-1])

    def _start(self, text: str) -> None:
        self._hush()
        self._worker = self._start_worker(partial(self._run, text))

    async def _run(self, text: str) -> None:
        began_in = self._session.conversation_id
        while text:
            await self._session.send(text)
            last = self._session.events[-1]
            if isinstance(last, TurnEnded) and last.reason == "failed":
                self._say(_after_failure(self._outbox.drop()), "info")
            text = self._outbox.take()
            if text or not isinstance(last, TurnEnded) or last.reason != "failed":
                self._hush()
        if self._session.conversation_id != began_in:
            self._say("This conversation went on in another window; here it goes on in a branch.", "info")


def _after_failure(dropped: int) -> str:
    again = "Ctrl+R sends the message again."
    if not dropped:
        return again
    return f"{again} {dropped} queued message{'s were' if dropped > 1 else ' was'} not sent."
