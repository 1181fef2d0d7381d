"""The status line: what it says, and what gives way where there is little room."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tests.fakes import say
from tests.ui.driving import driving
from tests.ui.test_activity import FAILED, STALLED
from tests.ui.test_context_meter import counted
from tests.ui.transcript.samples import AT, asked
from tui.core.events import ConversationOpened, Event, TextDelta, TurnEnded, UserSaid
from tui.core.ports import AnswerEnd, RetryPart, TextPart
from tui.ui.clocks import Clocks
from tui.ui.server_state import ServerSummary
from tui.ui.status_line import StatusLine
from tui.ui.top_bar import TopBar

BEGUN: Sequence[Event] = (UserSaid(at=AT, turn=2, text="y" * 36), asked(2))
ANSWERING = TextDelta(at=AT, turn=2, round=1, text="a")


class StatusApp(App[None]):
    """The status line alone, with a steady clock that the test moves."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def compose(self) -> ComposeResult:
        yield StatusLine("gpt-4o", offline=False, clocks=Clocks(steady=lambda: self.seconds))

    @property
    def line(self) -> str:
        return str(self.query_one(StatusLine).render()).rstrip()


@asynccontextmanager
async def status(*events: Event, width: int = 120) -> AsyncGenerator[tuple[Pilot[None], StatusApp]]:
    app = StatusApp()
    async with app.run_test(size=(width, 5)) as pilot:
        line = app.query_one(StatusLine)
        line.show_servers(ServerSummary("●", "success", "bundled ready · 6 tools"))
        for event in events:
            line.show(event)
        yield pilot, app


async def test_it_shows_model_servers_turn_and_context() -> None:
    async with status(counted(12_400, 128_000), *BEGUN, ANSWERING) as (_, app):
        app.seconds = 0.8
        assert app.line.startswith("◆ gpt-4o   ● bundled ready · 6 tools")
        assert app.line.endswith("answering · 0.8 s · context ~12.4k of 128k ▰▱▱▱▱")


async def test_another_model_can_be_shown() -> None:
    async with status() as (_, app):
        app.query_one(StatusLine).show_model("offline planner", offline=True)
        assert app.line.startswith("◆ offline planner")


@pytest.mark.parametrize(
    ("width", "right"),
    [
        (120, "answering · 0.0 s · context ~12.4k of 128k ▰▱▱▱▱"),
        (86, "answering · 0.0 s · context ~12.4k of 128k"),
        (80, "answering · 0.0 s · ~12.4k of 128k"),
        (60, "answering · 0.0 s"),
    ],
)
async def test_the_lesser_parts_give_way_first(width: int, right: str) -> None:
    async with status(counted(12_400, 128_000), *BEGUN, ANSWERING, width=width) as (_, app):
        assert app.line.endswith(right)
        assert len(app.line) <= width - 4


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (FAILED, "↻ HTTP 503 · try 2 of 3 · again in 2 s · esc stop"),
        (STALLED, "! no data for 20 s · gives up at 60 s · esc stop"),
    ],
)
async def test_a_wait_is_said_whole_at_every_usual_width(wait: Event, words: str, width: int) -> None:
    async with status(counted(12_400, 128_000), *BEGUN, wait, width=width) as (_, app):
        assert words in app.line


async def test_it_draws_the_seconds_anew_while_a_turn_runs_and_stands_still_after_it() -> None:
    async with status(*BEGUN, STALLED) as (pilot, app):
        line = app.query_one(StatusLine)
        app.seconds = 5.0
        for _ in range(200):
            if "25 s" in line.render_line(0).text:
                break
            await pilot.pause(0.01)
        assert "no data for 25 s" in line.render_line(0).text
        line.show(TurnEnded(at=AT, turn=2, reason="cancelled", seconds=5.0))
        assert "no data" not in app.line


async def test_another_conversation_ends_what_was_shown_of_the_turn() -> None:
    opened = ConversationOpened(at=AT, conversation_id="b", events=(counted(950),))
    async with status(*BEGUN, FAILED, opened) as (_, app):
        assert app.line.endswith("context 950 tokens")


async def test_a_retry_of_the_model_is_seen_in_the_whole_application() -> None:
    retry = RetryPart(1, 12.0, "Azure OpenAI had a problem of its own (HTTP 503).", detail="HTTP 503")
    answer = [retry, TextPart("Here I am."), AnswerEnd((), "stop", "gpt-5", None)]
    async with driving(answer) as app:
        await app.send("hello")
        await app.settled()
        assert "↻ Azure OpenAI had a problem of its own (HTTP 503).  again in 12 s" in app.transcript
        assert "Here I am." in app.transcript


async def test_a_title_that_is_given_shows_at_once_and_goes_again() -> None:
    async with driving(say("ok")) as app:
        title = app.screen.query_one(TopBar)
        await app.send("what is this?")
        await app.settled()
        app.session.rename(app.session.conversation_id, "A better name")
        await app.until(lambda: title.title == "A better name", "the title changes")
        app.session.rename(app.session.conversation_id, "")
        await app.until(lambda: title.title == "what is this?", "the title changes back")
        app.session.rename(app.session.conversation_id, "Kept")
        await app.session.open(app.session.conversation_id)
        await app.until(lambda: title.title == "Kept", "it is kept")
        app.session.new()
        await app.until(lambda: title.title == "", "an empty conversation has none")
