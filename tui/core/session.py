"""The one facade that a front end talks to: the conversation that is open, and what can be done with it."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tui.core.errors import AppError, BusyError
from tui.core.events import ConversationOpened, Event, Json, ToolFinished, ToolStarted, UserSaid, is_durable
from tui.core.intake import refusal
from tui.core.ports import Archive, AskLimit, ChatModel, Host, LimitChoice, ToolOutcome
from tui.core.transcript import close_open_ends
from tui.core.turn import Limits, Surroundings, run_turn

SYSTEM_PROMPT = (
    "You are a helpful assistant in a terminal application. You can use the tools you are given; call several at once "
    "when they do not depend on each other. When a tool fails, say so and why. Base your answer on the tools' results. "
    "Answer in Markdown, briefly."
)


@dataclass(slots=True)
class _Conversation:
    id: str
    events: list[Event] = field(default_factory=list[Event])


class Session:
    """Holds the open conversation, runs its turns, keeps it in the archive, and tells one listener every event.

    A front end calls `attach` once, before anything else. At most one turn runs at a time.
    """

    def __init__(
        self,
        *,
        model: ChatModel,
        host: Host,
        archive: Archive,
        limits: Limits | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.model = model
        self.host = host
        self.archive = archive
        self.limits = limits or Limits()
        self._now = now
        self._conversation = _Conversation(_new_id())
        self._running = False
        self._show: Callable[[Event], None] = _show_nowhere
        self._ask_limit: AskLimit = _stop_at_limit

    def attach(self, show: Callable[[Event], None], ask_limit: AskLimit) -> None:
        """Tell `show` every event from now on, in the event loop; ask `ask_limit` at the round limit."""
        self._show = show
        self._ask_limit = ask_limit

    @property
    def conversation_id(self) -> str:
        """The open conversation's id; it is in the archive once something was said or run in it."""
        return self._conversation.id

    @property
    def events(self) -> Sequence[Event]:
        """The open conversation's durable events so far."""
        return self._conversation.events

    @property
    def running(self) -> bool:
        """Whether a turn is running."""
        return self._running

    async def send(self, text: str) -> None:
        """Run one turn on this message; cancel the task to stop it. How it ended is told as `TurnEnded`.

        Raises:
            BusyError: a turn is running.
            AppError: the message is empty or too long.
        """
        self._refuse_while_running()
        if reason := refusal(text):
            raise AppError(reason)
        conversation = self._conversation
        number = 1 + sum(isinstance(event, UserSaid) for event in conversation.events)
        surroundings = Surroundings(
            model=self.model,
            tools=self.host,
            events=conversation.events,
            emit=lambda event: self._emit(conversation, event),
            ask_limit=self._ask_limit,
            limits=self.limits,
            system_prompt=SYSTEM_PROMPT,
            now=self._now,
        )
        self._running = True
        try:
            await run_turn(number, text, surroundings)
        finally:
            self._running = False

    async def run_tool(self, name: str, arguments: Mapping[str, Json]) -> ToolOutcome:
        """Run a tool by hand: it is logged in the conversation, but the model is not told."""
        conversation = self._conversation
        server = next((spec.server for spec in self.host.specs() if spec.name == name), "")
        started = ToolStarted(
            at=self._now(),
            turn=0,
            call_id=f"by-hand-{os.urandom(6).hex()}",
            name=name,
            server=server,
            arguments=arguments,
            by="person",
        )
        self._emit(conversation, started)
        began = time.monotonic()
        outcome = ToolOutcome("cancelled", "The call was stopped before it had a result.")
        try:
            outcome = await self.host.call(name, arguments)
        finally:
            self._emit(
                conversation,
                ToolFinished(
                    at=self._now(),
                    turn=0,
                    call_id=started.call_id,
                    name=name,
                    status=outcome.status,
                    text=outcome.text,
                    structured=outcome.structured,
                    seconds=time.monotonic() - began,
                ),
            )
        return outcome

    def new(self) -> None:
        """Begin an empty conversation; the one before stays in the archive.

        Raises:
            BusyError: a turn is running.
        """
        self._refuse_while_running()
        self._open(_Conversation(_new_id()))

    async def open(self, conversation_id: str) -> None:
        """Open a conversation from the archive, to read and to go on.

        Raises:
            BusyError: a turn is running.
            StoreError: it is not there, or cannot be read.
        """
        self._refuse_while_running()
        await self.archive.flush()
        events = close_open_ends(await self.archive.load(conversation_id))
        self._refuse_while_running()
        self._open(_Conversation(conversation_id, events))

    async def clear(self) -> str:
        """Delete the open conversation and begin an empty one; returns the deleted one's id, for `archive.restore`.

        Raises:
            BusyError: a turn is running, or began meanwhile; the conversation stays.
            StoreError: the archive cannot be written; the conversation stays open.
        """
        self._refuse_while_running()
        conversation_id = self.conversation_id
        await self.archive.flush()
        self._refuse_while_running()
        await self.archive.delete([conversation_id])
        if self._running:
            await self.archive.restore([conversation_id])
            self._refuse_while_running()
        self._open(_Conversation(_new_id()))
        return conversation_id

    def _refuse_while_running(self) -> None:
        if self._running:
            raise BusyError("An answer is still running.", "Stop it with Esc, or wait until it is done.")

    def _open(self, conversation: _Conversation) -> None:
        self._conversation = conversation
        self._show(
            ConversationOpened(at=self._now(), conversation_id=conversation.id, events=tuple(conversation.events))
        )

    def _emit(self, conversation: _Conversation, event: Event) -> None:
        if is_durable(event):
            conversation.events.append(event)
            self.archive.append(conversation.id, event)
        if conversation is self._conversation:
            self._show(event)


def _new_id() -> str:
    return os.urandom(16).hex()


def _show_nowhere(_event: Event) -> None:
    """The listener before a front end is attached."""


async def _stop_at_limit(_rounds: int) -> LimitChoice:
    return "stop"
