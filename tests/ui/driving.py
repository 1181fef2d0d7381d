"""Drives the whole screen with the Textual pilot on fakes of model, host and archive."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.pilot import Pilot

from tests.fakes import FakeConnector, FakeExaminer, FakeHost, MemoryArchive, MemoryExporter, ScriptedModel, Step
from tui.core.example import Example
from tui.core.models import Models
from tui.core.session import Session
from tui.ui.app import CallscopeApp
from tui.ui.beginning import Beginning
from tui.ui.chat import ChatPane
from tui.ui.clocks import Clocks
from tui.ui.main_screen import MainScreen
from tui.ui.tool_log.tool_log import ToolLog
from tui.ui.transcript.transcript import Transcript

WAIT_SECONDS = 10.0
NOON = 1_760_000_000.0
FIXED_CLOCKS = Clocks(wall=lambda: NOON, steady=lambda: 0.0, write=lambda _at: "12:00")

EXAMPLES = (
    Example("One", ("Calculate 15 * 8",), "one message"),
    Example("Two", ("first message", "second message"), "two messages"),
)


@dataclass
class Driven:
    """The running application and everything a test looks at."""

    app: CallscopeApp
    pilot: Pilot[None]
    session: Session
    model: ScriptedModel
    host: FakeHost
    archive: MemoryArchive
    exporter: MemoryExporter
    connector: FakeConnector
    examiner: FakeExaminer

    @property
    def screen(self) -> MainScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, MainScreen)
        return screen

    @property
    def chat(self) -> ChatPane:
        return self.screen.chat

    @property
    def draft(self) -> str:
        return self.chat.prompt.text

    @property
    def notice(self) -> str:
        """What the person is told above the prompt; empty when nothing is."""
        notice = self.chat.notice
        return str(notice.content) if notice.kind else ""

    @property
    def transcript(self) -> str:
        return plain(self.screen.query_one(Transcript))

    @property
    def calls(self) -> str:
        return plain(self.screen.query_one(ToolLog))

    async def type(self, text: str) -> None:
        """Type characters as keys."""
        for character in text:
            await self.pilot.press({" ": "space", "/": "slash"}.get(character, character))

    async def send(self, text: str) -> None:
        """Put a text into the prompt and press Enter."""
        self.chat.prompt.put(text)
        await self.pilot.press("enter")

    async def until(self, holds: Callable[[], bool], what: str = "") -> None:
        """Let the application go on until this holds.

        Raises:
            AssertionError: it did not within `WAIT_SECONDS`.
        """
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                while not holds():
                    await self.pilot.pause()
        except TimeoutError as error:
            raise AssertionError(f"never happened: {what}\n{self.transcript}\n{self.notice}") from error

    async def settled(self) -> None:
        """Wait until no turn runs."""
        await self.until(lambda: not self.session.running, "the turn ends")
        await self.pilot.pause()


def plain(view: Transcript | ToolLog) -> str:
    """What a view shows, all of it that is on the screen, as text."""
    height = view.size.height
    return "\n".join(view.render_line(y).text.rstrip() for y in range(height)).strip()


@asynccontextmanager
async def driving(
    *answers: Sequence[Step],
    host: FakeHost | None = None,
    archive: MemoryArchive | None = None,
    size: tuple[int, int] = (120, 36),
    hold: asyncio.Event | None = None,
    clocks: Clocks = FIXED_CLOCKS,
    beginning: Beginning | None = None,
) -> AsyncGenerator[Driven]:
    """The application on a scripted model. `hold`: the session is ready only when the test sets it."""
    model = ScriptedModel(*answers)
    host = host or FakeHost()
    archive = archive or MemoryArchive()
    exporter = MemoryExporter()
    models = Models.only(model)
    connector = FakeConnector(models)
    examiner = FakeExaminer()
    session = Session(models=models, host=host, archive=archive, now=clocks.wall)

    async def open_session() -> Session:
        if hold:
            await hold.wait()
        return session

    app = CallscopeApp(
        open_session,
        examples=EXAMPLES,
        exporter=exporter,
        connector=lambda: connector,
        examiner=lambda: examiner,
        beginning=beginning,
        model_label="scripted",
        offline=False,
        clocks=clocks,
    )
    async with app.run_test(size=size) as pilot:
        driven = Driven(app, pilot, session, model, host, archive, exporter, connector, examiner)
        await pilot.pause()
        if not hold:
            await driven.until(lambda: bool(driven.screen.query("HistoryPane")), "the session is there")
        yield driven
