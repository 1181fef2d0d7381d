"""The list of commands above the prompt."""

from tests.ui.driving import driving
from tui.ui.chat.slash_menu import SlashMenu
from tui.ui.commands import COMMANDS
from tui.ui.dialogs.help import HelpScreen


async def test_click_on_a_command_runs_it() -> None:
    async with driving() as app:
        await app.type("/")
        await app.pilot.pause()
        await app.pilot.click(SlashMenu, offset=(5, 0))
        await app.until(lambda: isinstance(app.app.screen, HelpScreen), "the help is open")
        assert app.draft == ""


async def test_list_says_how_many_commands_it_does_not_show() -> None:
    async with driving() as app:
        await app.type("/")
        await app.pilot.pause()
        lines = str(app.screen.query_one(SlashMenu).render()).splitlines()
        assert len(lines) == app.screen.query_one(SlashMenu).size.height
        assert f"{len(COMMANDS) - len(lines) + 1} more" in lines[-1]
