"""Fakes of the ports: a scripted model, tools as functions, an archive in memory."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from tests.searching import look_for
from tui.core.errors import AppError, StoreError
from tui.core.events import (
    Event,
    FinishReason,
    Forked,
    Json,
    ModelAsked,
    Pinned,
    ToolFinished,
    ToolRequest,
    ToolStarted,
    Usage,
    UserSaid,
)
from tui.core.models import Models
from tui.core.ports import (
    AnswerEnd,
    AnswerPart,
    CallPart,
    ConnectForm,
    ConversationSummary,
    Diagnosis,
    ExportForm,
    FileChange,
    Finding,
    FormError,
    LogEntry,
    Message,
    PromptSpec,
    ResourceSpec,
    SearchHit,
    SearchQuery,
    SentTool,
    ServerStatus,
    TextPart,
    ToolAnnotations,
    ToolOutcome,
    ToolSpec,
    UsageStatistics,
)
from tui.core.transcript import title_of

Step = AnswerPart | AppError | asyncio.Event
"""What a scripted answer does next: give a part, fail, or wait until the test sets the event."""


def say(text: str, finish_reason: FinishReason = "stop") -> list[Step]:
    """An answer in words, streamed word by word."""
    words = text.split(" ")
    pieces = [word if i == 0 else f" {word}" for i, word in enumerate(words)]
    return [*(TextPart(piece) for piece in pieces), AnswerEnd((), finish_reason, "scripted-1", Usage(10, len(words)))]


def ask(*calls: tuple[str, str, str]) -> list[Step]:
    """An answer that asks for calls, each given as id, name and argument text."""
    requests = tuple(ToolRequest(*call) for call in calls)
    return [
        *(CallPart(request.id, request.name) for request in requests),
        AnswerEnd(requests, "tool_calls", "scripted-1", Usage(10, 5)),
    ]


class ScriptedModel:
    """Answers each request with the next script, and keeps what it was asked."""

    def __init__(self, *answers: Sequence[Step], label: str = "scripted", offline: bool = False) -> None:
        self._answers = list(answers)
        self.label = label
        self.offline = offline
        self.asked: list[tuple[list[Message], list[str], bool]] = []
        self.streaming = asyncio.Event()
        self.streams_closed = 0

    def answer_with(self, *answers: Sequence[Step]) -> None:
        """From the next request on, answer with these instead."""
        self._answers = list(answers)

    async def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSpec], *, may_call: bool = True
    ) -> AsyncGenerator[AnswerPart]:
        self.asked.append((list(messages), [tool.name for tool in tools], may_call))
        try:
            for step in self._answers.pop(0):
                if isinstance(step, AppError):
                    raise step
                if isinstance(step, asyncio.Event):
                    self.streaming.set()
                    await step.wait()
                else:
                    yield step
        finally:
            self.streams_closed += 1

    def sent_tools(self, tools: Sequence[ToolSpec]) -> Sequence[SentTool]:
        return [SentTool(tool.name, {"name": tool.name, "parameters": tool.parameters}) for tool in tools]

    async def aclose(self) -> None:
        pass


ToolFunction = Callable[[Mapping[str, Json]], Awaitable[ToolOutcome]]


class FakeHost:
    """Tools as async functions; servers, resources and prompts as given."""

    def __init__(self, **tools: ToolFunction) -> None:
        self.tools = tools
        self.calls: list[tuple[str, Mapping[str, Json]]] = []
        self.statuses: list[ServerStatus] = [ServerStatus("bundled", "ready", bundled=True)]
        self.restarted: list[str] = []
        self.call_limit = 30.0
        self.entries: list[LogEntry] = []
        self.lines: list[str] = []
        self.bundled_starts = 0
        self._changed: list[Callable[[], None]] = []

    def specs(self) -> Sequence[ToolSpec]:
        schema: dict[str, Json] = {"type": "object", "properties": {}}
        hints = ToolAnnotations(read_only=True)
        return [ToolSpec(name, "bundled", f"The {name} tool.", schema, annotations=hints) for name in self.tools]

    async def settle(self) -> None:
        pass

    async def call(self, name: str, arguments: Mapping[str, Json]) -> ToolOutcome:
        self.calls.append((name, arguments))
        if name not in self.tools:
            return ToolOutcome("refused", f"There is no tool {name}; there is {', '.join(self.tools)}.")
        return await self.tools[name](arguments)

    def servers(self) -> Sequence[ServerStatus]:
        return self.statuses

    def resources(self) -> Sequence[ResourceSpec]:
        return []

    def prompts(self) -> Sequence[PromptSpec]:
        return []

    async def read_resource(self, server: str, uri: str) -> str:
        return f"{server} {uri}"

    async def get_prompt(self, server: str, name: str, arguments: Mapping[str, str]) -> str:
        return f"{server} {name}"

    async def file_change(self, name: str, arguments: Mapping[str, Json]) -> FileChange | None:
        return None

    async def restart(self, server: str) -> None:
        self.restarted.append(server)

    def log(self, server: str) -> Sequence[LogEntry]:
        return tuple(self.entries)

    async def output(self, server: str) -> Sequence[str]:
        return tuple(self.lines)

    async def start_bundled(self) -> None:
        self.bundled_starts += 1

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        self._changed.append(changed)
        return lambda: self._changed.remove(changed)

    def set_status(self, status: ServerStatus) -> None:
        """Change the one server's state and tell everybody."""
        self.statuses = [status]
        for changed in self._changed:
            changed()


