"""Which conversation the application begins with."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tui.core.errors import AppError

if TYPE_CHECKING:
    from tui.core.recording import Recording
    from tui.core.session import Session
    from tui.ui.main_screen import MainScreen


@dataclass(frozen=True, slots=True)
class Beginning:
    """`new`: an empty one; `newest`: the one that was used last; `history`: the person picks one in the History tab;
    `chosen`: the one whose id begins with `conversation_id`; `recording`: an empty one, behind a recording that plays.
    """

    kind: Literal["new", "newest", "history", "chosen", "recording"] = "new"
    conversation_id: str = ""
    recording: "Recording | None" = None


async def begin(screen: "MainScreen", session: "Session", beginning: Beginning) -> None:
    """Open what it begins with; what fails is said, and leaves an empty conversation."""
    if beginning.kind == "history":
        screen.show_tab("history")
    elif beginning.kind not in ("new", "recording"):
        try:
            await session.open(await _find(session, beginning))
        except AppError as error:
            screen.say(error.message, "warning", error.hint)


async def _find(session: "Session", beginning: Beginning) -> str:
    """The conversation's id.

    Raises:
        StoreError: there is none, or several begin like that, or the history cannot be read.
    """
    from tui.core.finding import conversation_beginning_with, newest_conversation  # not before the first paint

    if beginning.kind == "newest":
        return await newest_conversation(session.archive)
    return await conversation_beginning_with(session.archive, beginning.conversation_id)
