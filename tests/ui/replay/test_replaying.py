"""Recordings on the real screen: as if live, under the keys of the bar, and gone without a trace."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.core.recorded import two_turns
from tests.fakes import FakeHost, MemoryArchive, say, tool
from tests.ui.driving import FIXED_CLOCKS, Driven, driving
from tui.core.events import Event, UserSaid
from tui.core.example import Example
from tui.core.recording import Recording
from tui.examples import EXAMPLES
from tui.store.recording import read_recording
from tui.ui.beginning import Beginning
from tui.ui.clocks import Clocks
from tui.ui.example_list import ExampleList
from tui.ui.history.messages import RecordingWish
from tui.ui.replay.bar import ReplayBar
from tui.ui.status_line import StatusLine
from tui.ui.top_bar import TopBar
from tui.ui.transcript.transcript import Transcript

MOVING = Clocks(wall=lambda: 1_000.0, write=lambda _at: "12:00")
"""Clocks on which a replay goes on; on fixed ones it stands still, and only keys move it."""


ALL_OF_IT = (120, 100)
"""A terminal in which every example is seen as a whole."""


@asynccontextmanager
async def replaying(
    events: list[Event],
    *,
    archive: MemoryArchive | None = None,
    size: tuple[int, int] = (120, 36),
    clocks: Clocks = FIXED_CLOCKS,
) -> AsyncGenerator[Driven]:
    beginning = Beginning("recording", recording=Recording("A recording", events))
    host = FakeHost(add=tool("5"))
    async with driving(
        say("New."), archive=archive, size=size, host=host, beginning=beginning, clocks=clocks
    ) as driven:
        await driven.until(lambda: driven.screen.focused is bar(driven), "the bar has the keys")
        yield driven


def bar(driven: Driven) -> ReplayBar | None:
    bars = list(driven.screen.query(ReplayBar))
    return bars[0] if bars else None


def words(driven: Driven) -> str:
    """What the bar says."""
    shown = bar(driven)
    assert shown is not None
    return str(shown.render())


def status(driven: Driven) -> str:
    return str(driven.screen.query_one(StatusLine).render())


async def opened(events: list[Event], size: tuple[int, int]) -> tuple[str, str, str]:
    """What the screen shows of these events when they are opened from the history."""
    archive = MemoryArchive()
    archive.conversations["c"] = events
    async with driving(archive=archive, size=size) as driven:
        await driven.session.open("c")
        return await rows(driven)


async def rows(driven: Driven) -> tuple[str, str, str]:
    """The transcript, the calls and the title, once they stand side by side and have come to rest."""
    view = driven.screen.query_one(Transcript)
    await driven.until(lambda: not driven.chat.is_calling or view.size.width < driven.app.size.width - 30, "laid out")
    before, now = ("", ""), (driven.transcript, driven.calls)
    while before != now or not now[0]:
        await driven.pilot.pause()
        before, now = now, (driven.transcript, driven.calls)
    return *now, driven.screen.query_one(TopBar).title


async def play_to_end(driven: Driven) -> None:
    """Play all of it, with everything that streams, at a hundred times its speed."""
    shown = bar(driven)
    assert shown is not None
    shown.action_speed(100)
    await driven.until(lambda: "over" in words(driven), "it ends")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
async def test_a_replayed_example_ends_on_the_screen_that_opening_it_shows(example: Example) -> None:
    assert example.recording is not None
    events = read_recording(example.recording)
    expected = await opened(events, ALL_OF_IT)
    async with replaying(events, size=ALL_OF_IT, clocks=MOVING) as driven:
        await play_to_end(driven)
        assert await rows(driven) == expected


async def test_it_plays_by_itself_and_says_that_it_is_a_recording() -> None:
    async with replaying(two_turns(), clocks=MOVING) as driven:
        assert "◉ recording" in status(driven)
        assert "scripted" not in status(driven)
        await driven.pilot.press("4")
        await driven.until(lambda: "What is 2 + 3?" in driven.transcript, "the message is shown")
        await driven.until(lambda: "✓ add" in driven.calls, "the call is shown")
        assert "turn 1 of 2" in words(driven)
        assert "4x" in words(driven)
        await driven.until(lambda: "over" in words(driven), "it ends")
        assert "You are welcome, any time." in driven.transcript
        assert driven.model.asked == []
        assert driven.host.calls == []


async def test_keys_pause_step_and_go_from_turn_to_turn() -> None:
    async with replaying(two_turns()) as driven:
        await driven.pilot.press("space")
        assert "paused" in words(driven)
        await driven.pilot.press("right", "right", "right")
        assert "add" in driven.calls
        assert "✓" not in driven.calls
        await driven.pilot.press("right_square_bracket")
        assert "turn 2 of 2" in words(driven)
        assert "Thank you." in driven.transcript
        await driven.pilot.press("left_square_bracket")
        assert "turn 1 of 2" in words(driven)
        assert "Thank you." not in driven.transcript
        await driven.pilot.press("0")
        assert "over" in words(driven)
        await driven.pilot.press("home")
        assert "2 turns" in words(driven)
        assert "What is" not in driven.transcript


async def test_a_click_on_the_progress_goes_there() -> None:
    async with replaying(two_turns()) as driven:
        shown = bar(driven)
        assert shown is not None
        await driven.pilot.click(shown, offset=(shown.outer_size.width - 3, 2))
        assert "over" in words(driven)
        await driven.pilot.click(shown, offset=(5, 2))
        assert "0:00 /" in words(driven)


async def test_leaving_shows_the_open_conversation_and_the_draft_again() -> None:
    archive = MemoryArchive()
    async with driving(say("An answer."), archive=archive) as driven:
        await driven.send("A message")
        await driven.settled()
        before = await rows(driven)
        driven.chat.prompt.put("a draft")
        await driven.pilot.pause()
        archive.conversations["c"] = two_turns()
        (summary,) = [s for s in await archive.summaries() if s.id == "c"]
        driven.screen.post_message(RecordingWish(summary, "replay"))
        await driven.until(lambda: driven.screen.focused is bar(driven) is not None, "it plays")
        await driven.pilot.press("0")
        assert "You are welcome" in driven.transcript
        await driven.pilot.press("escape")
        await driven.until(lambda: bar(driven) is None and driven.chat.prompt.has_focus, "the bar is gone")
        assert await rows(driven) == before
        assert driven.draft == "a draft"
        assert "◉ recording" not in status(driven)
        assert len(driven.session.events) == 4


async def test_letters_typed_beside_the_bar_are_its_keys_and_never_a_draft() -> None:
    async with replaying(two_turns()) as driven:
        await driven.pilot.press("0", "tab", "z", "home")
        driven.screen.query_one("Transcript").focus()
        await driven.pilot.press("space")
        assert driven.screen.focused is bar(driven)
        assert driven.draft == ""


async def test_a_new_conversation_and_a_message_end_the_replay() -> None:
    async with replaying(two_turns()) as driven:
        await driven.pilot.press("0", "ctrl+n")
        await driven.until(lambda: bar(driven) is None, "the bar is gone")
        assert "You are welcome" not in driven.transcript
    async with replaying(two_turns()) as driven:
        driven.screen.send_example(Example("One", ("Say something",)), edit=False)
        await driven.until(lambda: bar(driven) is None, "the bar is gone")
        await driven.settled()
        assert "Say something" in driven.transcript
        assert "New." in driven.transcript
        assert driven.transcript.count("Say something") == 1
        assert "You are welcome" not in driven.transcript


async def test_a_draft_that_is_offered_ends_the_replay() -> None:
    async with replaying(two_turns()) as driven:
        driven.screen.send_example(Example("One", ("Edit me",)), edit=True)
        await driven.until(lambda: bar(driven) is None, "the bar is gone")
        assert driven.draft == "Edit me"


async def test_run_again_sends_the_same_messages_in_a_new_conversation() -> None:
    beginning = Beginning("recording", recording=Recording("A recording", two_turns()))
    async with driving(say("Five."), say("Gladly."), beginning=beginning) as driven:
        await driven.until(lambda: driven.screen.focused is bar(driven) is not None, "it plays")
        await driven.pilot.press("R")
        await driven.until(lambda: bar(driven) is None, "the bar is gone")
        await driven.until(lambda: len(driven.model.asked) == 2, "both messages are sent")
        await driven.settled()
        assert driven.transcript.count("What is 2 + 3?") == 1
        assert "Gladly." in driven.transcript
        assert [e.text for e in driven.session.events if isinstance(e, UserSaid)] == ["What is 2 + 3?", "Thank you."]


async def test_nothing_plays_while_an_answer_runs() -> None:
    archive = MemoryArchive()
    archive.conversations["c"] = two_turns()
    release = asyncio.Event()
    async with driving([release, *say("Done.")], archive=archive) as driven:
        await driven.send("Wait")
        await driven.until(lambda: driven.session.running, "it runs")
        (summary,) = [s for s in await archive.summaries() if s.id == "c"]
        driven.screen.post_message(RecordingWish(summary, "replay"))
        await driven.until(lambda: "still running" in driven.notice, "it is refused")
        assert bar(driven) is None
        release.set()
        await driven.settled()


async def test_it_fits_into_eighty_columns() -> None:
    async with replaying(two_turns(), size=(80, 24)) as driven:
        await driven.pilot.press("0")
        assert all(len(line) <= 76 for line in words(driven).split("\n"))
        assert "turn 2 of 2" in words(driven)


async def test_a_recording_is_played_by_its_path_or_from_its_example() -> None:
    path = Path("/recordings/sum.jsonl")
    async with driving() as driven:
        driven.exporter.files[path] = "recording", two_turns()
        await driven.send(f"/replay {path}")
        await driven.until(lambda: driven.screen.focused is bar(driven) is not None, "it plays")
        assert "What is 2 + 3?" in words(driven)
        driven.screen.post_message(ExampleList.WatchWanted(Example("Sums", ("What is 2 + 3?",), recording=path)))
        await driven.pilot.pause()
        await driven.until(lambda: driven.screen.focused is bar(driven) is not None, "it plays anew")
        assert len(driven.screen.query(ReplayBar)) == 1
        await driven.pilot.press("escape")
        await driven.until(lambda: bar(driven) is None and driven.chat.prompt.has_focus, "the bar is gone")


async def test_what_cannot_be_played_is_said() -> None:
    async with driving() as driven:
        await driven.send("/replay nowhere.jsonl")
        await driven.until(lambda: "There is no file “nowhere.jsonl”." in driven.notice, "it is said")
        await driven.send("/replay")
        await driven.until(lambda: "nothing in this conversation yet" in driven.notice, "it is said")
        await driven.pilot.press("ctrl+e")
        await driven.pilot.press("p")
        await driven.until(lambda: "no recording of this example" in driven.notice, "it is said")
        assert bar(driven) is None


async def test_an_edit_that_is_begun_during_a_replay_goes_on_after_it() -> None:
    async with driving(say("An answer.")) as driven:
        await driven.send("A message")
        await driven.settled()
        driven.exporter.files[Path("/sum.jsonl")] = "recording", two_turns()
        await driven.send("/replay /sum.jsonl")
        await driven.until(lambda: driven.screen.focused is bar(driven) is not None, "it plays")
        driven.screen.action_command("edit")
        await driven.until(lambda: driven.app.screen is not driven.screen, "the turns are listed")
        await driven.pilot.press("enter")
        await driven.until(lambda: bar(driven) is None and driven.chat.prompt.has_focus, "the bar is gone")
        assert driven.draft == "A message"
        assert driven.chat.editing == 1
