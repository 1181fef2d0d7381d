"""What a person wishes in the History tab; the screen has it carried out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from tui.ui.wish import Wish

if TYPE_CHECKING:
    from tui.core.ports import ConversationSummary

RecordingUse: TypeAlias = Literal["replay", "check", "record"]
"""What can be done with a conversation as a recording."""


class HistoryWish(Wish):
    """Something to be done with conversations."""


class ConversationChosen(HistoryWish):
    """A person wants to see this conversation, at this turn; 0: where it ends."""

    def __init__(self, conversation_id: str, turn: int = 0) -> None:
        super().__init__()
        self.conversation_id = conversation_id
        self.turn = turn


class ConversationsDeleted(HistoryWish):
    """These conversations were deleted."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__()
        self.ids = tuple(ids)


class ConversationsRestored(HistoryWish):
    """A deletion was taken back."""


class ConversationRenamed(HistoryWish):
    """A person gave a conversation this title; an empty one gives it back its first one."""

    def __init__(self, conversation_id: str, title: str) -> None:
        super().__init__()
        self.conversation_id = conversation_id
        self.title = title


class ConversationPinned(HistoryWish):
    """A person wants a conversation at the top of the list, or no longer there."""

    def __init__(self, conversation_id: str, *, pinned: bool) -> None:
        super().__init__()
        self.conversation_id = conversation_id
        self.pinned = pinned


class ExportWanted(HistoryWish):
    """A person wants this conversation as a file."""

    def __init__(self, summary: "ConversationSummary") -> None:
        super().__init__()
        self.summary = summary


class RecordingWish(HistoryWish):
    """A person wants to see this conversation played, to check it, or to keep it as a test."""

    def __init__(self, summary: "ConversationSummary", what: RecordingUse) -> None:
        super().__init__()
        self.summary = summary
        self.what = what


class StatisticsWanted(HistoryWish):
    """A person wants to see what was used."""