def tool(text: str = "fine") -> ToolFunction:
    """A tool that always answers this."""

    async def run(_arguments: Mapping[str, Json]) -> ToolOutcome:
        return ToolOutcome("ok", text)

    return run


def waiting_tool(started: asyncio.Event, release: asyncio.Event, text: str = "late") -> ToolFunction:
    """A tool that says when it started, and ends when the test lets it."""

    async def run(_arguments: Mapping[str, Json]) -> ToolOutcome:
        started.set()
        await release.wait()
        return ToolOutcome("ok", text)

    return run


class MemoryArchive:
    """Conversations in memory."""

    def __init__(self) -> None:
        self.problem = ""
        self.conversations: dict[str, list[Event]] = {}
        self.deleted: dict[str, list[Event]] = {}
        self.statistics_told = UsageStatistics()
        self._changed: list[Callable[[], None]] = []

    @property
    def is_digesting(self) -> bool:
        return False

    async def digested(self) -> None:
        pass

    def append(self, conversation_id: str, event: Event) -> asyncio.Future[None]:
        self.conversations.setdefault(conversation_id, []).append(event)
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        stored.set_result(None)
        return stored

    async def flush(self) -> None:
        pass

    async def summaries(self) -> list[ConversationSummary]:
        kept = [_summary(name, events) for name, events in reversed(self.conversations.items())]
        return sorted(kept, key=lambda summary: not summary.pinned)

    async def search(self, query: SearchQuery, limit: int = 200) -> list[SearchHit]:
        looked = (look_for(query, found, self.conversations[found.id]) for found in await self.summaries())
        return [hit for hit in looked if hit][:limit]

    async def statistics(self, since: float | None = None) -> UsageStatistics:
        return self.statistics_told

    async def load(self, conversation_id: str) -> list[Event]:
        if conversation_id not in self.conversations:
            raise StoreError("There is no such conversation.")
        return list(self.conversations[conversation_id])

    async def last_turn(self, conversation_id: str) -> int:
        kept = self.conversations.get(conversation_id, ())
        return max((event.turn for event in kept if isinstance(event, UserSaid)), default=0)

    async def delete(self, conversation_ids: Sequence[str]) -> None:
        for name in conversation_ids:
            if name in self.conversations:
                self.deleted[name] = self.conversations.pop(name)

    async def restore(self, conversation_ids: Sequence[str]) -> None:
        for name in conversation_ids:
            self.conversations[name] = self.deleted.pop(name)

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        self._changed.append(changed)
        return lambda: self._changed.remove(changed)

    def set_problem(self, problem: str) -> None:
        """Change why history is not being saved and tell everybody."""
        self.problem = problem
        for changed in self._changed:
            changed()


