"""The last line: the keys that work right now, drawn as one line; a click presses the key.

Textual's own footer makes a widget for every key and makes them all anew whenever the focus moves.
"""

from collections.abc import Sequence
from functools import partial
from typing import cast

from textual.content import Content
from textual.signal import Signal

from tui.ui.one_line import OneLine, Part
from tui.ui.theme import MUTED
from tui.ui.typed import app_of

MORE = "…"


class KeyBar(OneLine):
    """Shows the bindings of the focused widget and its screen; those that do not fit give way to a sign."""

    GAP = 2

    def on_mount(self) -> None:
        """Draw anew when other keys work."""
        bindings_updated = cast(Signal[object], self.screen.bindings_updated_signal)  # pyright: ignore[reportUnknownMemberType] (Screen is open)
        bindings_updated.subscribe(self, lambda _: self.refresh())

    def parts(self) -> Sequence[Part]:
        """The keys, the most important first."""
        key_style = "bold $accent"
        text_style = MUTED
        shown: dict[str, Part] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled and binding.description and binding.action not in shown:
                key = Content(app_of(self).get_key_display(binding)).stylize(key_style)
                words = Content(f" {binding.description}").stylize(text_style)
                shown[binding.action] = Part(key + words, partial(app_of(self).simulate_key, binding.key))
        return list(shown.values())

    def squeezed(self, room: int) -> Content:
        """Whole keys only."""
        contents = [part.content for part in self.parts()]
        gap = Content(" " * self.GAP)
        while contents and gap.join(contents).cell_length > room:
            contents = [*contents[: -2 if str(contents[-1]) == MORE else -1], Content(MORE)]
        return gap.join(contents)
