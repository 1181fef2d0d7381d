"""What can be done with the highlighted item: a row of buttons, each with its key."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Button


@dataclass(frozen=True, slots=True)
class Action:
    """A button: the key that does the same, a word, and the name of the pane's action."""

    key: str
    word: str
    name: str


class ActionButton(Button):
    """One action; it takes one line and shows its key."""

    DEFAULT_CSS = """
    ActionButton {
        width: auto;
        min-width: 0;
        height: 1;
        padding: 0 1;
        margin: 0 1 0 0;
        border: none !important;
        background: $panel;
        color: $foreground;
        &.-style-default { text-style: none; background: $surface; }
        &.-style-default:hover { background: $block-cursor-blurred-background; }
        &.-style-default:focus {
            background: $block-cursor-blurred-background;
            background-tint: transparent 0%;
            text-style: none;
        }
        &.-style-default.-active { tint: transparent; }
    }
    """

    def __init__(self, action: Action) -> None:
        super().__init__(Content.assemble((action.key, "bold $accent"), f" {action.word}"), compact=True)
        self.name_of_action = action.name


class ActionBar(Horizontal):
    """The buttons of the moment."""

    DEFAULT_CSS = """
    ActionBar { height: 1; }
    """

    class Pressed(Message):
        """A button was pressed; `name` is its action."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self) -> None:
        super().__init__()
        self._actions: Sequence[Action] = ()

    def compose(self) -> ComposeResult:
        """One button for each action."""
        yield from (ActionButton(action) for action in self._actions)

    async def show(self, actions: Sequence[Action]) -> None:
        """Offer these actions; a button that stays keeps the focus."""
        if actions == self._actions:
            return
        focused = self.screen.focused
        kept = focused.name_of_action if isinstance(focused, ActionButton) and focused.parent is self else ""
        self._actions = actions
        await self.recompose()
        if kept:
            self.focus_action(kept)

    def focus_action(self, name: str) -> None:
        """Give the focus to an action's button, if it is there."""
        for button in self.query(ActionButton):
            if button.name_of_action == name:
                button.focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Say which action it is instead."""
        event.stop()
        if isinstance(event.button, ActionButton):
            self.post_message(self.Pressed(event.button.name_of_action))
