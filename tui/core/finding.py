"""Which kept conversation is meant."""

from tui.core.errors import StoreError
from tui.core.ports import Archive


async def newest_conversation(archive: Archive) -> str:
    """The id of the conversation that was used last.

    Raises:
        StoreError: there is none, or the history cannot be read.
    """
    summaries = await archive.summaries()
    if not summaries:
        raise StoreError("There is no conversation yet to go on with.", "Begin a new one.")
    return max(summaries, key=lambda summary: summary.updated_at).id


async def conversation_beginning_with(archive: Archive, beginning: str) -> str:
    """The id that begins like this.

    Raises:
        StoreError: there is none, or there are several, or the history cannot be read.
    """
    found = [summary.id for summary in await archive.summaries() if summary.id.startswith(beginning)]
    if len(found) != 1:
        number = f"{len(found)} conversations have" if found else "No conversation has"
        raise StoreError(
            f"{number} an id that begins with {beginning[:40]!r}.", "The application's history (F4) lists them all."
        )
    return found[0]