class MemoryExporter:
    """Files in memory."""

    def __init__(self) -> None:
        self.files: dict[Path, tuple[ExportForm, list[Event]]] = {}

    def suggest(self, title: str, form: ExportForm) -> Path:
        ending = {"markdown": ".md", "json": ".json", "recording": ".jsonl"}[form]
        return Path("/exports") / (title.lower().replace(" ", "-") + ending)

    async def export(self, events: Sequence[Event], path: Path, form: ExportForm) -> Path:
        if path in self.files:
            path = path.with_stem(f"{path.stem}-2")
        self.files[path] = form, list(events)
        return path

    async def read(self, path: Path) -> list[Event]:
        if path not in self.files:
            raise StoreError(f"There is no file “{path.name}”.", "Check the path of the recording.")
        return list(self.files[path][1])


class FakeConnector:
    """Understands every endpoint that begins with https, and keeps what it was told to save.

    `findings` are what the next test finds out; `models` are those that a saved deployment is added to.
    """

    def __init__(self, models: Models | None = None, keyring: str = "") -> None:
        self.models = models or Models()
        self.keyring = keyring
        self.first = ConnectForm("", "")
        self.findings = [Finding(True, "The endpoint answers.")]
        self.tested: list[ConnectForm] = []
        self.saved: list[ConnectForm] = []

    def initial(self) -> ConnectForm:
        return self.first

    def keyring_name(self) -> str:
        return self.keyring

    def understood(self, form: ConnectForm) -> str:
        if not form.endpoint.startswith("https://"):
            raise FormError("endpoint", "The endpoint is not a valid address.", "Paste the resource's address.")
        if not form.deployment:
            raise FormError("deployment", "The deployment is empty.")
        if form.sign_in == "key" and not form.api_key:
            raise FormError("api_key", "The key is empty.")
        return f"Azure OpenAI · {form.endpoint.removeprefix('https://')} · deployment {form.deployment}"

    async def test(self, form: ConnectForm) -> list[Finding]:
        self.tested.append(form)
        return self.findings

    async def save(self, form: ConnectForm) -> tuple[str, str]:
        self.saved.append(form)
        self.models.add(form.deployment, ScriptedModel(say("hello from there"), label=form.deployment))
        return form.deployment, "in memory"


class FakeExaminer:
    """Finds what it is given."""

    def __init__(self, *found: Diagnosis) -> None:
        self.found = list(found) or [Diagnosis("Settings", "ok", Finding(True, "All is well."))]
        self.asked_online: list[bool] = []

    async def examine(self, *, online: bool) -> list[Diagnosis]:
        self.asked_online.append(online)
        return self.found


def _summary(conversation_id: str, events: Sequence[Event]) -> ConversationSummary:
    calls = [event.name for event in events if isinstance(event, ToolStarted)]
    forked = next((event for event in events if isinstance(event, Forked)), None)
    pins = [event.pinned for event in events if isinstance(event, Pinned)]
    return ConversationSummary(
        id=conversation_id,
        title=title_of(events) or "Untitled",
        started_at=events[0].at,
        updated_at=events[-1].at,
        turns=sum(isinstance(event, UserSaid) for event in events),
        tools=tuple(dict.fromkeys(calls)),
        calls=len(calls),
        failed_calls=sum(isinstance(event, ToolFinished) and event.status != "ok" for event in events),
        models=tuple(dict.fromkeys(event.model for event in events if isinstance(event, ModelAsked))),
        pinned=bool(pins) and pins[-1],
        origin=forked.origin if forked else "",
        forked_turn=forked.turn if forked else 0,
    )
