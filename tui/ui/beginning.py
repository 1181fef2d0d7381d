"""Which conversation the application begins with."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tui.core.errors import AppError, StoreError

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
    summaries = await session.archive.summaries()
    if beginning.kind == "newest":
        if not summaries:
            raise StoreError("There is no conversation yet to go on with.", "This is a new one.")
        return max(summaries, key=lambda summary: summary.updated_at).id
    found = [s.id for s in summaries if s.id.startswith(beginning.conversation_id)]
    if len(found) != 1:
        number = f"{len(found)} conversations have" if found else "No conversation has"
        raise StoreError(f"{number} an id that begins with {beginning.conversation_id[:40]!r}.", "F4 lists them all.")
    return found[0]
