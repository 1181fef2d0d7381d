"""Which conversation the application begins with, and what it says where that one is not there."""

import asyncio

import pytest

from tests.fakes import MemoryArchive, say
from tests.ui.driving import NOON, driving
from tui.core.events import UserSaid
from tui.ui.beginning import Beginning
from tui.ui.top_bar import TopBar


def two_conversations() -> MemoryArchive:
    """An older conversation that was used last, and a newer one."""
    archive = MemoryArchive()
    for name, at in (("abc-used-last", NOON + 60), ("abd-other", NOON)):
        archive.conversations[name] = [UserSaid(at=at, turn=1, text=f"this is {name}")]
    return archive


@pytest.mark.parametrize(
    ("beginning", "opened"),
    [
        (Beginning("newest"), "abc-used-last"),
        (Beginning("chosen", "abd"), "abd-other"),
        (Beginning("chosen", "abc-used-last"), "abc-used-last"),
    ],
)
async def test_application_goes_on_with_a_conversation(beginning: Beginning, opened: str) -> None:
    async with driving(archive=two_conversations(), beginning=beginning) as app:
        await app.until(lambda: app.session.conversation_id == opened, "it is opened")
        await app.until(lambda: f"this is {opened}" in app.transcript, "it is shown")


async def test_application_begins_in_the_history() -> None:
    async with driving(archive=two_conversations(), beginning=Beginning("history")) as app:
        await app.until(lambda: app.screen.query_one(TopBar).active == "history", "the tab is there")


@pytest.mark.parametrize(
    ("beginning", "words"),
    [
        (Beginning("chosen", "ab"), "2 conversations have an id that begins with 'ab'"),
        (Beginning("chosen", "x"), "No conversation has an id that begins with 'x'"),
    ],
)
async def test_id_that_fits_not_exactly_one_is_said(beginning: Beginning, words: str) -> None:
    async with driving(archive=two_conversations(), beginning=beginning) as app:
        await app.until(lambda: words in app.notice, "it is said")
        assert app.session.events == []


async def test_nothing_to_go_on_with_is_said() -> None:
    async with driving(beginning=Beginning("newest")) as app:
        await app.until(lambda: "no conversation yet" in app.notice, "it is said")


async def test_message_typed_meanwhile_goes_to_the_conversation_that_was_asked_for() -> None:
    hold = asyncio.Event()
    async with driving(say("ok"), archive=two_conversations(), beginning=Beginning("newest"), hold=hold) as app:
        await app.send("typed early")
        hold.set()
        await app.until(
            lambda: any(isinstance(e, UserSaid) and e.text == "typed early" for e in app.session.events), "it is sent"
        )
        assert app.session.conversation_id == "abc-used-last"
        await app.settled()
