"""Textual's `app` with its type filled in: Textual leaves the type of an application's result open."""

from typing import cast

from textual.app import App
from textual.dom import DOMNode
from textual.style import Style


def app_of(node: DOMNode) -> App[object]:
    """The application that this widget or screen is in."""
    return cast(App[object], node.app)


def theme_colour(node: DOMNode, name: str) -> str:
    """The colour that the current palette gives this name, such as `accent`, as Textual writes colours."""
    return app_of(node).theme_variables[name]


def theme_style(node: DOMNode, name: str, prefix: str = "", suffix: str = "") -> Style:
    """A text style in a colour of the current palette, such as `bold` before it or `60%` behind it."""
    return Style.parse(f"{prefix} {theme_colour(node, name)} {suffix}".strip())
