"""Textual's `app` with its type filled in: Textual leaves the type of an application's result open."""

from typing import cast

from textual.app import App
from textual.dom import DOMNode


def app_of(node: DOMNode) -> App[object]:
    """The application that this widget or screen is in."""
    return cast(App[object], node.app)
