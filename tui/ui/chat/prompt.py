"""The place to type: several lines, Enter sends, up and down recall what was sent, a slash opens the commands."""

from collections.abc import Iterable
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from tui.ui.chat.slash_menu import SlashMenu
from tui.ui.typed import app_of


class Prompt(TextArea):
    """A draft and the messages sent before. A message that is refused is given back, so it is not lost."""

    DEFAULT_CSS = """
    Prompt {
        height: auto;
        min-height: 1;
        max-height: 8;
        border: none;
        padding: 0;
        background: transparent;
        scrollbar-size-vertical: 1;
        &:focus { border: none; background: transparent; background-tint: transparent; }
        & .text-area--placeholder { color: $text-muted; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,shift+enter,alt+enter", "newline", "New line", show=False),
        Binding("tab", "complete", "Complete", show=False),
        Binding("pageup", "scroll_conversation('page_up')", "Page up", show=False),
        Binding("pagedown", "scroll_conversation('page_down')", "Page down", show=False),
        Binding("ctrl+home", "scroll_conversation('scroll_home')", "To the beginning", show=False),
        Binding("ctrl+end", "scroll_conversation('scroll_end')", "To the latest", show=False),
    ]

    class Submitted(Message):
        """The person pressed Enter on this text. Answer with `remember` when it is taken, else with `give_back`."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class ListWanted(Message):
        """Down was pressed in an empty prompt with nothing to recall below."""

    class ScrollWanted(Message):
        """A key was pressed that scrolls the conversation; `action` is the scrolling widget's."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, menu: SlashMenu) -> None:
        super().__init__(
            placeholder="Type a message, / for commands", highlight_cursor_line=False, compact=True, soft_wrap=True
        )
        self._menu = menu
        self._sent: list[str] = []
        self._recalled = 0
        self._draft = ""

    def remember(self, texts: Iterable[str]) -> None:
        """Add messages to what up and down go through, oldest first; repeats in a row count once."""
        for text in texts:
            if not self._sent or self._sent[-1] != text:
                self._sent.append(text)
        self._recalled = len(self._sent)

    def give_back(self, text: str) -> None:
        """The submitted text was not taken: put it back, before what was typed since."""
        with self.prevent(TextArea.Changed):  # What was said about it must not go as if something had been typed.
            self.put(text + self.text)

    def put(self, text: str) -> None:
        """Replace the draft and set the cursor behind it."""
        self._recalled = len(self._sent)
        self._show(text)

    def offer(self, text: str) -> None:
        """Put a text from elsewhere into the prompt; a draft that was there is what `up` recalls first."""
        if self.text.strip():
            self.remember([self.text])
        self.put(text)

    async def on_key(self, event: events.Key) -> None:
        """Enter sends, Esc closes the menu; they and the bound keys take their turn among the letters.

        A priority binding would overtake the letters typed before it, and an ordinary one, which is looked up only
        after the event has bubbled up, would fall behind those typed after it.
        """
        if event.key == "enter":
            self.submit()
        elif event.key == "escape" and self._menu.is_open:
            self._menu.follow("")
        elif not await self._run_binding(event.key):
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted may hold escape sequences; it is cleaned before it is put in."""
        from tui.core.text import sanitize  # its patterns take 5 ms, which the first paint is spared

        event.text = sanitize(event.text)

    async def _run_binding(self, key: str) -> bool:
        for binding in self._bindings.key_to_bindings.get(key, ()):
            if await app_of(self).run_action(binding.action, self):
                return True
        return False

    def submit(self) -> None:
        """Hand over the draft or the highlighted command; what is typed from now on is the next draft."""
        self._follow_with_menu()
        command = self._menu.highlighted
        if command is not None:
            self._show(f"/{command.name}")
            self._menu.follow("")
        text = self.text
        self.put("")
        # Textual ends a message at the widget that sent it; a clicked command has the chat pane press Enter.
        self.post_message(self.Submitted(text).set_sender(self))

    def action_newline(self) -> None:
        """Begin a new line."""
        self.insert("\n")

    def action_complete(self) -> None:
        """Fill in the highlighted command; without one, go to the next widget."""
        command = self._menu.highlighted
        if command is None:
            self.screen.focus_next()
        else:
            self._show(f"/{command.name}")

    def action_scroll_conversation(self, action: str) -> None:
        """Scroll what is above while typing goes on here."""
        self.post_message(self.ScrollWanted(action))

    def action_cursor_up(self, select: bool = False) -> None:
        """Up: in the menu, within the text, or at its first line to the message sent before."""
        if self._menu.is_open and not self._is_recalling:
            self._menu.move(-1)
        elif not select and self.cursor_at_first_line and self._recalled > 0:
            self._recall(self._recalled - 1)
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Down: in the menu, within the text, or at its last line back towards the draft."""
        if self._menu.is_open and not self._is_recalling:
            self._menu.move(1)
        elif not select and self.cursor_at_last_line and self._is_recalling:
            self._recall(self._recalled + 1)
        elif not select and not self.text:
            self.post_message(self.ListWanted())
        else:
            super().action_cursor_down(select)

    @property
    def _is_recalling(self) -> bool:
        return self._recalled < len(self._sent)

    def _recall(self, index: int) -> None:
        if not self._is_recalling:
            self._draft = self.text
        self._recalled = index
        self._show(self._sent[index] if index < len(self._sent) else self._draft)

    def _show(self, text: str) -> None:
        self.text = text
        self.move_cursor(self.document.end)

    @on(TextArea.Changed)
    def _follow_with_menu(self) -> None:
        self._menu.follow("" if self._is_recalling else self.text)
