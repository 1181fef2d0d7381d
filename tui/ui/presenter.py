"""Brings the session's events onto the screen: the views draw them, the frame follows the turn."""

from collections.abc import Callable, Sequence

from tui.core.events import (
    CallAnnounced,
    ConversationOpened,
    Event,
    ModelAnswered,
    ModelAsked,
    TextDelta,
    ToolFinished,
    ToolStarted,
    TurnEnded,
    UserSaid,
)
from tui.core.transcript import title
from tui.ui.chat.pane import ChatPane
from tui.ui.gc_pauses import collect_between_turns
from tui.ui.status_line import StatusLine
from tui.ui.top_bar import TopBar


class Presenter:
    """`show` is the only way in, for live, reopened and replayed conversations alike."""

    def __init__(
        self, views: Sequence[Callable[[Event], None]], chat: ChatPane, status: StatusLine, top_bar: TopBar
    ) -> None:
        self._views = views
        self._chat = chat
        self._status = status
        self._top_bar = top_bar

    def show(self, event: Event) -> None:
        """Draw one event everywhere."""
        if isinstance(event, ConversationOpened):
            self._open(event)
        for view in self._views:
            view(event)
        self._follow_conversation(event)
        self._follow_turn(event)

    def _open(self, event: ConversationOpened) -> None:
        said = [e.text for e in event.events if isinstance(e, UserSaid)]
        used = [e.usage for e in event.events if isinstance(e, ModelAnswered) and e.usage]
        self._top_bar.title = title(said[0]) if said else ""
        self._chat.is_talking = bool(said)
        self._chat.is_calling = any(isinstance(e, ToolStarted) for e in event.events)
        self._chat.prompt.remember(said)
        self._status.end_turn()
        self._status.set_tokens(used[-1].input_tokens + used[-1].output_tokens if used else 0)

    def _follow_conversation(self, event: Event) -> None:
        match event:
            case UserSaid(turn=turn, text=text):
                self._chat.is_talking = True
                if turn == 1:
                    self._top_bar.title = title(text)
            case CallAnnounced() | ToolStarted():
                self._chat.is_calling = True
            case TurnEnded():
                self._status.call_later(collect_between_turns)
            case _:
                pass

    def _follow_turn(self, event: Event) -> None:
        status = self._status
        match event:
            case UserSaid(text=text):
                status.begin_turn()
                status.add_text(text)
            case ModelAsked():
                status.doing = "thinking"
            case TextDelta(text=text):
                status.doing = "answering"
                status.add_text(text)
            case ModelAnswered(usage=usage) if usage:
                status.set_tokens(usage.input_tokens + usage.output_tokens)
            case ToolStarted(by="model"):
                status.doing = "running tools"
            case ToolFinished(turn=turn, text=text) if turn:
                status.add_text(text)
            case TurnEnded():
                status.end_turn()
            case _:
                pass
