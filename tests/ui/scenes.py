"""Scenes of the application, made by replaying recorded conversations: for snapshots and for pictures.

A scene is always the same: fixed clocks, nothing blinks, nothing moves, fakes of model, host and archive.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.fakes import FakeConnector, FakeExaminer, MemoryArchive, MemoryExporter, ScriptedModel
from tests.ui.driving import plain
from tests.ui.tools.fakes import TOOLS, FakeHost
from tui.azure.tool_schemas import sent_tools
from tui.core.events import (
    CallAnnounced,
    Event,
    ModelAnswered,
    ModelAsked,
    TextDelta,
    ToolFinished,
    ToolRequest,
    ToolStarted,
    TurnEnded,
    Usage,
    UserSaid,
)
from tui.core.models import Models
from tui.core.ports import Allowance, ApprovalRequest, LogEntry, SentTool, ToolSpec, UsageStatistics
from tui.core.session import Session
from tui.core.trust import MemoryTrust
from tui.examples import EXAMPLES, RECORDINGS
from tui.store.recording import read_recording
from tui.ui.app import CallscopeApp
from tui.ui.approval.dialog import ApprovalDialog
from tui.ui.approval.guard import QUIET_SECONDS
from tui.ui.clocks import Clocks
from tui.ui.main_screen import MainScreen
from tui.ui.status_line import StatusLine
from tui.ui.tool_log.tool_log import ToolLog

ASKED = "asked"
"""The group of workers that wait for an answer."""

SETTLE_PAUSES = 200
RUNNING_SECONDS = 0.8
"""How long what runs in a scene has been running."""

LONG_ANSWER = """\
## What came back

The three calls agree; **the total is 300**. Here they are side by side:

| tool | arguments | result |
|---|---|---:|
| `calculate` | 25 × 4 | 100 |
| `calculate` | 100 × 3 | 300 |
| `save_text_file` | math_result.txt | saved |

1. The first product went *straight* into the second.
2. The file holds one line:
   - no header,
   - no unit.

> A result counts only if it was honestly obtained.

```python
def product(*factors: float) -> float:
    \"\"\"Multiply from left to right.\"\"\"
    result = 1.0
    for factor in factors:
        result *= factor
    return result
```

