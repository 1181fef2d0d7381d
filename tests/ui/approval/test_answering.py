"""Every answer to a question does what it says: to the tool, to the log, and to the questions after it."""

import asyncio
import json

import pytest
from textual import events
from textual.widgets import Input, TextArea

from tests.fakes import ask, say, tool, waiting_tool
from tests.ui.approval.asking import ForeignHost, asking
from tui.core.events import TurnEnded
from tui.core.ports import FileChange, ToolAnnotations
from tui.ui.approval.above import DenialReason, EditArguments

DELETE = ask(("c1", "delete", '{"path": "a"}'))
TWICE = [DELETE, ask(("c2", "delete", '{"path": "b"}'))]


@pytest.mark.parametrize("key", ["y", "o"])
async def test_allowed_once_runs_with_what_was_asked_and_the_next_call_is_asked_about(key: str) -> None:
    async with asking(*TWICE, say("ok")) as person:
        await person.answer(key)
        await person.app.until(lambda: person.host.calls == [("delete", {"path": "a"})], "it runs")
        await person.answer("n")
        await person.app.settled()
        assert person.statuses() == ["ok", "denied"]
        approval = person.approvals()[0]
        assert (approval.decided_by, approval.scope, approval.edited) == ("person", "once", False)


async def test_allowed_for_the_conversation_is_not_asked_about_there_again() -> None:
    async with asking(*TWICE, say("ok")) as person:
        await person.answer("c")
        await person.app.settled()
        assert person.host.calls == [("delete", {"path": "a"}), ("delete", {"path": "b"})]
        assert [a.decided_by for a in person.approvals()] == ["person", "rule"]


async def test_allowed_for_good_is_not_asked_about_in_another_conversation() -> None:
    async with asking(DELETE, say("ok"), ask(("c1", "delete", "{}")), say("ok")) as person:
        await person.answer("a")
        await person.app.settled()
        person.app.session.new()
        await person.app.send("again")
        await person.app.settled()
        assert person.statuses() == ["ok"]
        assert "for good" in person.approvals()[0].why


@pytest.mark.parametrize("key", ["n", "escape", "enter"])
async def test_denied_call_never_reaches_the_tool(key: str) -> None:
    async with asking(DELETE, say("ok")) as person:
        await person.answer(key)
        await person.app.settled()
        assert person.host.calls == []
        assert person.statuses() == ["denied"]
        assert "not allowed" in person.app.transcript
        assert "not allowed" in person.app.calls


async def test_reason_for_a_denial_is_what_the_model_reads() -> None:
    async with asking(DELETE, say("ok")) as person:
        await person.answer("r")
        await person.app.until(lambda: isinstance(person.app.app.screen, DenialReason), "the line for the reason")
        person.app.app.screen.query_one(Input).value = "use [b]trash[/b] instead"
        await person.app.pilot.press("enter")
        await person.app.settled()
        assert person.approvals()[0].reason == "use [b]trash[/b] instead"
        assert "use [b]trash[/b] instead" in str(person.app.model.asked[1])


async def test_going_back_from_the_reason_answers_nothing() -> None:
    async with asking(DELETE, say("ok")) as person:
        await person.answer("r", "escape")
        assert person.dialog
        await person.app.pilot.press("y")
        await person.app.settled()
        assert person.statuses() == ["ok"]


async def test_edited_arguments_are_shown_again_and_are_exactly_what_is_sent() -> None:
    edited = {"path": "b \u202e", "depth": 1.0, "names": ["ä", None, 10**20]}
    async with asking(DELETE, say("ok")) as person:
        await person.answer("e")
        await person.app.until(lambda: isinstance(person.app.app.screen, EditArguments), "the editor")
        area = person.app.app.screen.query_one(TextArea)
        assert json.loads(area.text) == {"path": "a"}
        for wrong in ("{", "[]", '{"a": 1, "a": 2}', '{"a": NaN}'):
            area.text = wrong
            await person.app.pilot.press("ctrl+s")
            assert isinstance(person.app.app.screen, EditArguments)
        area.text = json.dumps(edited, ensure_ascii=False)
        await person.app.pilot.press("ctrl+s")
        await person.read()
        assert "edited by you" in person.question
        assert "b <U+202E>" in person.question
        assert "cannot be seen" in person.question
        await person.app.pilot.press("y")
        await person.app.settled()
        assert person.host.calls == [("delete", edited)]
        assert person.approvals()[0].edited
        assert "changed the arguments" in str(person.app.model.asked[1])


