"""Running the pane in its application, pressing keys, and reading what is on the screen."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import cast

from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static
from textual.worker import Worker, WorkerCancelled

from tests.ui.history.fakes import FakeArchive, PaneApp, summary

WAIT_LIMIT = 10.0
NAMES = ["first", "second", "third", "fourth"]


def archive_of(*names: str) -> FakeArchive:
    return FakeArchive([summary(name, days_ago=age, tools=(f"{name}_tool",)) for age, name in enumerate(names)])


@asynccontextmanager
async def running(
    archive: FakeArchive, size: tuple[int, int] = (80, 24)
) -> AsyncGenerator[tuple[PaneApp, Pilot[None]]]:
    app = PaneApp(archive)
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        yield app, pilot


async def settle(app: App[None], pilot: Pilot[None]) -> None:
    """Until every worker is done; not while a dialog waits for an answer."""
    await pilot.pause()
    async with asyncio.timeout(WAIT_LIMIT):
        for worker in cast("list[Worker[None]]", list(app.workers)):
            with suppress(WorkerCancelled):
                await worker.wait()
    await pilot.pause()


async def search(app: App[None], pilot: Pilot[None], *keys: str) -> None:
    await pilot.press("slash", *keys)
    await settle(app, pilot)


async def press(app: App[None], pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(app, pilot)


def screen_text(app: App[None]) -> str:
    strips = app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]  # what a person sees
    return "\n".join(strip.text for strip in strips)


def titles(app: PaneApp) -> list[str]:
    return [hit.summary.title for hit in app.pane.finder.hits]


def current(app: PaneApp) -> str:
    found = app.pane.finder.table.current
    return found.title if found else ""


def text_of(app: App[None], selector: str) -> str:
    return str(app.query_one(selector, Static).render())
