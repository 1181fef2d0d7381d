"""The last line: the keys that work right now, drawn as one line; a click presses the key.

Textual's own footer makes a widget for every key and makes them all anew whenever the focus moves.
"""

from dataclasses import dataclass
from typing import cast

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.signal import Signal
from textual.widget import Widget

from tui.ui.typed import app_of, theme_style

GAP = 2
MORE = "…"


@dataclass(frozen=True, slots=True)
class _Key:
    key: str
    shown: str
    does: str

    @property
    def width(self) -> int:
        return cell_len(self.shown) + 1 + cell_len(self.does)


class KeyBar(Widget):
    """Shows the bindings of the focused widget and its screen; those that do not fit give way to a sign."""

    DEFAULT_CSS = """
    KeyBar { height: 1; padding: 0 2; background: transparent; }
    """
    ALLOW_SELECT = False

    def on_mount(self) -> None:
        """Draw anew when other keys work, or look different."""
        bindings_updated = cast(Signal[object], self.screen.bindings_updated_signal)  # pyright: ignore[reportUnknownMemberType] (Screen is open)
        bindings_updated.subscribe(self, lambda _: self.refresh())
        app_of(self).theme_changed_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Content:
        """The keys that fit, in the order of their importance."""
        key_style = theme_style(self, "accent", "bold")
        text_style = theme_style(self, "foreground", suffix="60%")
        parts = [
            Content(key.shown).stylize(key_style) + Content(f" {key.does}").stylize(text_style)
            for key in self._fitting()
        ]
        if len(parts) < len(self._keys()):
            parts.append(Content(MORE).stylize(text_style))
        return Content(" " * GAP).join(parts)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        x = event.x - self.gutter.left
        for key in self._fitting():
            if 0 <= x < key.width:
                app_of(self).simulate_key(key.key)
                return
            x -= key.width + GAP

    def _keys(self) -> list[_Key]:
        shown: dict[str, _Key] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled and binding.description:
                display = app_of(self).get_key_display(binding)
                shown.setdefault(binding.action, _Key(binding.key, display, binding.description))
        return list(shown.values())

    def _fitting(self) -> list[_Key]:
        keys = self._keys()
        room = self.content_size.width
        if sum(key.width + GAP for key in keys) - GAP <= room:
            return keys
        room -= cell_len(MORE) + GAP
        fitting: list[_Key] = []
        for key in keys:
            room -= key.width + GAP
            if room < -GAP:
                break
            fitting.append(key)
        return fitting
