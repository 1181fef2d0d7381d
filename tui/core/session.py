"""The one facade that a front end talks to: the conversation that is open, and what can be done with it."""

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from tui.core.approval import ApprovalGate
from tui.core.calling import Call
from tui.core.conversation import Conversation
from tui.core.errors import AppError, BusyError, StoreError
from tui.core.events import (
    AllowanceRevoked,
    ConversationOpened,
    Event,
    Forked,
    Json,
    ModelChosen,
    Pinned,
    Renamed,
    SystemPromptChanged,
    ToolRequest,
    UserSaid,
    is_durable,
)
from tui.core.intake import refusal
from tui.core.mending import close_open_ends
from tui.core.models import Models
from tui.core.ports import (
    ApprovalAnswer,
    ApprovalRequest,
    Archive,
    AskApproval,
    AskLimit,
    ChatModel,
    Host,
    LimitChoice,
    ToolOutcome,
    Trust,
)
from tui.core.rules import without_allowance
from tui.core.secrets import looks_secret
from tui.core.showing import ShowInOrder
from tui.core.surroundings import Limits, Surroundings
from tui.core.transcript import before_turn, model_of, system_prompt_of
from tui.core.trust import MemoryTrust
from tui.core.turn import run_turn

SYSTEM_PROMPT = (
    "You are a helpful assistant in a terminal application. You can use the tools you are given; call several at once "
    "when they do not depend on each other. When a tool fails, say so and why. Base your answer on the tools' results. "
    "Answer in Markdown, briefly."
)