async def test_what_cannot_be_seen_is_an_escape_in_the_editor_and_stays_what_it_is() -> None:
    hidden = "a\u202eb\u200bc\x1b[31m\U000e0041"
    async with asking(ask(("c1", "delete", json.dumps({"path": hidden}))), say("ok")) as person:
        await person.answer("e")
        await person.app.until(lambda: isinstance(person.app.app.screen, EditArguments), "the editor")
        area = person.app.app.screen.query_one(TextArea)
        assert all(" " <= character <= "~" or character == "\n" for character in area.text)
        area.text = area.text.replace('"path"', '"where"')
        await person.app.pilot.press("ctrl+s")
        await person.answer("y")
        await person.app.settled()
        assert person.host.calls == [("delete", {"where": hidden})]


async def test_edited_arguments_are_asked_about_with_what_they_would_do() -> None:
    host = ForeignHost()
    host.changes["write"] = FileChange("old.txt", "before", "after")
    async with asking(ask(("c1", "write", "{}")), say("ok"), host=host) as person:
        await person.read()
        assert "old.txt" in person.question
        host.changes["write"] = FileChange("other.txt", "quite", "different")
        await person.app.pilot.press("e")
        await person.app.until(lambda: isinstance(person.app.app.screen, EditArguments), "the editor")
        person.app.app.screen.query_one(TextArea).text = '{"filename": "other.txt"}'
        await person.app.pilot.press("ctrl+s")
        await person.app.until(lambda: person.dialog is not None and "quite" in person.question, "the other change")
        assert "old.txt" not in person.question
        await person.answer("n")
        await person.app.settled()


async def test_two_denials_of_one_tool_end_the_turn() -> None:
    async with asking(*TWICE, say("never reached")) as person:
        await person.answer("n")
        await person.app.until(lambda: len(person.app.model.asked) == 2, "the model asks again")
        await person.answer("n")
        await person.app.settled()
        ended = person.app.session.events[-1]
        assert isinstance(ended, TurnEnded)
        assert ended.reason == "denied"
        assert person.host.calls == []


async def test_keys_typed_ahead_answer_nothing_and_it_is_said() -> None:
    async with asking(DELETE, say("ok")) as person:
        dialog = await person.wait()
        await person.app.pilot.press("y", "a", "n", "enter", "escape")
        assert "does not count" in str(dialog.query_one("#hint").render())
        assert dialog.has_class("-quiet")
        assert person.dialog is dialog
        await person.answer("y")
        await person.app.settled()
        assert person.statuses() == ["ok"]
        assert person.approvals()[0].scope == "once"


async def test_typing_goes_on_to_count_for_nothing_for_as_long_as_it_goes_on() -> None:
    async with asking(DELETE, say("ok")) as person:
        dialog = await person.wait()
        for character in "say any day":
            person.watch.seconds += 0.3
            await person.app.pilot.press({" ": "space", ",": "comma"}.get(character, character))
        assert person.dialog is dialog
        await person.answer("n")
        await person.app.settled()
        assert person.statuses() == ["denied"]


async def test_word_that_is_begun_later_answers_nothing_either() -> None:
    async with asking(DELETE, say("ok")) as person:
        await person.answer("h", "e", "y", "a")
        assert person.dialog
        await person.answer("n")
        await person.app.settled()
        assert person.statuses() == ["denied"]


async def test_paste_answers_nothing() -> None:
    async with asking(DELETE, say("ok")) as person:
        dialog = await person.read()
        dialog.post_message(events.Paste("y"))
        await person.app.pilot.press("y")
        assert person.dialog is dialog
        await person.answer("n")
        await person.app.settled()
        assert person.statuses() == ["denied"]


