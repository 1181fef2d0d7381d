"""A conversation without the screen: the same session; what a person would decide was said beforehand."""

from argparse import Namespace
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from tui.commands.headless.output import Output
from tui.commands.headless.servers import require_ready
from tui.commands.headless.telling import AnswerText, EventLines, Narration, Teller
from tui.core.events import Event, TurnEnded
from tui.core.finding import conversation_beginning_with, newest_conversation
from tui.core.ports import LimitChoice
from tui.core.redaction import Redactor
from tui.core.session import Session
from tui.core.unattended import ALL_TOOLS, AllowedBeforehand, ExitStatus, status_of, worst
from tui.log_file import log_to_file
from tui.settings import Settings
from tui.workspace import Workspace

_SHORT_ID = 8
"""Digits of a conversation's id that tell it from others."""


class UnattendedSession:
    """A session that nobody looks at: sends messages, has the events told, and knows how it went so far."""

    def __init__(self, session: Session, output: Output, options: Namespace, tellers: Sequence[Teller]) -> None:
        self._session = session
        self._output = output
        self._options = options
        self._tellers = tellers
        self._statuses = {ExitStatus.DONE}
        self._last_end = ""
        session.attach(self._show, _stop, AllowedBeforehand(options.allow, output.warn))
        if options.read_only:
            session.gate.mode = "read_only"
        if options.max_rounds:
            session.limits = replace(session.limits, rounds=options.max_rounds)

    @property
    def status(self) -> ExitStatus:
        """How all of it went so far."""
        return worst(self._statuses)

    async def begin(self) -> None:
        """Open the conversation that is meant, and wait for the servers.

        Raises:
            AppError: there is no such conversation or model, or a server does not become ready.
        """
        archive = self._session.archive
        if self._options.goes_on:
            await self._session.open(await newest_conversation(archive))
        elif self._options.resume:
            await self._session.open(await conversation_beginning_with(archive, self._options.resume))
        self._settle_conversation()
        await require_ready(self._session.host)
        self._remark()

    async def send(self, messages: Sequence[str]) -> bool:
        """Send them one after the other, until a turn does not end well; whether all of them did."""
        for message in messages:
            try:
                await self._session.send(message)
            finally:
                await self._session.shown()
            if self._last_end != "done":
                return False
        return True

    def begin_anew(self) -> None:
        """A new conversation with the same settings."""
        self._session.new()
        self._settle_conversation()

    def tell_where_it_is_kept(self) -> None:
        """Say how to go on with the conversation, or why that is not possible."""
        session = self._session
        for problem in filter(None, (session.archive.problem, session.gate.trust.problem)):
            self._output.warn(problem)
        if self._options.keeps_history and not session.archive.problem:
            self._output.say(f"--resume {session.conversation_id[:_SHORT_ID]} goes on with it", "muted")

    def _settle_conversation(self) -> None:
        if name := getattr(self._options, "model", ""):
            self._session.choose_model(name)
        elif missing := self._session.missing_model:
            self._output.warn(f"The conversation was with {missing}, which is not here.")
        if text := getattr(self._options, "system", ""):
            self._session.change_system_prompt(text)

    def _remark(self) -> None:
        """Say what is not as one may think it is."""
        if self._session.model.offline:
            self._output.say("The offline planner answers: a small program, not a language model.", "muted", sign="◆")
        names = [spec.name for spec in self._session.host.specs()]
        for name in self._options.allow:
            if name not in (*names, ALL_TOOLS):
                self._output.warn(f"There is no tool “{name}” to allow; there is {', '.join(names) or 'none'}.")

    def _show(self, event: Event) -> None:
        self._statuses.add(status_of(event))
        if isinstance(event, TurnEnded):
            self._last_end = event.reason
        for teller in self._tellers:
            teller.show(event)


@asynccontextmanager
async def unattended(
    settings: Settings, options: Namespace, output: Output, *, repeats_messages: bool
) -> AsyncGenerator[UnattendedSession]:
    """A session of these settings that has begun; closed at the end, with all that it was built of.

    Raises:
        AppError: it cannot begin.
    """
    output.redact = redact = Redactor(settings.secrets)
    log_to_file(settings.log_folder, redact)
    settings = replace(settings, keeps_history=options.keeps_history)
    answers: Teller = EventLines(output, redact) if options.json else AnswerText(output)
    tellers = (answers, Narration(output, repeats_messages=repeats_messages))
    async with Workspace(settings, redact=redact, tell=output.warn) as workspace:
        session = UnattendedSession(await workspace.open_session(), output, options, tellers)
        await session.begin()
        yield session


async def _stop(_rounds: int) -> LimitChoice:
    return "stop"
