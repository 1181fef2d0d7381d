"""The chat model: a deployment on Azure OpenAI, or of a service with the same API, behind `core.ports.ChatModel`."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2
from openai import APIConnectionError

from tui.azure.adapting import Refused, change
from tui.azure.assembly import ChatAssembly
from tui.azure.bodies import Asked, Body, request_body
from tui.azure.clients import Clients, take_rest
from tui.azure.credentials import Credentials, TokenProvider
from tui.azure.destination import Destination, resolve
from tui.azure.errors import Wording
from tui.azure.failure import FAILURES, Failure, read_failure
from tui.azure.phrases import hint_while_retrying
from tui.azure.quirks import QuirksFile, Terms
from tui.azure.rate_window import RateWindow
from tui.azure.report import header_report
from tui.azure.response_assembly import ResponseAssembly
from tui.azure.retrying import Timing, retry_wait
from tui.azure.target import Target
from tui.azure.tool_schemas import definition_of, sent_tools
from tui.core.events import Api
from tui.core.ports import (
    AdaptedPart,
    AnswerEnd,
    AnswerPart,
    AssistantMessage,
    CallPart,
    Message,
    ProgressPart,
    RateWaitPart,
    ReasoningPart,
    RetryPart,
    SentTool,
    TextPart,
    ToolSpec,
)
from tui.core.silence import Patience

REQUESTS_PER_MINUTE = 60
_MOST_CHANGES = 12
"""Of one request; each change is something that the service refused, so there is an end to them anyway."""
_TRIAL_TOKENS = 16
"""The least that the Responses API takes; a model that thinks first uses them up without a word."""
_PROGRESS = ProgressPart()


class AzureChatModel:
    """A deployment as `core.ports.ChatModel`: it waits, tries again and adapts the request, and tells all of it.

    `quirks_file` keeps what was learnt about the deployment; `requests_per_minute` 0 sets no limit; `transport`
    replaces the network (the offline planner, tests), `token_provider` the identity of this computer; `label` and
    `offline` are what the screen tells; `silence_seconds` is what whoever asks puts up with; a `trial` sends short
    requests, each once.

    Raises:
        SettingsError: a value is missing or cannot be used; the message names its variable.
    """

    def __init__(
        self,
        target: Target,
        *,
        quirks_file: Path | None = None,
        requests_per_minute: int = REQUESTS_PER_MINUTE,
        transport: httpx2.AsyncBaseTransport | None = None,
        token_provider: TokenProvider | None = None,
        label: str = "",
        offline: bool = False,
        timing: Timing | None = None,
        silence_seconds: float = Patience().give_up,
        trial: bool = False,
    ) -> None:
        self._destination = resolve(target)
        credentials = Credentials(target, self._destination, token_provider)
        self._label = label or self._destination.deployment
        self._offline = offline
        self._timing = timing or Timing()
        self._trial = trial
        self._wording = Wording(self._destination, credentials.secrets)
        self._window = RateWindow(requests_per_minute, self._timing.clock)
        self._quirks_file = QuirksFile(quirks_file)
        self._terms = Terms(self._quirks_file.load(self._destination.habits))
        self._clients = Clients(self._destination, credentials, transport, silence_seconds)

    @property
    def label(self) -> str:
        """The deployment's name, or the planner's."""
        return self._label

    @property
    def offline(self) -> bool:
        """Whether this is the offline planner, not a language model."""
        return self._offline

    @property
    def destination(self) -> Destination:
        """Which deployment of which service is asked."""
        return self._destination

    @property
    def api(self) -> Api:
        """The API that is asked now."""
        return self._api(self._terms)

    async def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSpec], *, may_call: bool = True
    ) -> AsyncGenerator[AnswerPart]:
        """Ask and stream the answer; the last part is an `AnswerEnd`. Closing it closes the connection.

        Raises:
            ContextTooLongError: the messages do not fit into the model's context window.
            ModelError: the endpoint refused, failed or fell silent. Parts that came before stand.
        """
        asked = Asked(messages, tools, may_call, _TRIAL_TOKENS if self._trial else None)
        effort = _Effort(self._terms)
        while True:
            async with aclosing(self._turn_in_window()) as waits:
                async for wait in waits:
                    yield wait
            shown = False
            try:
                async with aclosing(self._attempt(asked, effort)) as parts:
                    async for part in parts:
                        shown = shown or isinstance(part, TextPart | ReasoningPart | CallPart)
                        yield part
                return
            except _AttemptFailedError as error:
                failed = error
            step = None if shown else self._next_step(failed, effort)
            if step is None:
                sent_over = failed.body.api == "responses" and "chat" in effort.tried
                raise self._wording.error(failed.failure, sent_over=sent_over)
            yield step
            if isinstance(step, RetryPart):
                await self._timing.sleep(step.wait_seconds)

    def sent_tools(self, tools: Sequence[ToolSpec]) -> Sequence[SentTool]:
        """How each of these tools would be sent now, in the same order."""
        set_aside = self._terms.set_aside
        if "tools" in self._terms.quirks.dropped:
            set_aside = dict.fromkeys(map(definition_of, tools), "The model does not take tools.")
        return sent_tools(tools, api=self.api, set_aside=set_aside)

    async def aclose(self) -> None:
        """Close the connections to the endpoint."""
        await self._clients.aclose()

    async def _turn_in_window(self) -> AsyncGenerator[RateWaitPart]:
        """Wait until one more request may go out, and count it."""
        while wait := self._window.delay():
            yield RateWaitPart(wait, self._window.per_minute)
            await self._timing.sleep(wait)
        self._window.take()

    async def _attempt(self, asked: Asked, effort: "_Effort") -> AsyncGenerator[AnswerPart]:
        """Send one request and stream its answer.

        Raises:
            _AttemptFailedError: it was refused or broke.
        """
        body = request_body(asked, effort.terms, self._destination, self._api(effort.terms))
        answer, headers = self._assembly(asked, body), httpx2.Headers()
        try:
            async with aclosing(await self._clients.send(body)) as chunks:
                headers = chunks.response.headers
                self._accepted(headers, effort)
                async for chunk in chunks:
                    part = None
                    for part in answer.feed(chunk):
                        yield part
                    if part is None:
                        yield _PROGRESS
                    if answer.ends_stream:
                        await take_rest(chunks)
                        break
        except FAILURES as error:
            # Once the answer is complete, only the token count can be lost.
            if not (answer.finished and isinstance(error, APIConnectionError)):
                raise _AttemptFailedError(read_failure(error, headers), body) from None
        for part in answer.end(header_report(headers, body.api)):
            yield self._noted(part)

    def _assembly(self, asked: Asked, body: Body) -> ChatAssembly | ResponseAssembly:
        used_ids = [call.id for m in asked.messages if isinstance(m, AssistantMessage) for call in m.calls]
        if body.api == "responses":
            return ResponseAssembly(used_ids, self._destination.origin)
        return ChatAssembly(body.tools, used_ids)

    def _accepted(self, headers: httpx2.Headers, effort: "_Effort") -> None:
        """The service took the request: what was changed for it is how it is asked from now on."""
        self._window.learn(headers)
        if effort.changes:
            self._terms = effort.terms
            self._quirks_file.save(self._destination.habits, self._terms.quirks)

    def _noted(self, part: AnswerPart) -> AnswerPart:
        """The part; the name of the model that answered is kept, since it tells what can be asked of it."""
        quirks = self._terms.quirks
        if isinstance(part, AnswerEnd) and part.model and part.model != quirks.model:
            self._terms = replace(self._terms, quirks=replace(quirks, model=part.model))
            if not quirks.model:
                self._quirks_file.save(self._destination.habits, self._terms.quirks)
        return part

    def _api(self, terms: Terms) -> Api:
        return terms.quirks.api or self._destination.default_api

    def _next_step(self, failed: "_AttemptFailedError", effort: "_Effort") -> AdaptedPart | RetryPart | None:
        """What to do after a failure before anything was shown: change the request, send it again, or give up."""
        failure, body = failed.failure, failed.body
        self._window.learn(failure.headers)
        refused = Refused(failure, body, effort.terms, self._destination, self._wording.clean, effort.tried)
        if effort.changes < _MOST_CHANGES and (found := change(refused)):
            effort.changes += 1
            effort.tried |= frozenset[Api]([body.api])
            effort.terms = found.terms
            return found.told
        wait = None if self._trial else retry_wait(failure, effort.attempt, self._timing.jitter)
        if wait is None:
            return None
        error = self._wording.error(failure)
        effort.attempt += 1
        return RetryPart(effort.attempt - 1, wait, error.message, hint_while_retrying(error.hint), error.detail)


@dataclass(slots=True)
class _Effort:
    """How far the asking of one answer has got."""

    terms: Terms
    attempt: int = 1
    changes: int = 0
    tried: frozenset[Api] = frozenset()


class _AttemptFailedError(Exception):
    def __init__(self, failure: Failure, body: Body) -> None:
        super().__init__()
        self.failure = failure
        self.body = body