async def test_click_that_comes_too_early_answers_nothing() -> None:
    async with asking(DELETE, say("ok")) as person:
        dialog = await person.wait()
        await person.app.pilot.click("#always")
        assert person.dialog is dialog
        await person.read()
        await person.app.pilot.click("#once")
        await person.app.settled()
        assert [approval.scope for approval in person.approvals()] == ["once"]


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_pressed_twice_it_approves_nothing(key: str) -> None:
    both = ask(("c1", "delete", "{}"), ("c2", "write", "{}"))
    async with asking(both, say("ok")) as person:
        await person.answer(key, key)
        assert person.host.calls == []
        if key == "escape":
            assert person.statuses() == ["denied"]
            await person.answer("n")
            await person.app.settled()
        assert "ok" not in person.statuses()


async def test_several_are_answered_together_but_what_stands_out_stays() -> None:
    host = ForeignHost(**{name: tool(name) for name in ("one", "two", "odd")})
    calls = ask(("c1", "one", "{}"), ("c2", "odd", '{"x": "\\u200b"}'), ("c3", "two", "{}"))
    async with asking(calls, say("ok"), host=host) as person:
        dialog = await person.read()
        assert "1 of 3" in str(dialog.query_one("#heading").render())
        await person.app.pilot.press("A")
        await person.app.until(lambda: len(host.calls) == 2, "two run")
        assert {name for name, _ in host.calls} == {"one", "two"}
        await person.answer("D")
        await person.app.settled()
        assert sorted(person.statuses()) == ["denied", "ok", "ok"]


async def test_another_of_those_that_wait_can_be_answered_first() -> None:
    calls = ask(("c1", "delete", "{}"), ("c2", "write", "{}"))
    async with asking(calls, say("ok")) as person:
        await person.answer("w", "y")
        await person.app.until(lambda: person.host.calls == [("write", {})], "the second runs")
        await person.answer("n")
        await person.app.settled()
        assert len(person.host.calls) == 1


async def test_allowed_for_longer_holds_for_what_waits_of_the_same_tool() -> None:
    calls = ask(("c1", "delete", '{"n": 1}'), ("c2", "delete", '{"n": 2}'), ("c3", "write", "{}"))
    async with asking(calls, say("ok")) as person:
        await person.answer("c")
        await person.app.until(lambda: len(person.host.calls) == 2, "both of the tool run")
        assert {name for name, _ in person.host.calls} == {"delete"}
        await person.answer("n")
        await person.app.settled()


async def test_question_goes_away_with_the_turn() -> None:
    async with asking(DELETE) as person:
        await person.wait()
        assert person.app.screen.interrupt() is None
        await person.app.settled()
        await person.app.until(lambda: person.app.app.screen is person.app.screen, "the question is gone")
        assert person.statuses() == ["cancelled"]
        assert person.host.calls == []


async def test_what_lies_above_the_question_goes_away_with_the_turn_too() -> None:
    async with asking(DELETE) as person:
        await person.answer("e")
        await person.app.until(lambda: isinstance(person.app.app.screen, EditArguments), "the editor")
        person.app.screen.interrupt()
        await person.app.settled()
        await person.app.until(lambda: person.app.app.screen is person.app.screen, "all is gone")
        assert len(person.app.app.screen_stack) == 1


async def test_one_that_is_stopped_leaves_the_others_waiting() -> None:
    async with asking(DELETE, say("ok")) as person:
        await person.wait()
        by_hand = asyncio.create_task(person.app.session.run_tool("write", {"content": "\u202e"}))
        await person.app.until(lambda: len(person.dialog.open_calls()) == 2 if person.dialog else False, "two wait")
        by_hand.cancel()
        await person.app.until(lambda: len(person.dialog.open_calls()) == 1 if person.dialog else False, "one waits")
        await person.answer("y")
        await person.app.settled()
        assert person.host.calls == [("delete", {"path": "a"})]


