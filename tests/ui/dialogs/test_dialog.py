"""A dialog closes once, however fast the keys come."""

from tests.fakes import say
from tests.ui.driving import driving
from tui.core.events import UserSaid
from tui.ui.dialogs.help import HelpScreen


async def test_dialog_that_is_told_to_close_twice_leaves_the_screen_below() -> None:
    async with driving() as app:
        dialog = HelpScreen()
        await app.app.push_screen(dialog)
        dialog.dismiss()
        dialog.dismiss()
        await app.pilot.pause()
        assert app.app.screen is app.screen


async def test_palette_key_works_in_a_dialog_too() -> None:
    async with driving() as app:
        await app.pilot.press("f1")
        await app.pilot.pause()
        assert isinstance(app.app.screen, HelpScreen)
        await app.pilot.press("f9")
        assert app.app.theme == "callscope-light"


async def test_example_picked_twice_in_a_row_is_sent_once() -> None:
    async with driving(say("sure")) as app:
        await app.pilot.press("ctrl+e")
        await app.pilot.pause()
        for _ in range(2):
            app.app.simulate_key("enter")
        await app.settled()
        assert [e.text for e in app.session.events if isinstance(e, UserSaid)] == ["Calculate 15 * 8"]
