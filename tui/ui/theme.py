"""The two palettes: calm grounds, one accent; green, amber and red only for states."""

from textual.app import App
from textual.theme import Theme

RULE = "#6b7686"
"""Thin lines between areas, in palettes that are not ours: a grey that shows on dark and light grounds."""

MUTED = "$foreground 70%"
"""Text of second rank, within Content, where `$text-muted` ("auto 60%") loses its opacity."""

DARK = Theme(
    name="callscope-dark",
    dark=True,
    primary="#5fc8b8",
    secondary="#8fa3bf",
    accent="#5fc8b8",
    foreground="#d5dae3",
    background="#0f1318",
    surface="#151a21",
    panel="#1c232c",
    success="#8ccf7e",
    warning="#e5b567",
    error="#f47c7c",
    variables={
        "footer-background": "#0f1318",
        "footer-key-foreground": "#5fc8b8",
        "footer-description-foreground": "#98a2b1",
        "block-cursor-foreground": "#0f1318",
        "block-cursor-background": "#5fc8b8",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#24303a",
        "block-cursor-blurred-foreground": "#d5dae3",
        "input-cursor-background": "#5fc8b8",
        "input-selection-background": "#5fc8b8 30%",
        "scrollbar": "#2a333f",
        "scrollbar-hover": "#3a4656",
        "scrollbar-active": "#5fc8b8",
        "scrollbar-background": "#0f1318",
        "scrollbar-background-hover": "#0f1318",
        "scrollbar-background-active": "#0f1318",
        "scrollbar-corner-color": "#0f1318",
        "rule": "#2a333f",
    },
)

LIGHT = Theme(
    name="callscope-light",
    dark=False,
    primary="#0a6a5e",
    secondary="#4b5a72",
    accent="#0a6a5e",
    foreground="#262c35",
    background="#fbfaf8",
    surface="#f4f2ee",
    panel="#ece9e4",
    success="#356b24",
    warning="#805608",
    error="#ab332e",
    variables={
        "footer-background": "#fbfaf8",
        "footer-key-foreground": "#0a6a5e",
        "footer-description-foreground": "#5a626e",
        "block-cursor-foreground": "#fbfaf8",
        "block-cursor-background": "#0a6a5e",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#e3e0d9",
        "block-cursor-blurred-foreground": "#262c35",
        "input-cursor-background": "#0a6a5e",
        "input-selection-background": "#0a6a5e 25%",
        "scrollbar": "#d3cec4",
        "scrollbar-hover": "#bdb7aa",
        "scrollbar-active": "#0a6a5e",
        "scrollbar-background": "#fbfaf8",
        "scrollbar-background-hover": "#fbfaf8",
        "scrollbar-background-active": "#fbfaf8",
        "scrollbar-corner-color": "#fbfaf8",
        "rule": "#d3cec4",
    },
)


def switch_palette(app: App[object]) -> None:
    """From any dark palette to our light one, and the other way round."""
    app.theme = LIGHT.name if app.current_theme.dark else DARK.name
