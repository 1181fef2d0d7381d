"""The tabs of the main screen: which there are, and which one shows."""

from collections.abc import Callable

from textual.widget import Widget

from tui.ui.top_bar import TopBar


class Tabs:
    """One pane at a time, its name lit up in the top bar."""

    def __init__(self, bar: TopBar) -> None:
        self._bar = bar
        self._panes: dict[str, Widget] = {}
        self._enter: dict[str, Callable[[], object]] = {}

    @property
    def active(self) -> str:
        """The name of the tab that shows."""
        return self._bar.active

    def add(self, name: str, pane: Widget, enter: Callable[[], object]) -> None:
        """Let this pane be shown under the name; `enter` goes into the widget that one uses first there."""
        self._panes[name] = pane
        self._enter[name] = enter
        pane.display = name == self.active

    def show(self, name: str) -> None:
        """Go to a tab; nothing happens for one that is not there yet."""
        if name not in self._panes:
            return
        for other, pane in self._panes.items():
            pane.display = other == name
        self._bar.active = name
        self._enter[name]()
