"""Editing an earlier message, branching off, and going from branch to branch, in the whole screen."""

import asyncio

from tests.fakes import say
from tests.ui.driving import Driven, driving
from tui.core.events import ToolFinished, ToolStarted, UserSaid
from tui.ui.dialogs.branches import BranchesDialog
from tui.ui.dialogs.turns import TurnsDialog
from tui.ui.history.pane import HistoryPane
from tui.ui.top_bar import TopBar


def messages(driven: Driven) -> list[str]:
    """What was said in the open conversation."""
    return [event.text for event in driven.session.events if isinstance(event, UserSaid)]


async def talk(driven: Driven, *texts: str) -> str:
    """Say these things one after the other; returns the conversation's id."""
    for text in texts:
        await driven.send(text)
        await driven.settled()
    return driven.session.conversation_id


def branch_mark(driven: Driven) -> str:
    return driven.screen.query_one(TopBar).branch


def prompt_title(driven: Driven) -> str:
    return str(driven.screen.query_one("#prompt-row").border_title or "")


async def test_an_edited_message_goes_into_a_branch_and_the_original_stays() -> None:
    async with driving(say("a1"), say("a2"), say("a3"), say("b2")) as driven:
        original = await talk(driven, "one", "two", "three")
        await driven.pilot.press("f6")
        assert isinstance(driven.app.screen, TurnsDialog)
        await driven.pilot.press("up", "enter")
        assert driven.draft == "two"
        assert "Editing turn 2" in prompt_title(driven)
        await driven.type(" b")
        await driven.pilot.press("enter")
        await driven.settled()
        assert messages(driven) == ["one", "two b"]
        assert driven.session.conversation_id != original
        assert [e.text for e in driven.archive.conversations[original] if isinstance(e, UserSaid)] == [
            "one",
            "two",
            "three",
        ]
        assert prompt_title(driven) == ""
        await driven.until(lambda: branch_mark(driven) == "⋎ 2 of 2", "the branch is told")
        assert "b2" in driven.transcript
        assert "a2" not in driven.transcript


async def test_esc_leaves_editing_and_the_next_message_goes_on_where_the_conversation_ends() -> None:
    async with driving(say("a1"), say("a2")) as driven:
        original = await talk(driven, "one")
        driven.chat.prompt.put("a draft")
        await driven.pilot.press("f6", "enter")
        await driven.type("!")
        await driven.pilot.press("escape")
        assert driven.draft == ""
        assert prompt_title(driven) == ""
        await driven.pilot.press("up")
        assert driven.draft == "one!"
        await driven.pilot.press("up")
        assert driven.draft == "a draft"
        await talk(driven, "two")
        assert driven.session.conversation_id == original
        assert messages(driven) == ["one", "two"]


async def test_a_refused_message_stays_in_the_prompt_and_in_editing() -> None:
    async with driving(say("a1"), say("b1")) as driven:
        original = await talk(driven, "one")
        await driven.send("/edit 1")
        await driven.send("")
        assert "Editing turn 1" in prompt_title(driven)
        await driven.send("<script>alert(1)</script>")
        assert driven.session.conversation_id == original
        assert "Editing turn 1" in prompt_title(driven)
        await driven.pilot.press("enter")
        await driven.settled()
        assert messages(driven) == ["<script>alert(1)</script>"]
        assert driven.session.conversation_id != original


async def test_opening_another_conversation_ends_editing() -> None:
    async with driving(say("a1"), say("b1")) as driven:
        original = await talk(driven, "one")
        await driven.send("/edit 1")
        await driven.pilot.press("ctrl+n")
        await driven.pilot.pause()
        assert prompt_title(driven) == ""
        await talk(driven, "else")
        assert messages(driven) == ["else"]
        assert len(driven.archive.conversations[original]) < 10


async def test_f_branches_off_before_a_turn() -> None:
    async with driving(say("a1"), say("a2")) as driven:
        original = await talk(driven, "one", "two")
        await driven.pilot.press("f6", "f")
        await driven.until(lambda: driven.session.conversation_id != original, "the branch is open")
        assert messages(driven) == ["one"]
        assert "This is a branch" in driven.notice


async def test_branches_shows_the_family_as_a_tree_and_enter_goes_there() -> None:
    async with driving(say("a1"), say("a2"), say("b2")) as driven:
        original = await talk(driven, "one", "two")
        await driven.send("/edit 2")
        branch = await talk(driven, "two b")
        await driven.send("/branches")
        await driven.until(lambda: isinstance(driven.app.screen, BranchesDialog), "the tree is shown")
        await driven.pilot.press("up", "enter")
        await driven.until(lambda: driven.session.conversation_id == original, "the original is open")
        await driven.until(lambda: branch_mark(driven) == "⋎ 1 of 2", "its place is told")
        await driven.send("/branches")
        await driven.until(lambda: isinstance(driven.app.screen, BranchesDialog), "the tree is shown")
        await driven.pilot.press("enter")
        await driven.pilot.pause()
        assert driven.session.conversation_id == original != branch


async def test_deleting_a_branch_and_taking_that_back_changes_the_mark() -> None:
    async with driving(say("a1"), say("b1")) as driven:
        await talk(driven, "one")
        await driven.send("/edit 1")
        await talk(driven, "two")
        await driven.until(lambda: branch_mark(driven) == "⋎ 2 of 2", "the branch is told")
        await driven.pilot.press("f4")
        await driven.until(lambda: len(driven.screen.query_one(HistoryPane).finder.hits) == 2, "both are listed")
        await driven.pilot.press("down", "d")
        await driven.until(lambda: branch_mark(driven) == "", "it is alone")
        await driven.pilot.press("u")
        await driven.until(lambda: branch_mark(driven) == "⋎ 2 of 2", "both are there again")


async def test_what_cannot_be_edited_or_branched_is_said() -> None:
    async with driving(say("a1")) as driven:
        await driven.pilot.press("f6")
        assert "no message to edit yet" in driven.notice
        await driven.send("/branches")
        await driven.until(lambda: "no conversation to branch yet" in driven.notice, "it is said")
        await talk(driven, "one")
        await driven.send("/edit 7")
        assert "There is no turn 7 here" in driven.notice


async def test_nothing_is_edited_while_an_answer_runs() -> None:
    release = asyncio.Event()
    async with driving([release, *say("late")]) as driven:
        await driven.send("one")
        await driven.model.streaming.wait()
        await driven.pilot.press("f6")
        assert "still running" in driven.notice
        assert not isinstance(driven.app.screen, TurnsDialog)
        release.set()
        await driven.settled()


async def test_a_conversation_of_calls_by_hand_alone_has_nothing_to_edit() -> None:
    async with driving() as driven:
        call = ToolStarted(at=1.0, turn=0, call_id="x", name="t", server="s", arguments={}, by="person")
        done = ToolFinished(at=1.0, turn=0, call_id="x", name="t", status="ok", text="")
        driven.archive.conversations["hand"] = [call, done]
        await driven.session.open("hand")
        await driven.pilot.press("f6")
        assert "no message to edit yet" in driven.notice


async def test_on_the_other_tabs_the_key_is_theirs() -> None:
    async with driving(say("a1")) as driven:
        await talk(driven, "one")
        for tab in ("f3", "f4"):
            await driven.pilot.press(tab, "f6")
            assert not isinstance(driven.app.screen, TurnsDialog)
