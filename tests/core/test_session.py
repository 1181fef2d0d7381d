"""The session: one conversation at a time, everything archived, everything told."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.fakes import FakeHost, MemoryArchive, ScriptedModel, ask, say, tool, waiting_tool
from tui.core.errors import AppError, BusyError, SettingsError, StoreError
from tui.core.events import (
    ConversationOpened,
    Event,
    Forked,
    ModelChosen,
    Pinned,
    Renamed,
    SystemPromptChanged,
    TextDelta,
    ToolFinished,
    ToolStarted,
    TurnEnded,
    UserSaid,
)
from tui.core.models import Models
from tui.core.ports import LimitChoice, SystemMessage, UserMessage
from tui.core.session import SYSTEM_PROMPT, Session
from tui.core.showing import ShowInOrder

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


async def test_a_conversation_that_went_on_elsewhere_goes_on_here_in_a_branch() -> None:
    session, archive, _ = make(ScriptedModel(say("one"), say("two")))
    await session.send("hi")
    shared = session.conversation_id
    archive.append(shared, UserSaid(at=1.0, turn=2, text="from another window"))
    elsewhere = list(archive.conversations[shared])
    await session.send("from here")
    assert archive.conversations[shared] == elsewhere
    assert session.events[0] == Forked(at=1.0, origin=shared, turn=2)
    assert [e.text for e in session.events if isinstance(e, UserSaid)] == ["hi", "from here"]
    assert archive.conversations[session.conversation_id] == list(session.events)


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


async def test_conversation_goes_to_the_model_that_was_chosen_for_it_also_when_it_is_opened_again() -> None:
    small, large = ScriptedModel(say("s"), label="small"), ScriptedModel(say("l"), say("l"), label="large")
    models = Models()
    models.add("small", small)
    models.add("large", large)
    session = Session(models=models, host=FakeHost(), archive=MemoryArchive(), now=lambda: 1.0)
    session.attach(lambda _: None, stop)
    session.choose_model("large")
    await session.send("hi")
    first = session.conversation_id
    session.new()
    assert session.model_name == "small"
    await session.send("hi")
    await session.open(first)
    assert session.model_name == "large"
    await session.send("again")
    assert (len(small.asked), len(large.asked)) == (1, 2)
    with pytest.raises(SettingsError, match="no model called"):
        session.choose_model("huge")


async def test_conversation_with_a_model_that_is_gone_goes_on_with_the_default_one() -> None:
    archive = MemoryArchive()
    archive.append("old", ModelChosen(at=1.0, name="retired"))
    archive.append("old", UserSaid(at=1.0, turn=1, text="hi"))
    session = Session(models=Models.only(ScriptedModel(say("hello"))), host=FakeHost(), archive=archive)
    await session.open("old")
    assert (session.missing_model, session.model_name) == ("retired", "scripted")


async def test_system_prompt_belongs_to_its_conversation() -> None:
    model = ScriptedModel(say("1"), say("2"))
    session, _, _ = make(model)
    session.change_system_prompt("Answer in rhymes.")
    await session.send("hi")
    session.new()
    await session.send("hi")
    prompts = [messages[0] for messages, _, _ in model.asked]
    assert prompts == [SystemMessage("Answer in rhymes."), SystemMessage(SYSTEM_PROMPT)]


async def test_branch_begins_before_the_turn_and_leaves_the_original_as_it_was() -> None:
    model = ScriptedModel(say("1"), say("2"), say("other"))
    session, archive, shown = make(model)
    await session.send("one")
    await session.send("two")
    original, before = session.conversation_id, list(session.events)
    session.fork(2)
    await session.send("two, but different")
    assert archive.conversations[original] == before
    assert archive.conversations[session.conversation_id] == list(session.events)
    assert session.events[0] == Forked(at=1.0, origin=original, turn=2)
    said = [(e.turn, e.text) for e in session.events if isinstance(e, UserSaid)]
    assert said == [(1, "one"), (2, "two, but different")]
    assert [m.text for m in model.asked[2][0] if isinstance(m, UserMessage)] == ["one", "two, but different"]
    opened = [e for e in shown if isinstance(e, ConversationOpened)]
    assert opened[-1].conversation_id == session.conversation_id


async def test_adopted_recording_becomes_a_conversation_that_can_go_on() -> None:
    session, archive, _ = make(ScriptedModel(say("yes")))
    cut = [
        UserSaid(at=1.0, turn=1, text="hi"),
        ToolStarted(at=2.0, turn=1, call_id="c", name="t", server="s", arguments={}),
    ]
    session.adopt(cut)
    assert [type(e) for e in session.events] == [UserSaid, ToolStarted, ToolFinished, TurnEnded]
    await session.send("go on")
    assert archive.conversations[session.conversation_id] == list(session.events)


async def test_names_and_pins_of_open_and_other_conversations_are_kept() -> None:
    session, archive, shown = make(ScriptedModel(say("1")))
    await session.send("one")
    first = session.conversation_id
    session.rename(first, "The first")
    assert Renamed(at=1.0, title="The first") in shown
    session.new()
    session.pin(first, pinned=True)
    assert [type(e) for e in archive.conversations[first][-2:]] == [Renamed, Pinned]
    assert (await archive.summaries())[0].title == "The first"


class SlowDisk(MemoryArchive):
    """Stores an event when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.storing: list[asyncio.Future[None]] = []

    def append(self, conversation_id: str, event: Event) -> asyncio.Future[None]:
        super().append(conversation_id, event)
        self.storing.append(asyncio.get_running_loop().create_future())
        return self.storing[-1]


async def test_nothing_is_shown_before_it_is_stored_and_nothing_overtakes() -> None:
    archive, shown = SlowDisk(), list[Event]()
    session = Session(models=Models.only(ScriptedModel(say("a b"))), host=FakeHost(), archive=archive)
    session.attach(shown.append, stop)
    await session.send("hi")
    assert shown == []
    for stored in archive.storing[1:]:
        stored.set_result(None)
    await asyncio.sleep(0)
    assert shown == [], "the first is still being stored"
    archive.storing[0].set_result(None)
    async with asyncio.timeout(WAIT_SECONDS):
        await session.shown()
    assert [e for e in shown if not isinstance(e, TextDelta)] == list(session.events)
    kinds = [type(e) for e in shown]
    assert kinds.index(TextDelta) > kinds.index(UserSaid)


async def test_disk_that_hangs_does_not_hold_up_the_screen_for_ever() -> None:
    shown: list[Event] = []
    showing = ShowInOrder(shown.append, patience=0.01)
    never: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    showing.add(UserSaid(at=1.0, turn=1, text="hi"), never)
    async with asyncio.timeout(WAIT_SECONDS):
        await showing.drained()
    assert len(shown) == 1


async def test_settings_of_an_empty_conversation_wait_for_its_first_message() -> None:
    session, archive, shown = make(ScriptedModel(say("1")))
    session.change_system_prompt("Answer in rhymes.")
    assert archive.conversations == {}
    assert shown == [SystemPromptChanged(at=1.0, text="Answer in rhymes.")]
    await session.send("hi")
    stored = archive.conversations[session.conversation_id]
    assert stored == list(session.events)
    assert isinstance(stored[0], SystemPromptChanged)
