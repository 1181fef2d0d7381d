"""Plays a recording on the main screen, and gives the screen back to the session afterwards."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.worker import Worker

from tui.core.events import ConversationOpened, Event, UserSaid
from tui.core.recording import Recording
from tui.core.replay import Replay
from tui.core.session import Session
from tui.ui.replay.bar import ReplayBar
from tui.ui.status_line import StatusLine
from tui.ui.top_bar import TopBar

if TYPE_CHECKING:
    from tui.ui.main_screen import MainScreen


class Stage:
    """At most one replay at a time. `present` draws an event; `reopen` shows the session's conversation again.

    While a recording plays, the session's events are held back; a conversation that is opened and a message that is
    sent end the replay.
    """

    def __init__(
        self,
        screen: "MainScreen",
        session: Session,
        present: Callable[[Event], None],
        reopen: Callable[[ConversationOpened], None],
    ) -> None:
        self._screen = screen
        self._session = session
        self._present = present
        self._reopen = reopen
        self._bar: ReplayBar | None = None
        self._worker: Worker[None] | None = None

    @property
    def is_on(self) -> bool:
        """Whether a recording is shown."""
        return self._bar is not None

    def begin(self, recording: Recording) -> None:
        """Play this from its beginning. No turn may be running."""
        self._end()
        screen, clock = self._screen, self._screen.steady
        replay = Replay(recording.events, self._show, changed=self._follow, now=clock.real)
        self._bar = ReplayBar(recording, replay)
        clock.follow(lambda: replay.elapsed)
        screen.query_one(StatusLine).show_recording(is_one=True)
        screen.query_one(TopBar).branch = ""
        screen.chat.begin_replay(self._bar)
        screen.show_tab("chat")
        self._worker = screen.run_worker(replay.run(), group="replay", description="replay", exit_on_error=False)

    def leave(self) -> None:
        """Show the session's conversation again, if a recording is shown."""
        if self.is_on:
            self._end()
            self._reopen(self._opened(len(self._session.events)))

    def holds_back(self, event: Event) -> bool:
        """Whether this event of the session is not to be drawn: a recording is shown, or it has just been drawn."""
        if not self.is_on:
            return False
        if isinstance(event, ConversationOpened):
            self._end()
            return False
        if isinstance(event, UserSaid):
            self._end()
            said = [i for i, known in enumerate(self._session.events) if known is event]
            self._reopen(self._opened(said[-1] + 1 if said else len(self._session.events)))
        return True

    def _opened(self, end: int) -> ConversationOpened:
        events = tuple(self._session.events[:end])
        at = events[-1].at if events else 0.0
        return ConversationOpened(at=at, conversation_id=self._session.conversation_id, events=events)

    def _end(self) -> None:
        if self._worker:
            self._worker.cancel()
            self._worker = None
        if self._bar:
            self._bar = None
            self._screen.steady.follow(None)
            self._screen.chat.end_replay()
            self._screen.query_one(StatusLine).show_recording(is_one=False)

    def _show(self, event: Event) -> None:
        self._present(event)
        self._screen.chat.is_talking = True

    def _follow(self) -> None:
        if self._bar:
            self._bar.follow()