class Session:
    """Holds the open conversation, runs its turns, keeps it in the archive, and tells one listener every event.

    A front end calls `attach` once, before anything else. At most one turn runs at a time.
    """

    def __init__(
        self,
        *,
        models: Models,
        host: Host,
        archive: Archive,
        trust: Trust | None = None,
        holds_secret: Callable[[str], bool] = looks_secret,
        limits: Limits | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.models = models
        self.host = host
        self.archive = archive
        self.gate = ApprovalGate(host, trust or MemoryTrust(), _deny, holds_secret=holds_secret, now=now)
        self.limits = limits or Limits()
        self._now = now
        self._conversation = Conversation(self.archive)
        self._running = False
        self._showing = ShowInOrder(_show_nowhere)
        self._ask_limit: AskLimit = _stop_at_limit

    def attach(
        self, show: Callable[[Event], None], ask_limit: AskLimit, ask_approval: AskApproval | None = None
    ) -> None:
        """Tell `show` every event from now on, in the event loop; ask `ask_limit` at the round limit.

        Without `ask_approval` there is nobody to ask, and every call that would be asked about is denied.

        A durable event is told when it is stored, or has failed to be.
        """
        self._showing = ShowInOrder(show)
        self._ask_limit = ask_limit
        self.gate.ask = ask_approval or _deny

    @property
    def conversation_id(self) -> str:
        """The open conversation's id; it is in the archive once something was said or run in it."""
        return self._conversation.id

    @property
    def events(self) -> Sequence[Event]:
        """The open conversation's durable events so far."""
        return self._conversation.events

    @property
    def model_name(self) -> str:
        """The name of the model that the open conversation goes to; the default one where its own is not here."""
        name = model_of(self.events, self.models.default)
        return name if self.models.has(name) else self.models.default

    @property
    def model(self) -> ChatModel:
        """The model that the open conversation goes to."""
        return self.models.get(self.model_name)

    @property
    def missing_model(self) -> str:
        """The name of the model that the open conversation was with, where there is none of that name here."""
        name = model_of(self.events, self.models.default)
        return "" if self.models.has(name) else name

    @property
    def system_prompt(self) -> str:
        """What the model is told about its role in the open conversation."""
        return system_prompt_of(self.events, SYSTEM_PROMPT)

    @property
    def running(self) -> bool:
        """Whether a turn is running."""
        return self._running

    async def send(self, text: str) -> None:
        """Run one turn on this message; cancel the task to stop it. How it ended is told as `TurnEnded`.

        Where the conversation went on elsewhere, in another window, the turn goes into a branch of it.

        Raises:
            BusyError: a turn is running.
            AppError: the message is empty or too long.
        """
        self._refuse_while_running()
        if reason := refusal(text):
            raise AppError(reason)
        number = 1 + max((event.turn for event in self.events if isinstance(event, UserSaid)), default=0)
        self._running = True
        try:
            if await self._went_on_elsewhere(number):
                self._fork(number)
            await run_turn(number, text, self._surroundings(self._conversation))
        finally:
            self._running = False

    async def run_tool(self, name: str, arguments: Mapping[str, Json]) -> ToolOutcome:
        """Run a tool by hand: it is logged in the conversation, but the model is not told."""
        request = ToolRequest(f"by-hand-{os.urandom(6).hex()}", name, json.dumps(arguments))
        call = Call(0, request, self._surroundings(self._conversation), by="person")
        try:
            return await call.run()
        finally:
            call.close()

    def new(self) -> None:
        """Begin an empty conversation; the one before stays in the archive.

        Raises:
            BusyError: a turn is running.
        """
        self._refuse_while_running()
        self._open(Conversation(self.archive))

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
        self._open(Conversation(self.archive, events, conversation_id=conversation_id))

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
        self._open(Conversation(self.archive))
        return conversation_id

    def choose_model(self, name: str) -> None:
        """From now on the open conversation goes to this model.

        Raises:
            BusyError: a turn is running.
            SettingsError: there is none of this name.
        """
        self._refuse_while_running()
        self.models.get(name)
        if name != model_of(self.events, self.models.default):
            self._emit(self._conversation, ModelChosen(at=self._now(), name=name))

    def change_system_prompt(self, text: str) -> None:
        """From now on the model is told this about its role in the open conversation.

        Raises:
            BusyError: a turn is running.
        """
        self._refuse_while_running()
        if text != self.system_prompt:
            self._emit(self._conversation, SystemPromptChanged(at=self._now(), text=text))

    def fork(self, turn: int) -> None:
        """Begin a conversation that is a copy of the open one up to, and without, this turn; both are kept.

        Raises:
            BusyError: a turn is running.
        """
        self._refuse_while_running()
        self._fork(turn)

    def _fork(self, turn: int) -> None:
        origin = self._conversation
        copied = [e for e in before_turn(origin.events, turn) if not isinstance(e, Forked | Pinned)]
        self._keep_and_open([Forked(at=self._now(), origin=origin.id, turn=turn), *copied])

    def adopt(self, events: Sequence[Event]) -> None:
        """Keep these events, of a recording, as a conversation of its own, and open it.

        What was allowed for the conversation in it is not allowed here: the file may be a stranger's.

        Raises:
            BusyError: a turn is running.
        """
        self._refuse_while_running()
        self._keep_and_open([without_allowance(event) for event in close_open_ends(events)])

    def revoke(self, server: str, tool: str) -> None:
        """From now on this tool is asked about again in the open conversation."""
        self._emit(self._conversation, AllowanceRevoked(at=self._now(), name=tool, server=server))

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation this title; an empty one gives it back that of its first message."""
        self._note(conversation_id, Renamed(at=self._now(), title=title))

    def pin(self, conversation_id: str, *, pinned: bool) -> None:
        """Put a conversation at the top of the list, or let it go from there."""
        self._note(conversation_id, Pinned(at=self._now(), pinned=pinned))

    async def shown(self) -> None:
        """Wait until everything that has happened so far is shown."""
        await self._showing.drained()

    def _surroundings(self, conversation: Conversation) -> Surroundings:
        return Surroundings(
            model=self.model,
            tools=self.host,
            events=conversation.events,
            emit=lambda event: self._emit(conversation, event),
            ask_limit=self._ask_limit,
            gate=self.gate,
            limits=self.limits,
            system_prompt=self.system_prompt,
            now=self._now,
        )

    def _note(self, conversation_id: str, event: Event) -> None:
        if conversation_id == self.conversation_id:
            self._emit(self._conversation, event)
        else:
            self.archive.append(conversation_id, event)

    def _keep_and_open(self, events: list[Event]) -> None:
        conversation = Conversation(self.archive, events)
        conversation.keep()
        self._open(conversation)

    async def _went_on_elsewhere(self, turn: int) -> bool:
        """Whether somebody else stored this turn of the open conversation, which begins only now."""
        if turn == 1:
            return False
        with suppress(StoreError):  # What cannot be read cannot get mixed up.
            return await self.archive.last_turn(self.conversation_id) >= turn
        return False

    def _refuse_while_running(self) -> None:
        if self._running:
            raise BusyError("An answer is still running.", "Stop it with Esc, or wait until it is done.")

    def _open(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._showing.add(
            ConversationOpened(at=self._now(), conversation_id=conversation.id, events=tuple(conversation.events))
        )

    def _emit(self, conversation: Conversation, event: Event) -> None:
        stored = None
        if is_durable(event):
            stored = conversation.add(event)
        if conversation is self._conversation:
            self._showing.add(event, stored)


def _show_nowhere(_event: Event) -> None:
    """The listener before a front end is attached."""


async def _deny(_request: ApprovalRequest) -> ApprovalAnswer:
    return ApprovalAnswer(None, reason="there is nobody here who could be asked")


async def _stop_at_limit(_rounds: int) -> LimitChoice:
    return "stop"
