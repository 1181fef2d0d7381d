"""What a person wishes of a replay that it cannot do itself."""

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from tui.core.recording import Recording


class ReplayLeft(Message):
    """The person has seen enough."""


class RecordingMessage(Message):
    """Something about the recording that is shown."""

    def __init__(self, recording: "Recording") -> None:
        super().__init__()
        self.recording = recording


class RunAgainWanted(RecordingMessage):
    """The same messages are to be sent now."""


class CheckWanted(RecordingMessage):
    """The recorded calls are to be run again and compared."""
