"""A command is chosen from the palette once, however often Enter is pressed."""

from textual.widgets import OptionList

from tests.ui.driving import driving
from tui.ui.main_screen import MainScreen
from tui.ui.palette import Palette


async def test_command_that_is_chosen_twice_runs_once_and_closes_only_the_palette() -> None:
    async with driving() as driven:
        await driven.pilot.press("ctrl+p", *"statistics")
        palette = driven.app.screen
        assert isinstance(palette, Palette)
        choices = palette.query_one(OptionList)
        await driven.until(lambda: choices.option_count > 0, "commands are found")
        option = choices.get_option_at_index(0)
        for _ in range(3):
            choices.post_message(OptionList.OptionSelected(choices, option, 0))
        await driven.until(lambda: driven.app.screen is not palette, "the palette closes")
        await driven.pilot.pause()
        assert len(driven.app.screen_stack) == 2
        assert driven.app.is_running


async def test_palette_that_is_closed_twice_leaves_the_screen_beneath_alone() -> None:
    async with driving() as driven:
        await driven.pilot.press("ctrl+p")
        palette = driven.app.screen
        assert isinstance(palette, Palette)
        palette.dismiss()
        palette.dismiss()
        await driven.until(lambda: isinstance(driven.app.screen, MainScreen), "the palette closes")
        await driven.pilot.pause()
        assert driven.app.is_running
