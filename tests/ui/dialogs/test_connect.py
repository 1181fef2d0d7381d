"""The form that connects a deployment: what it says while one types, when it tests and saves, what it never shows."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from textual.widgets import Input

from tests.fakes import ScriptedModel
from tests.ui.driving import Driven, driving
from tui.core.events import ModelChosen
from tui.core.ports import ConnectForm, Finding
from tui.ui.dialogs.connect import ConnectDialog
from tui.ui.dialogs.findings import Findings
from tui.ui.dialogs.form_line import FormLine

KEY = "canary-key-4711-0815"


@asynccontextmanager
async def connecting(*, size: tuple[int, int] = (80, 24), keyring: str = "") -> AsyncGenerator[Driven]:
    """The application with the form open."""
    async with driving(size=size) as app:
        app.connector.keyring = keyring
        await open_form(app)
        yield app


async def open_form(app: Driven) -> None:
    await app.send("/connect")
    await app.until(lambda: isinstance(app.app.screen, ConnectDialog), "the form opens")


def dialog(app: Driven) -> ConnectDialog:
    screen = app.app.screen
    assert isinstance(screen, ConnectDialog)
    return screen


def shown(app: Driven) -> str:
    """All that the form says below the lines."""
    return str(app.app.screen.query_one(Findings).query_one("Static").render())


def line(app: Driven, name: str) -> FormLine:
    return next(line for line in app.app.screen.query(FormLine) if line.name == name)


async def fill_in(app: Driven, form: ConnectForm) -> None:
    for name in ("endpoint", "api_key", "deployment"):
        line(app, name).query_one(Input).value = getattr(form, name)
    await app.pilot.pause()


FORM = ConnectForm("https://mine.openai.azure.com", "gpt-5", KEY)


async def test_form_says_what_to_do_first_and_complains_of_nothing() -> None:
    async with connecting() as app:
        assert "Paste your resource's endpoint" in shown(app)
        assert not app.app.screen.query(".-wrong")


async def test_form_says_what_it_understands_while_one_types() -> None:
    async with connecting() as app:
        await fill_in(app, FORM)
        assert "mine.openai.azure.com · deployment gpt-5" in shown(app)


async def test_wrong_line_is_marked_only_after_it_was_left() -> None:
    async with connecting() as app:
        await app.type("nonsense")
        assert not line(app, "endpoint").has_class("-wrong")
        await app.pilot.press("tab")
        await app.pilot.pause()
        assert line(app, "endpoint").has_class("-wrong")


async def test_key_is_on_no_screen() -> None:
    async with connecting(size=(120, 36)) as app:
        await fill_in(app, FORM)
        await app.pilot.press("f5")
        await app.until(lambda: "It works" in shown(app), "the test is over")
        assert "canary" not in app.app.export_screenshot()


async def test_key_line_goes_with_entra_id() -> None:
    async with connecting() as app:
        await fill_in(app, FORM)
        await app.pilot.press("tab", "tab", "tab", "tab", "right")
        assert not line(app, "api_key").display
        assert dialog(app).form.sign_in == "entra"


async def test_test_lists_what_was_found_and_saves_nothing() -> None:
    async with connecting() as app:
        app.connector.findings = [Finding(True, "The endpoint answers."), Finding(False, "No such [/x].", "Do that.")]
        await fill_in(app, FORM)
        await app.pilot.press("f5")
        await app.until(lambda: "No such" in shown(app), "the test is over")
        assert "✓ The endpoint answers." in shown(app)
        assert "✗ No such [/x]." in shown(app)
        assert "Do that." in shown(app)
        assert app.connector.saved == []


async def test_save_tests_first_and_then_the_conversation_goes_there() -> None:
    async with connecting() as app:
        await fill_in(app, FORM)
        await app.pilot.press("ctrl+s")
        await app.until(lambda: app.app.screen is app.screen, "the form closes")
        assert len(app.connector.tested) == 1
        assert app.connector.saved[0].api_key == KEY
        assert app.session.model_name == "gpt-5"
        assert [e.name for e in app.session.events if isinstance(e, ModelChosen)] == ["gpt-5"]
        await app.send("hello")
        await app.settled()
        assert "hello from there" in app.transcript


@pytest.mark.parametrize("has_begun", [False, True])
async def test_first_deployment_takes_over_from_the_planner(has_begun: bool) -> None:
    async with connecting() as app:
        planner = ScriptedModel(label="offline planner", offline=True)
        app.session.models.add("offline planner", planner)
        app.session.models.make_default("offline planner")
        if has_begun:
            app.session.change_system_prompt("Be brief.")
        await fill_in(app, FORM)
        await app.pilot.press("ctrl+s")
        await app.until(lambda: app.session.model_name == "gpt-5", "the conversation goes there")
        assert any(isinstance(e, ModelChosen) for e in app.session.events) == has_begun
        await app.until(lambda: app.session.models.default == "gpt-5", "and so do new ones")


async def test_deployment_that_is_saved_while_an_answer_runs_says_how_to_go_there() -> None:
    async with connecting() as app:
        await fill_in(app, FORM)
        app.session._running = True  # pyright: ignore[reportPrivateUsage] (a turn that lasts exactly this long)
        await app.pilot.press("ctrl+s")
        await app.until(lambda: "/model gpt-5 goes there" in app.notice, "it is said")
        app.session._running = False  # pyright: ignore[reportPrivateUsage] (as above)
        assert app.session.model_name == "scripted"


async def test_save_after_a_test_does_not_test_again() -> None:
    async with connecting() as app:
        await fill_in(app, FORM)
        await app.pilot.press("f5")
        await app.until(lambda: "It works" in shown(app), "the test is over")
        await app.pilot.press("ctrl+s")
        await app.until(lambda: bool(app.connector.saved), "it is saved")
        assert len(app.connector.tested) == 1


async def test_failed_test_is_saved_only_by_a_second_press_of_the_same_form() -> None:
    async with connecting() as app:
        app.connector.findings = [Finding(False, "The key was refused.")]
        await fill_in(app, FORM)
        await app.pilot.press("ctrl+s")
        await app.until(lambda: "all the same" in shown(app), "the test is over")
        assert app.connector.saved == []
        line(app, "deployment").query_one(Input).value = "gpt-6"
        await app.pilot.pause()
        await app.pilot.press("ctrl+s")
        await app.until(lambda: len(app.connector.tested) == 2, "the other form is tested")
        await app.until(lambda: "all the same" in shown(app), "the test is over")
        assert app.connector.saved == []
        await app.pilot.press("ctrl+s")
        await app.until(lambda: bool(app.connector.saved), "it is saved")
        assert app.connector.saved[0].deployment == "gpt-6"


async def test_saving_what_is_not_complete_goes_to_what_is_missing() -> None:
    async with connecting() as app:
        await fill_in(app, ConnectForm("https://mine.openai.azure.com", "", KEY))
        await app.pilot.press("ctrl+s")
        await app.pilot.pause()
        assert line(app, "deployment").has_class("-wrong")
        assert app.app.focused is line(app, "deployment").query_one(Input)
        assert app.connector.tested == []


async def test_form_that_was_left_is_there_the_next_time() -> None:
    async with connecting() as app:
        await fill_in(app, FORM)
        await app.pilot.press("escape")
        await app.until(lambda: app.app.screen is app.screen, "the form closes")
        assert app.connector.saved == []
        await open_form(app)
        assert dialog(app).form == FORM


async def test_keyring_is_offered_where_there_is_one() -> None:
    async with connecting(keyring="Secret Service") as app:
        await app.pilot.press("tab", "tab", "tab", "tab", "down", "right")
        assert dialog(app).form.keep_key == "keyring"
        assert "Secret Service" in app.app.export_screenshot().replace("&#160;", " ")
