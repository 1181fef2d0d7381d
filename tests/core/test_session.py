"""The session: one conversation at a time, everything archived, everything told."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.fakes import FakeHost, MemoryArchive, ScriptedModel, ask, say, tool, waiting_tool
from tui.core.errors import AppError, BusyError, StoreError
from tui.core.events import ConversationOpened, Event, TextDelta, ToolFinished, ToolStarted, UserSaid
from tui.core.models import Models
from tui.core.ports import LimitChoice, UserMessage
from tui.core.session import Session

WAIT_SECONDS = 5


async def stop(_rounds: int) -> LimitChoice:
    return "stop"


def make(model: ScriptedModel, host: FakeHost | None = None) -> tuple[Session, MemoryArchive, list[Event]]:
    archive, shown = MemoryArchive(), list[Event]()
    session = Session(models=Models.only(model), host=host or FakeHost(), archive=archive, now=lambda: 1.0)
    session.attach(shown.append, stop)
    return session, archive, shown


async def test_everything_durable_is_archived_in_order_and_everything_is_shown() -> None:
    session, archive, shown = make(ScriptedModel(say("hello there")))
    await session.send("hi")
    stored = archive.conversations[session.conversation_id]
    assert stored == list(session.events)
    assert [e for e in shown if not isinstance(e, TextDelta)] == stored
    assert any(isinstance(e, TextDelta) for e in shown)


async def test_model_reads_the_conversation_so_far() -> None:
    model = ScriptedModel(say("I am fine"), say("You said hi"))
    session, _, _ = make(model)
    await session.send("hi")
    await session.send("what did I say?")
    texts = [m.text for m in model.asked[1][0] if isinstance(m, UserMessage)]
    assert texts == ["hi", "what did I say?"]
    assert [e.turn for e in session.events if isinstance(e, UserSaid)] == [1, 2]


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 10_001])
async def test_message_that_cannot_be_sent_leaves_no_trace(text: str) -> None:
    session, archive, shown = make(ScriptedModel())
    with pytest.raises(AppError):
        await session.send(text)
    assert not archive.conversations
    assert not shown


async def test_one_turn_at_a_time() -> None:
    started, release = asyncio.Event(), asyncio.Event()
    session, _, _ = make(
        ScriptedModel(ask(("c", "slow", "{}")), say("ok")), FakeHost(slow=waiting_tool(started, release))
    )
    turn = asyncio.create_task(session.send("go"))
    async with asyncio.timeout(WAIT_SECONDS):
        await started.wait()
        assert session.running
        with pytest.raises(BusyError):
            await session.send("me too")
        with pytest.raises(BusyError):
            session.new()
        release.set()
        await turn
    assert not session.running


async def test_opened_conversation_goes_on_where_it_stopped() -> None:
    model = ScriptedModel(say("one"), say("two"), say("three"))
    session, archive, shown = make(model)
    await session.send("first")
    first_id = session.conversation_id
    session.new()
    await session.send("other")
    await session.open(first_id)
    opened = shown[-1]
    assert isinstance(opened, ConversationOpened)
    assert list(opened.events) == archive.conversations[first_id]
    await session.send("second")
    assert [m.text for m in model.asked[2][0] if isinstance(m, UserMessage)] == ["first", "second"]
    assert len(archive.conversations) == 2


async def test_conversation_that_is_not_there_leaves_the_open_one() -> None:
    session, _, _ = make(ScriptedModel(say("one")))
    await session.send("first")
    with pytest.raises(StoreError):
        await session.open("nowhere")
    assert session.events


async def test_cleared_conversation_is_deleted_and_can_be_restored() -> None:
    session, archive, _ = make(ScriptedModel(say("one")))
    await session.send("first")
    cleared = await session.clear()
    assert not session.events
    assert cleared not in archive.conversations
    await archive.restore([cleared])
    await session.open(cleared)
    assert session.events


class SlowArchive(MemoryArchive):
    """Deletes only when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.deleting, self.release = asyncio.Event(), asyncio.Event()

    async def delete(self, conversation_ids: Sequence[str]) -> None:
        await super().delete(conversation_ids)
        self.deleting.set()
        await self.release.wait()


async def test_message_sent_while_its_conversation_is_being_cleared_keeps_the_conversation() -> None:
    started, release = asyncio.Event(), asyncio.Event()
    model = ScriptedModel(say("one"), ask(("c", "slow", "{}")), say("two"))
    archive = SlowArchive()
    session = Session(models=Models.only(model), host=FakeHost(slow=waiting_tool(started, release)), archive=archive)
    await session.send("first")
    conversation_id = session.conversation_id
    async with asyncio.timeout(WAIT_SECONDS):
        clearing = asyncio.create_task(session.clear())
        await archive.deleting.wait()
        turn = asyncio.create_task(session.send("second"))
        await started.wait()
        archive.release.set()
        with pytest.raises(BusyError):
            await clearing
        release.set()
        await turn
    assert session.conversation_id == conversation_id
    assert [e.text for e in session.events if isinstance(e, UserSaid)] == ["first", "second"]
    assert conversation_id in archive.conversations


async def test_tool_run_by_hand_is_logged_but_not_told_to_the_model() -> None:
    model = ScriptedModel(say("hello"))
    session, _, shown = make(model, FakeHost(greet=tool("Hello Ada!")))
    outcome = await session.run_tool("greet", {"name": "Ada"})
    assert outcome.text == "Hello Ada!"
    started, finished = shown
    assert isinstance(started, ToolStarted)
    assert started.by == "person"
    assert isinstance(finished, ToolFinished)
    await session.send("hi")
    assert len(model.asked[0][0]) == 2


async def test_stopped_tool_run_by_hand_is_closed_in_the_log() -> None:
    started, never = asyncio.Event(), asyncio.Event()
    session, _, shown = make(ScriptedModel(), FakeHost(slow=waiting_tool(started, never)))
    run = asyncio.create_task(session.run_tool("slow", {}))
    async with asyncio.timeout(WAIT_SECONDS):
        await started.wait()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
    last = shown[-1]
    assert isinstance(last, ToolFinished)
    assert last.status == "cancelled"


async def test_events_of_a_run_by_hand_stay_with_the_conversation_it_began_in() -> None:
    started, release = asyncio.Event(), asyncio.Event()
    session, archive, shown = make(ScriptedModel(), FakeHost(slow=waiting_tool(started, release)))
    run = asyncio.create_task(session.run_tool("slow", {}))
    async with asyncio.timeout(WAIT_SECONDS):
        await started.wait()
        first = session.conversation_id
        session.new()
        release.set()
        await run
    assert len(archive.conversations[first]) == 2
    assert not session.events
    assert isinstance(shown[-1], ConversationOpened)
