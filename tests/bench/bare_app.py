"""The least that Textual can show: what the application's first paint is measured against."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class BareApp(App[None]):
    """One line."""

    def compose(self) -> ComposeResult:
        yield Static("Type a message")


if __name__ == "__main__":
    BareApp().run()
