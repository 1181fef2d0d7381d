"""What a person wishes of a replay that it cannot do itself."""

from typing import TYPE_CHECKING

from tui.ui.wish import Wish

if TYPE_CHECKING:
    from tui.core.recording import Recording


class ReplayLeft(Wish):
    """The person has seen enough."""


class RecordingMessage(Wish):
    """Something about the recording that is shown."""

    def __init__(self, recording: "Recording") -> None:
        super().__init__()
        self.recording = recording


class RunAgainWanted(RecordingMessage):
    """The same messages are to be sent now."""


class CheckWanted(RecordingMessage):
    """The recorded calls are to be run again and compared."""
