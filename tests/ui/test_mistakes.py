"""A mistake of the program itself is said; it does not end the program."""

from tests.fakes import FakeHost, MemoryArchive
from tests.ui.driving import Driven, driving
from tui.core.ports import ConversationSummary, SearchHit, SearchQuery, UsageStatistics


class Mistaken(MemoryArchive):
    """Fails in ways that nobody foresaw."""

    is_wrong = False

    async def summaries(self) -> list[ConversationSummary]:
        if self.is_wrong:
            raise RuntimeError("a list was expected")
        return await super().summaries()

    async def search(self, query: SearchQuery, limit: int = 200) -> list[SearchHit]:
        raise RuntimeError("a query was expected")

    async def statistics(self, since: float | None = None) -> UsageStatistics:
        raise RuntimeError("a number was expected")


class MistakenHost(FakeHost):
    async def restart(self, server: str) -> None:
        raise RuntimeError("a server was expected")


async def said(driven: Driven, *keys: str) -> None:
    """These keys end in words about the mistake, and the next key works."""
    driven.chat.notice.hush()
    await driven.pilot.press(*keys)
    await driven.until(lambda: "Something went wrong inside Callscope (RuntimeError)" in driven.notice, "it is said")
    assert driven.app.is_running


async def test_a_mistake_in_reading_searching_or_counting_the_history_is_said() -> None:
    archive = Mistaken()
    async with driving(archive=archive) as driven:
        archive.is_wrong = True
        await said(driven, "f4")
        archive.is_wrong = False
        await said(driven, "slash", "x")
        await said(driven, "escape", "S")


async def test_a_mistake_in_restarting_a_server_is_said() -> None:
    async with driving(host=MistakenHost()) as driven:
        await said(driven, "f3", "R")
