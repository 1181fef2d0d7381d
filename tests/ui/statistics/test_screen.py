from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date, datetime

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from tests.ui.history.driving import press, screen_text, settle
from tests.ui.history.fakes import NOON, FakeArchive, PaneApp
from tests.ui.history.scenes import STATISTICS
from tui.core.errors import StoreError
from tui.core.ports import ToolStatistics, UsageStatistics
from tui.ui.statistics.report import report
from tui.ui.statistics.screen import Report, StatisticsScreen


@asynccontextmanager
async def page(archive: FakeArchive, size: tuple[int, int] = (80, 24)) -> AsyncGenerator[tuple[PaneApp, Pilot[None]]]:
    app = PaneApp(archive)
    async with app.run_test(size=size) as pilot:
        app.push_screen(StatisticsScreen(archive, lambda: NOON))
        await settle(app, pilot)
        yield app, pilot


def told(app: PaneApp) -> str:
    return str(app.screen.query_one(Report).render())


async def test_the_page_begins_with_seven_days_and_the_arrows_choose_others() -> None:
    archive = FakeArchive()
    archive.reported = STATISTICS
    async with page(archive) as (app, pilot):
        await press(app, pilot, "left", "left", "right", "right", "right", "right")
        first_days = [None if at is None else datetime.fromtimestamp(at) for at in archive.asked_since]
        week, today, month = datetime(2026, 11, 14), datetime(2026, 11, 20), datetime(2026, 10, 22)
        assert first_days == [week, today, week, month, None]
        assert "Turns a day" in told(app)


async def test_every_figure_is_told() -> None:
    archive = FakeArchive()
    archive.reported = STATISTICS
    async with page(archive, (120, 50)) as (app, _):
        shown = screen_text(app)
        for figure in (
            "42 conversations   118 turns ✗ 3   241 requests   163 tool calls ✗ 7",
            "Tokens  451,141",
            "412,930",
            "32% of input",
            "9,984",
            "26% of output",
            "1 min 1 s",
            "✗ 4",
            "search_documentation_of_the…",
            "14 Nov",
            "20 Nov",
        ):
            assert figure in shown


async def test_where_nothing_was_done_it_says_what_to_do() -> None:
    async with page(FakeArchive()) as (app, _):
        assert "Nothing was done in this time" in screen_text(app)
        assert "shows a longer time" in screen_text(app)


async def test_a_history_that_cannot_be_counted_says_why_and_recovers() -> None:
    archive = FakeArchive()
    archive.broken = StoreError("The history cannot be read.", "Try again.")
    archive.reported = STATISTICS
    async with page(archive) as (app, pilot):
        assert "✗ The history cannot be read." in screen_text(app)
        archive.broken = None
        await press(app, pilot, "right")
        assert "118 turns" in screen_text(app)


@pytest.mark.parametrize("width", [40, 60, 76, 116, 196])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    content = report(STATISTICS, first=None, last=date(2026, 11, 20), width=width)
    assert max(cell_len(line) for line in content.plain.split("\n")) <= width


def test_more_tools_than_fit_are_counted_and_names_are_never_markup() -> None:
    tools = tuple(ToolStatistics(f"[/x]{n}", 1, 0, n) for n in range(20))
    told = report(UsageStatistics(turns=1, calls=20, tools=tools), first=None, last=date(2026, 11, 20), width=80).plain
    assert "… and 8 tools more" in told
    assert "[/x]19" in told
