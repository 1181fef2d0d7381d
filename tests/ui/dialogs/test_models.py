"""Picking the model that answers, by dialog and by name; the screen follows the open conversation's model."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tests.fakes import MemoryArchive, ScriptedModel, say
from tests.ui.driving import NOON, Driven, driving
from tui.core.events import ModelChosen, UserSaid
from tui.ui.dialogs.connect import ConnectDialog
from tui.ui.dialogs.models import ModelsDialog
from tui.ui.status_line import StatusLine


@asynccontextmanager
async def with_two_models(archive: MemoryArchive | None = None) -> AsyncGenerator[Driven]:
    """The application with the scripted model, another one and a planner."""
    async with driving(say("from the first"), archive=archive) as app:
        app.session.models.add("second", ScriptedModel(say("from the second"), label="second"), "Azure OpenAI · there")
        app.session.models.add("offline planner", ScriptedModel(label="offline planner", offline=True), "no model")
        yield app


def status(app: Driven) -> str:
    """The status line's text."""
    return app.screen.query_one(StatusLine).render_line(0).text


async def open_list(app: Driven) -> None:
    await app.pilot.press("ctrl+o")
    await app.until(lambda: isinstance(app.app.screen, ModelsDialog), "the list opens")


async def test_picked_model_answers_in_this_conversation_and_is_on_the_status_line() -> None:
    async with with_two_models() as app:
        assert "◆ scripted" in status(app)
        await open_list(app)
        await app.pilot.press("down", "enter")
        await app.until(lambda: "◆ second" in status(app), "the status line follows")
        await app.send("hello")
        await app.settled()
        assert "from the second" in app.transcript


async def test_new_conversation_goes_to_the_default_model_again() -> None:
    async with with_two_models() as app:
        await app.send("/model second")
        await app.until(lambda: "◆ second" in status(app), "the status line follows")
        await app.pilot.press("ctrl+n")
        await app.until(lambda: "◆ scripted" in status(app), "the status line follows")


async def test_model_is_chosen_by_name_and_an_unknown_one_is_said_with_those_there_are() -> None:
    async with with_two_models() as app:
        await app.send("/model third")
        await app.until(lambda: "no model called “third”" in app.notice, "it is said")
        assert "scripted, second, offline planner" in app.notice


async def test_model_stays_while_an_answer_runs() -> None:
    async with with_two_models() as app:
        app.session._running = True  # pyright: ignore[reportPrivateUsage] (a turn that lasts exactly this long)
        await app.send("/model second")
        await app.until(lambda: "still running" in app.notice, "it is said")
        app.session._running = False  # pyright: ignore[reportPrivateUsage] (as above)
        assert app.session.model_name == "scripted"


async def test_list_leads_to_connecting_another() -> None:
    async with with_two_models() as app:
        await open_list(app)
        await app.pilot.press("end", "enter")
        await app.until(lambda: isinstance(app.app.screen, ConnectDialog), "the form opens")


async def test_planner_is_the_last_choice_also_behind_one_that_was_added_later() -> None:
    async with with_two_models() as app:
        app.session.models.add("third", ScriptedModel(label="third"))
        await open_list(app)
        text = app.app.export_screenshot()
        assert text.index("third") < text.index("no&#160;model")


async def test_reopened_conversation_whose_model_is_not_here_says_which_one_answers() -> None:
    archive = MemoryArchive()
    archive.conversations["c"] = [
        ModelChosen(at=NOON, name="long-gone"),
        UserSaid(at=NOON, turn=1, text="hello"),
    ]
    async with with_two_models(archive) as app:
        await app.session.open("c")
        await app.until(lambda: "long-gone" in app.notice, "it is said")
        assert "scripted answers" in app.notice
        assert "◆ scripted" in status(app)
