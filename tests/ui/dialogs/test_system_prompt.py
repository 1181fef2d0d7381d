"""What the model is told about its role: read, changed, reset, per conversation, within its length."""

from textual.widgets import TextArea

from tests.fakes import say
from tests.ui.driving import Driven, driving
from tui.core.ports import SystemMessage
from tui.core.session import SYSTEM_PROMPT
from tui.ui.dialogs.system_prompt import LONGEST_PROMPT, SystemPromptDialog


async def open_dialog(app: Driven) -> TextArea:
    await app.send("/system")
    await app.until(lambda: isinstance(app.app.screen, SystemPromptDialog), "the dialog opens")
    return app.app.screen.query_one(TextArea)


async def test_changed_prompt_is_what_the_model_is_told_in_this_conversation_only() -> None:
    async with driving(say("ok"), say("ok")) as app:
        area = await open_dialog(app)
        assert area.text == SYSTEM_PROMPT
        area.text = "Answer in Latin."
        await app.pilot.press("ctrl+s")
        await app.until(lambda: app.session.system_prompt == "Answer in Latin.", "it is taken")
        await app.send("hello")
        await app.settled()
        assert app.model.asked[0][0][0] == SystemMessage("Answer in Latin.")
        await app.pilot.press("ctrl+n")
        await app.pilot.pause()
        assert app.session.system_prompt == SYSTEM_PROMPT


async def test_reset_puts_the_default_back_but_only_saving_takes_it() -> None:
    async with driving() as app:
        app.session.change_system_prompt("Answer in Latin.")
        area = await open_dialog(app)
        await app.pilot.press("ctrl+r")
        assert area.text == SYSTEM_PROMPT
        assert app.session.system_prompt == "Answer in Latin."
        await app.pilot.press("ctrl+s")
        await app.until(lambda: app.session.system_prompt == SYSTEM_PROMPT, "it is taken")


async def test_left_dialog_changes_nothing() -> None:
    async with driving() as app:
        area = await open_dialog(app)
        area.text = "Answer in Latin."
        await app.pilot.press("escape")
        await app.until(lambda: app.app.screen is app.screen, "the dialog closes")
        assert app.session.system_prompt == SYSTEM_PROMPT


async def test_prompt_that_is_too_long_is_said_and_not_taken() -> None:
    async with driving() as app:
        area = await open_dialog(app)
        area.text = "x" * (LONGEST_PROMPT + 1)
        await app.pilot.press("ctrl+s")
        await app.pilot.pause()
        assert isinstance(app.app.screen, SystemPromptDialog)
        assert "1 characters too many" in app.app.export_screenshot().replace("&#160;", " ")
        assert app.session.system_prompt == SYSTEM_PROMPT


async def test_prompt_is_not_changed_while_an_answer_runs() -> None:
    async with driving() as app:
        app.session._running = True  # pyright: ignore[reportPrivateUsage] (a turn that lasts exactly this long)
        await app.send("/system")
        await app.until(lambda: "cannot be changed while" in app.notice, "it is said")
        app.session._running = False  # pyright: ignore[reportPrivateUsage] (as above)
