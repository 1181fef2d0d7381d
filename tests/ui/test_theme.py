"""The palettes: used from the first frame on, and readable."""

import pytest
from textual.color import Color
from textual.theme import Theme

from tests.ui.scenes import scene_app, scenes
from tui.ui.theme import DARK, LIGHT


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
async def test_screen_begins_in_the_palette_that_was_asked_for(theme: Theme) -> None:
    app, _ = scene_app(scenes()[0], theme.name)
    async with app.run_test():
        assert app.screen.styles.background == Color.parse(theme.background or "")
        assert app.has_class("-dark-mode") is theme.dark
