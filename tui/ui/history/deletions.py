"""What was deleted in this tab, so that it can be taken back, the last first."""

from collections.abc import Sequence

from tui.core.ports import Archive, ConversationSummary


class Deletions:
    """Deletes in the archive, and takes deletions back while the application runs."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._done: list[Sequence[ConversationSummary]] = []

    @property
    def last(self) -> Sequence[ConversationSummary]:
        """What the next undo brings back; empty when there is nothing."""
        return self._done[-1] if self._done else ()

    async def delete(self, summaries: Sequence[ConversationSummary]) -> None:
        """Delete these conversations.

        Raises:
            StoreError: the history cannot be written; nothing was deleted.
        """
        await self._archive.delete([summary.id for summary in summaries])
        self._done.append(summaries)

    async def undo(self) -> Sequence[ConversationSummary]:
        """Take the last deletion back; returns what it was, which is nothing where there is none.

        Raises:
            StoreError: the history cannot be written; it can be tried again.
        """
        if not self._done:
            return ()
        summaries = self._done.pop()
        try:
            await self._archive.restore([summary.id for summary in summaries])
        except BaseException:
            self._done.append(summaries)
            raise
        return summaries