More on the protocol: [the specification](https://modelcontextprotocol.io/specification).
"""


def recording(name: str) -> list[Event]:
    """A bundled recording's events."""
    return read_recording(RECORDINGS / f"{name}.jsonl")


def long_conversation() -> list[Event]:
    """The learning session, then a long answer in Markdown."""
    events = recording("learning_session")
    at = events[-1].at + 60
    turn = 1 + sum(isinstance(event, UserSaid) for event in events)
    return [
        *events,
        UserSaid(at=at, turn=turn, text="Compare the three results, please."),
        ModelAsked(at=at, turn=turn, round=1, model="gpt-4o-mini", message_count=22, tool_count=6),
        ModelAnswered(
            at=at + 4,
            turn=turn,
            round=1,
            text=LONG_ANSWER,
            calls=(),
            finish_reason="stop",
            model="gpt-4o-mini",
            usage=Usage(2210, 190),
            seconds=4.2,
            first_text_seconds=0.6,
        ),
        TurnEnded(at=at + 4, turn=turn, reason="done", seconds=4.2),
    ]


SMALL = ((80, 24),)
SMALL_AND_USUAL = (*SMALL, (120, 36))
SIZES = (*SMALL_AND_USUAL, (200, 50))
"""Terminals that scenes are looked at in, as columns and rows."""


@dataclass(frozen=True)
class Scene:
    """`stored`: the conversations in the history, the last is opened; `live`: events shown after it; then `keys`.

    `is_running`: a call runs at the end, and the log shows for how long. `asked`: the calls that wait for an answer,
    which counts already unless they were `asked_just_now`; `allowed`: what is allowed for good.
    """

    name: str
    stored: Sequence[Sequence[Event]] = ()
    live: Sequence[Event] = ()
    keys: Sequence[str] = ()
    opened: bool = True
    is_running: bool = False
    sizes: Sequence[tuple[int, int]] = SIZES
    statistics: UsageStatistics = field(default_factory=UsageStatistics)
    tools: Sequence[ToolSpec] = TOOLS
    added_models: Sequence[tuple[str, str]] = ()
    connector: FakeConnector = field(default_factory=FakeConnector)
    examiner: FakeExaminer = field(default_factory=FakeExaminer)
    entries: Sequence[LogEntry] = ()
    lines: Sequence[str] = ()
    asked: Sequence[ApprovalRequest] = ()
    asked_just_now: bool = False
    allowed: Sequence[Allowance] = ()


def streaming_events() -> list[Event]:
    """A turn in the middle of its answer."""
    said = UserSaid(at=1_795_163_300.0, turn=2, text="What can these tools do, in short?")
    asked = ModelAsked(at=said.at, turn=2, round=1, model="offline planner", message_count=5, tool_count=6)
    text = "They **calculate**, read and save *text files*, tell the weather and describe this comp"
    return [said, asked, *(TextDelta(at=said.at, turn=2, round=1, text=c) for c in text)]


def running_events() -> list[Event]:
    """A turn with one call done, one running and one just announced."""
    at, turn = 1_795_163_300.0, 2
    calls = (
        ToolRequest("r1", "calculate", '{"operation": "divide", "a": 50, "b": 2}'),
        ToolRequest("r2", "get_weather", '{"city": "NYC"}'),
    )
    events: list[Event] = [
        UserSaid(at=at, turn=turn, text="Calculate 50 / 2 and tell me the weather in NYC"),
        ModelAsked(at=at, turn=turn, round=1, model="offline planner", message_count=5, tool_count=6),
        *(CallAnnounced(at=at, turn=turn, round=1, call_id=call.id, name=call.name) for call in calls),
        ModelAnswered(
            at=at,
            turn=turn,
            round=1,
            text="",
            calls=calls,
            finish_reason="tool_calls",
            model="offline-planner",
            usage=Usage(816, 30),
            seconds=0.3,
            first_text_seconds=None,
        ),
        ToolStarted(
            at=at,
            turn=turn,
            call_id="r1",
            name="calculate",
            server="bundled",
            arguments={"operation": "divide", "a": 50, "b": 2},
        ),
        ToolStarted(at=at, turn=turn, call_id="r2", name="get_weather", server="bundled", arguments={"city": "NYC"}),
    ]
    done = ToolFinished(
        at=at,
        turn=turn,
        call_id="r1",
        name="calculate",
        status="ok",
        text="Result: 50.0 divide 2.0 = 25.0",
        seconds=0.012,
    )
    return [*events, done]


def failed_events() -> list[Event]:
    """A failing call, then an endpoint that refuses."""
    events = running_events()
    failed = ToolFinished(
        at=events[0].at,
        turn=2,
        call_id="r2",
        name="get_weather",
        status="lost",
        text="The connection to bundled broke. Whether get_weather had an effect is unknown.",
        seconds=2.4,
    )
    return [
        *events,
        failed,
        ModelAsked(at=events[0].at, turn=2, round=2, model="gpt-4o-mini", message_count=8, tool_count=6),
        TurnEnded(
            at=events[0].at,
            turn=2,
            reason="failed",
            seconds=3.1,
            message="Azure OpenAI refused the key (401).",
            hint="Check AZURE_OPENAI_API_KEY, and that it belongs to AZURE_OPENAI_ENDPOINT.",
            detail="request 7d2f",
        ),
    ]


def scenes() -> list[Scene]:
    """Every state of the screen that is looked at."""
    from tests.ui.answer_detail.scenes import azure_scenes  # They take the scene's form from here.
    from tests.ui.approval.scenes import approval_scenes
    from tests.ui.dialogs.scenes import dialog_scenes
    from tests.ui.doctor.scenes import doctor_scenes
    from tests.ui.history.scenes import history_scenes
    from tests.ui.logs.scenes import log_scenes
    from tests.ui.tools.scenes import tools_scenes

    math = recording("math_calculation")
    everything = [recording(path.stem) for path in sorted(RECORDINGS.glob("*.jsonl"))]
    return [
        Scene("empty"),
        Scene("commands", keys=("slash", "h")),
        Scene("chat", [recording("learning_session")]),
        Scene("streaming", [math], streaming_events()),
        Scene("running", [math], running_events(), is_running=True),
        Scene("error", [math], failed_events()),
        Scene("long", [long_conversation()]),
        Scene("call", [math], keys=("tab", "tab", "enter")),
        Scene("tools", keys=("f3", "down")),
        Scene("run_tool", keys=("f3", "down", "r")),
        Scene("history", everything, keys=("f4",), opened=False),
        Scene("examples", keys=("ctrl+e",)),
        Scene("help", keys=("f1",)),
        *history_scenes(),
        *azure_scenes(),
        *tools_scenes(),
        *dialog_scenes(),
        *recording_scenes(),
        *approval_scenes(),
        *log_scenes(),
        *doctor_scenes(),
    ]


def recording_scenes() -> list[Scene]:
    """A recording that stands in the middle of its last turn, the question before a check, and what it found out."""
    session = recording("learning_session")
    to_last_turn = ("space", *["right_square_bracket"] * 5, *["right"] * 4)
    return [
        Scene("replay", [session], keys=("f4", "v", *to_last_turn), opened=False),
        Scene("check_question", [session], keys=("f4", "c"), opened=False),
        Scene("checked", [session], keys=("f4", "c", "y"), opened=False),
    ]


class SceneHost(FakeHost):
    """The bundled server's offers; nothing is ever called."""

    async def settle(self) -> None:
        pass


class SceneModel(ScriptedModel):
    """Is never asked; its tools are sent as to Azure OpenAI."""

    def sent_tools(self, tools: Sequence[ToolSpec]) -> Sequence[SentTool]:
        return sent_tools(tools, api="responses", set_aside={})


def scene_app(
    scene: Scene, theme: str = "callscope-dark"
) -> tuple[CallscopeApp, Callable[[Pilot[None]], Awaitable[None]]]:
    """The application for a scene, and what brings it there once it runs."""
    archive = MemoryArchive()
    archive.statistics_told = scene.statistics
    for number, events in enumerate(scene.stored):
        archive.conversations[f"c{number}"] = list(events)
    models = Models.only(SceneModel(label="offline planner", offline=True))
    for name, about in scene.added_models:
        models.add(name, SceneModel(label=name), about)
    host = SceneHost(tools=scene.tools)
    host.entries, host.lines = list(scene.entries), list(scene.lines)
    session = Session(models=models, host=host, archive=archive, trust=_trust(scene.allowed))

    async def open_session() -> Session:
        return session

    stopwatch = [0.0]
    last = max((events[-1].at for events in scene.stored), default=1_795_163_300.0)
    app = CallscopeApp(
        open_session,
        examples=EXAMPLES,
        exporter=MemoryExporter(),
        connector=lambda: scene.connector,
        examiner=lambda: scene.examiner,
        model_label="offline planner",
        offline=True,
        theme_name=theme,
        clocks=Clocks(
            wall=lambda: last + 600,
            steady=lambda: stopwatch[0],
            write=lambda at: time.strftime("%H:%M", time.gmtime(at)),
            write_exact=lambda at: time.strftime("%H:%M:%S", time.gmtime(at)),
        ),
    )
    app.animation_level = "none"

    async def arrange(pilot: Pilot[None]) -> None:
        while not isinstance(app.screen, MainScreen) or not app.screen.query("HistoryPane"):
            await pilot.pause()
        screen = app.screen
        if scene.stored and scene.opened:
            await session.open(f"c{len(scene.stored) - 1}")
        for event in scene.live:
            screen.show(event)
        stopwatch[0] = RUNNING_SECONDS
        screen.query_one(StatusLine).refresh()
        if scene.is_running:
            log = screen.query_one(ToolLog)
            while not any(line.rstrip().endswith(f"{RUNNING_SECONDS} s") for line in plain(log).splitlines()):
                await pilot.pause()
        await _settle(pilot)
        if scene.asked:
            dialog = await _ask(pilot, session, scene.asked)
            stopwatch[0] += 0 if scene.asked_just_now else QUIET_SECONDS
            dialog.look_at_clock()
            await _settle(pilot)
        for key in scene.keys:
            await pilot.press(key)
            await _settle(pilot)

    return app, arrange


def _trust(allowed: Sequence[Allowance]) -> MemoryTrust:
    trust = MemoryTrust()
    for allowance in allowed:
        trust.allow(allowance)
    return trust


async def _ask(pilot: Pilot[None], session: Session, requests: Sequence[ApprovalRequest]) -> ApprovalDialog:
    for request in requests:
        pilot.app.run_worker(session.gate.ask(request), group=ASKED, exit_on_error=False)
    while True:
        dialog = pilot.app.screen
        if isinstance(dialog, ApprovalDialog) and dialog.guard.is_painted:
            return dialog
        await pilot.pause()


async def _settle(pilot: Pilot[None]) -> None:
    """Wait until no worker runs but those that wait for the person, and the screen is at rest, cursors included."""
    for typed in pilot.app.screen.query(Input):
        typed.cursor_blink = False
    for written in pilot.app.screen.query(TextArea):
        written.cursor_blink = False
    before, now = "", pilot.app.export_screenshot()
    for _ in range(SETTLE_PAUSES):
        if before == now and all(w.is_finished or w.group in {"replay", ASKED} for w in pilot.app.workers):
            return
        await pilot.pause()
        before, now = now, pilot.app.export_screenshot()
    raise AssertionError("the screen never comes to rest")