async def test_new_question_after_the_last_was_answered_gets_its_own_quiet_time() -> None:
    started, release = asyncio.Event(), asyncio.Event()
    host = ForeignHost(delete=waiting_tool(started, release), write=tool("w"))
    async with asking(DELETE, ask(("c2", "write", "{}")), say("ok"), host=host) as person:
        await person.answer("y")
        await person.app.until(started.is_set, "it runs")
        assert person.dialog is None
        release.set()
        await person.wait()
        await person.app.pilot.press("y")
        assert person.dialog
        await person.answer("n")
        await person.app.settled()
        assert [name for name, _ in host.calls] == ["delete"]


async def test_changed_definition_is_said_once_shown_word_by_word_and_asked_about_despite_always() -> None:
    async with asking(DELETE, say("ok"), ask(("c2", "delete", "{}")), say("ok")) as person:
        await person.answer("a")
        await person.app.settled()
        person.host.redefine("delete")
        assert person.app.notice.startswith("! The definition of delete on files has changed")
        person.app.chat.notice.hush()
        person.host.redefine("delete")
        assert person.app.notice == ""
        await person.app.send("again")
        await person.read()
        assert "− " in person.question
        assert "the second version" in person.question
        assert "definition has changed" in person.question
        await person.app.pilot.press("A")
        assert person.dialog, "a changed definition is a decision of its own"
        await person.app.pilot.press("y")
        await person.app.settled()
        assert person.statuses() == ["ok", "ok"]


async def test_tools_that_say_they_only_read_run_unasked_in_that_mode_alone() -> None:
    host = ForeignHost()
    host.hints = ToolAnnotations(read_only=True)
    async with asking(DELETE, say("ok"), DELETE, say("ok"), host=host) as person:
        await person.answer("n")
        await person.app.settled()
        await person.app.pilot.press("f8")
        assert person.app.session.gate.mode == "read_only"
        assert "cannot be checked" in person.app.notice
        await person.app.send("again")
        await person.app.settled()
        assert person.statuses() == ["denied", "ok"]


async def test_no_tool_runs_in_the_mode_for_that_and_the_mode_can_be_typed() -> None:
    async with asking(DELETE, say("ok"), DELETE, say("ok")) as person:
        await person.answer("y")
        await person.app.settled()
        await person.app.send("/mode never")
        await person.app.send("again")
        await person.app.settled()
        assert person.statuses() == ["ok", "denied"]
        await person.app.send("/mode ask")
        assert person.app.session.gate.mode == "ask"
        await person.app.send("/mode sometimes")
        assert "There is no mode" in person.app.notice


async def test_hostile_names_and_a_megabyte_of_arguments_are_shown_literally_and_whole() -> None:
    nasty = "[/x][@click=app.quit]q[/] \x1b[31m"
    big = {nasty: "x " * 250_000, "lines": ["\u202e"] * 20_000}
    async with asking(ask(("c1", "delete", json.dumps(big))), say("ok"), size=(80, 24)) as person:
        dialog = await person.read()
        assert "more lines" in str(dialog.query_one("#more").render())
        assert r"[@click=app.quit]q[/] \u001b[31m" in person.question
        await person.app.pilot.press("end")
        assert "<U+202E>" in person.question
        await person.app.pilot.press("e")
        assert person.dialog, "too long to be edited"
        await person.app.pilot.press("y")
        await person.app.settled()
        assert person.host.calls == [("delete", big)]


async def test_leaving_while_a_question_waits_leaves_and_runs_nothing() -> None:
    async with asking(DELETE) as person:
        await person.wait()
        await person.app.pilot.press("ctrl+q")
        await person.app.until(lambda: not person.app.session.running, "the turn ends")
    assert person.app.app.return_code == 0
    assert person.host.calls == []
    assert person.statuses() == ["cancelled"]


async def test_question_comes_up_above_a_dialog_and_leaves_it_there() -> None:
    async with asking(DELETE, say("ok"), DELETE, say("ok")) as person:
        await person.answer("n")
        await person.app.settled()
        await person.app.pilot.press("f1")
        below = person.app.app.screen
        turn = asyncio.create_task(person.app.session.send("again"))
        await person.answer("y")
        await turn
        await person.app.until(lambda: person.app.app.screen is below, "the help is on top again")
        assert person.statuses() == ["denied", "ok"]
