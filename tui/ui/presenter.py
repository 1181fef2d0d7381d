"""Brings the session's events onto the screen: the views draw them, the frame follows the conversation."""

from collections.abc import Callable, Sequence

from tui.core.events import CallAnnounced, ConversationOpened, Event, Renamed, ToolStarted, TurnEnded, UserSaid
from tui.core.transcript import title, title_of
from tui.ui.chat.pane import ChatPane
from tui.ui.gc_pauses import collect_between_turns
from tui.ui.status_line import StatusLine
from tui.ui.top_bar import TopBar


class Presenter:
    """`show` is the only way in, for live, reopened and replayed conversations alike."""

    def __init__(
        self, views: Sequence[Callable[[Event], None]], chat: ChatPane, status: StatusLine, top_bar: TopBar
    ) -> None:
        self._views = [*views, status.show]
        self._chat = chat
        self._status = status
        self._top_bar = top_bar
        self._title_of_said = ""
        """The title that the conversation's first message gives it, for when a person takes away the one they gave."""

    def show(self, event: Event) -> None:
        """Draw one event everywhere."""
        if isinstance(event, ConversationOpened):
            self._open(event)
        for view in self._views:
            view(event)
        self._follow(event)

    def _open(self, event: ConversationOpened) -> None:
        said = [e.text for e in event.events if isinstance(e, UserSaid)]
        self._title_of_said = title(said[0]) if said else ""
        self._top_bar.title = title_of(event.events)
        self._chat.is_talking = bool(said)
        self._chat.is_calling = any(isinstance(e, ToolStarted) for e in event.events)
        if not self._chat.is_replaying:
            self._chat.prompt.remember(said)

    def _follow(self, event: Event) -> None:
        match event:
            case UserSaid(text=text):
                self._chat.is_talking = True
                if not self._title_of_said:
                    self._title_of_said = title(text)
                    self._top_bar.title = self._top_bar.title or self._title_of_said
            case Renamed():
                self._top_bar.title = event.title or self._title_of_said
            case CallAnnounced() | ToolStarted():
                self._chat.is_calling = True
            case TurnEnded():
                self._status.call_later(collect_between_turns)
            case _:
                pass
