"""The palettes: used from the first frame on, and readable."""

import pytest
from textual.color import Color
from textual.theme import Theme

from tests.ui.scenes import scene_app, scenes
from tui.ui.theme import DARK, LIGHT, MUTED

READABLE = 4.5
"""The contrast that WCAG 2.1 asks of text."""


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
async def test_screen_begins_in_the_palette_that_was_asked_for(theme: Theme) -> None:
    app, _ = scene_app(scenes()[0], theme.name)
    async with app.run_test():
        assert app.screen.styles.background == Color.parse(theme.background or "")
        assert app.has_class("-dark-mode") is theme.dark


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
async def test_every_text_colour_can_be_read_on_every_ground(theme: Theme) -> None:
    app, _ = scene_app(scenes()[0], theme.name)
    async with app.run_test():
        colours = app.theme_variables
        names = ("foreground", "accent", "secondary", "success", "warning", "error", "footer-description-foreground")
        grounds = ("background", "surface", "panel", "block-cursor-blurred-background")
        pairs = [(colours[name], colours[ground]) for name in names for ground in grounds]
        pairs += [
            (f"{colours['foreground']} {MUTED.removeprefix('$foreground ')}", colours[ground]) for ground in grounds
        ]
        pairs += [(colours["block-cursor-foreground"], colours["block-cursor-background"])]
        assert {pair for pair in pairs if contrast(*pair) < READABLE} == set()


def contrast(text: str, ground: str) -> float:
    """The ratio of WCAG 2.1; `text` may have an opacity behind it, as in `#262c35 70%`."""
    colour, _, opacity = text.partition(" ")
    below = Color.parse(ground)
    above = below.blend(Color.parse(colour), float(opacity.rstrip("%") or 100) / 100)
    lighter, darker = sorted((luminance(above), luminance(below)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Color) -> float:
    """Relative luminance by WCAG 2.1."""
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
