"""The whole screen, driven by keys on fakes."""

import asyncio

import pytest
from textual import events

from tests.fakes import FakeHost, MemoryArchive, ask, say, tool, waiting_tool
from tests.ui.driving import driving
from tui.core.errors import ModelError
from tui.core.events import TurnEnded, UserSaid
from tui.core.ports import ServerStatus, TextPart
from tui.ui.chat.slash_menu import SlashMenu
from tui.ui.dialogs.examples import ExamplesDialog
from tui.ui.dialogs.help import HelpScreen
from tui.ui.dialogs.limit import LimitDialog
from tui.ui.example_list import ExampleList
from tui.ui.status_line import StatusLine
from tui.ui.tools.messages import PromptChosen
from tui.ui.top_bar import TopBar


async def test_typed_message_is_sent_and_its_answer_and_call_are_shown() -> None:
    async with driving(
        ask(("c", "calculate", '{"a": 15}')), say("It is **120**."), host=FakeHost(calculate=tool("120.0"))
    ) as app:
        await app.type("what is 15 * 8?")
        await app.pilot.press("enter")
        await app.settled()
        assert app.draft == ""
        assert "what is 15 * 8?" in app.transcript
        assert "It is 120." in app.transcript
        assert "calculate" in app.calls
        assert "120.0" in app.calls
        assert app.screen.query_one(TopBar).title == "what is 15 * 8?"


async def test_enter_right_behind_the_text_sends_all_of_it() -> None:
    async with driving(say("ok")) as app:
        await app.pilot.press(*"hello", "enter")
        await app.settled()
        assert [e.text for e in app.session.events if isinstance(e, UserSaid)] == ["hello"]


async def test_message_sent_before_the_session_is_there_is_sent_when_it_is() -> None:
    hold = asyncio.Event()
    async with driving(say("here I am"), hold=hold) as app:
        await app.send("too early?")
        assert app.draft == ""
        assert "Starting" in app.notice
        hold.set()
        await app.until(lambda: bool(app.session.events), "the message is sent")
        await app.settled()
        assert "here I am" in app.transcript


async def test_command_typed_before_the_session_is_there_is_a_command_when_it_is() -> None:
    hold = asyncio.Event()
    async with driving(hold=hold) as app:
        await app.send("/help")
        hold.set()
        await app.until(lambda: isinstance(app.app.screen, HelpScreen), "help is shown")
        assert not app.session.events


async def test_key_of_a_command_pressed_before_the_session_is_there_works_when_it_is() -> None:
    hold = asyncio.Event()
    async with driving(hold=hold) as app:
        await app.pilot.press("f1")
        assert "Starting" in app.notice
        hold.set()
        await app.until(lambda: isinstance(app.app.screen, HelpScreen), "help is shown")


async def test_message_sent_too_early_that_cannot_be_sent_comes_back_with_the_reason() -> None:
    hold = asyncio.Event()
    async with driving(hold=hold) as app:
        await app.send("x" * 10_001)
        hold.set()
        await app.until(lambda: "10,001" in app.notice, "it is refused")
        assert len(app.draft) == 10_001


@pytest.mark.parametrize(
    ("text", "reason"), [("x" * 10_001, "10,001"), ("run eval(x)", "eval("), ("", "nothing to send")]
)
async def test_prompt_of_a_server_that_cannot_be_sent_is_kept_with_the_reason(text: str, reason: str) -> None:
    async with driving() as app:
        app.screen.post_message(PromptChosen(text))
        await app.until(lambda: reason in app.notice, "the reason is said")
        assert app.draft == text
        assert not app.session.events


async def test_newline_key_writes_several_lines_in_one_message() -> None:
    async with driving(say("ok")) as app:
        await app.pilot.press("a", "ctrl+j", "b", "enter")
        await app.settled()
        assert [e.text for e in app.session.events if isinstance(e, UserSaid)] == ["a\nb"]


@pytest.mark.parametrize("text", ["", "x" * 10_001])
async def test_message_that_cannot_be_sent_stays_in_the_prompt_with_the_reason(text: str) -> None:
    async with driving() as app:
        await app.send(text)
        await app.pilot.pause()
        assert app.draft == text
        assert "type a message" in app.notice or "10,001" in app.notice
        assert not app.session.events


async def test_suspicious_message_is_held_back_once_and_then_sent() -> None:
    async with driving(say("I see")) as app:
        await app.send("what does eval(x) do?")
        await app.pilot.pause()
        assert "eval(" in app.notice
        assert app.draft == "what does eval(x) do?"
        assert not app.session.events
        await app.pilot.press("enter")
        await app.settled()
        assert app.draft == ""
        assert app.notice == ""
        assert "I see" in app.transcript


async def test_esc_stops_the_answer_and_the_next_message_works() -> None:
    async with driving([TextPart("half an "), asyncio.Event()], say("whole")) as app:
        await app.send("go")
        await app.until(app.model.streaming.is_set, "the answer streams")
        await app.pilot.press("escape")
        await app.settled()
        assert "half an" in app.transcript
        ends = [e.reason for e in app.session.events if isinstance(e, TurnEnded)]
        assert ends == ["cancelled"]
        await app.send("again")
        await app.settled()
        assert "whole" in app.transcript


async def test_answer_that_is_stopped_in_the_same_moment_it_is_asked_for_blocks_nothing() -> None:
    async with driving(say("whole")) as app:
        app.chat.prompt.put("go")
        for key in ("enter", "escape"):
            app.app.post_message(events.Key(key, None))
        await app.until(lambda: app.draft == "", "it is submitted")
        await app.settled()
        await app.send("again")
        await app.until(lambda: "whole" in app.transcript, "the next message is answered")


async def test_esc_stops_a_running_tool() -> None:
    started, never = asyncio.Event(), asyncio.Event()
    async with driving(ask(("c", "slow", "{}")), host=FakeHost(slow=waiting_tool(started, never))) as app:
        await app.send("go")
        await app.until(started.is_set, "the tool runs")
        await app.pilot.press("escape")
        await app.settled()
        assert "slow" in app.calls
        assert [e.reason for e in app.session.events if isinstance(e, TurnEnded)] == ["cancelled"]


async def test_message_sent_meanwhile_waits_for_its_turn() -> None:
    release = asyncio.Event()
    async with driving([TextPart("one"), release, *say("done")], say("two")) as app:
        await app.send("first")
        await app.until(app.model.streaming.is_set, "the answer streams")
        await app.send("second")
        assert "1 message" in app.notice
        release.set()
        await app.until(lambda: len(app.model.asked) == 2, "the second is asked")
        await app.settled()
        assert app.notice == ""
        assert [e.text for e in app.session.events if isinstance(e, UserSaid)] == ["first", "second"]


async def test_word_about_a_running_answer_goes_when_the_answer_has_ended() -> None:
    release = asyncio.Event()
    async with driving([TextPart("one"), release, *say("done")]) as app:
        await app.send("first")
        await app.until(app.model.streaming.is_set, "the answer streams")
        await app.pilot.press("ctrl+n")
        assert "still running" in app.notice
        release.set()
        await app.settled()
        await app.until(lambda: app.notice == "", "the word is taken back")


async def test_palette_does_not_open_over_a_dialog() -> None:
    async with driving() as app:
        await app.pilot.press("f1")
        await app.pilot.pause()
        await app.pilot.press("ctrl+p")
        await app.pilot.pause()
        assert isinstance(app.app.screen, HelpScreen)


async def test_esc_drops_what_waits() -> None:
    async with driving([TextPart("one"), asyncio.Event()]) as app:
        await app.send("first")
        await app.until(app.model.streaming.is_set, "the answer streams")
        await app.send("second")
        await app.pilot.press("escape")
        await app.settled()
        assert [e.text for e in app.session.events if isinstance(e, UserSaid)] == ["first"]
        assert "Dropped 1" in app.notice


async def test_failure_of_the_endpoint_is_said_and_one_key_tries_again() -> None:
    failure = ModelError("The key was refused.", "Check AZURE_OPENAI_API_KEY.")
    async with driving([failure], say("now it works")) as app:
        await app.send("hello")
        await app.settled()
        assert "The key was refused." in app.transcript
        assert "Check AZURE_OPENAI_API_KEY." in app.transcript
        assert "Ctrl+R" in app.notice
        await app.pilot.press("ctrl+r")
        await app.until(lambda: len(app.model.asked) == 2, "it is sent again")
        await app.settled()
        assert "now it works" in app.transcript


async def test_up_and_down_recall_what_was_sent_and_keep_the_draft() -> None:
    async with driving(say("a"), say("b")) as app:
        for text in ("first", "second"):
            await app.send(text)
            await app.settled()
        await app.type("draft")
        await app.pilot.press("up")
        assert app.draft == "second"
        await app.pilot.press("up")
        assert app.draft == "first"
        await app.pilot.press("down", "down")
        assert app.draft == "draft"


async def test_slash_shows_the_commands_and_tab_completes() -> None:
    async with driving() as app:
        await app.type("/ex")
        await app.pilot.press("tab")
        assert app.draft == "/examples"
        await app.pilot.press("enter")
        await app.pilot.pause()
        assert isinstance(app.app.screen, ExamplesDialog)
        assert app.draft == ""


async def test_esc_closes_the_commands_and_keeps_the_draft() -> None:
    async with driving() as app:
        await app.type("/")
        menu = app.chat.query_one(SlashMenu)
        assert menu.is_open
        await app.pilot.press("escape")
        assert not menu.is_open
        assert app.draft == "/"


async def test_unknown_command_is_named_and_stays_to_be_mended() -> None:
    async with driving() as app:
        await app.send("/nonsense")
        await app.pilot.pause()
        assert "/nonsense" in app.notice
        assert app.draft == "/nonsense"
        assert not app.session.events


async def test_text_that_only_begins_like_a_command_is_a_message() -> None:
    async with driving(say("a folder")) as app:
        await app.send("/etc/hosts is what?")
        await app.settled()
        assert "a folder" in app.transcript


async def test_down_in_the_empty_chat_leads_to_the_examples_and_enter_sends_one() -> None:
    async with driving(say("120")) as app:
        await app.pilot.press("down")
        assert isinstance(app.app.focused, ExampleList)
        await app.pilot.press("enter")
        await app.until(lambda: bool(app.session.events), "the example is sent")
        await app.settled()
        assert "Calculate 15 * 8" in app.transcript


async def test_example_of_several_messages_sends_them_one_after_the_other() -> None:
    async with driving(say("one"), say("two")) as app:
        await app.pilot.press("ctrl+e", "down", "enter")
        await app.until(lambda: len(app.model.asked) == 2, "both are sent")
        await app.settled()
        assert [e.text for e in app.session.events if isinstance(e, UserSaid)] == ["first message", "second message"]


async def test_example_can_be_edited_before_it_is_sent() -> None:
    async with driving() as app:
        await app.pilot.press("ctrl+e", "e")
        await app.pilot.pause()
        assert app.draft == "Calculate 15 * 8"
        assert app.app.focused is app.chat.prompt
        assert not app.session.events


async def test_draft_that_an_example_replaces_can_be_recalled() -> None:
    async with driving() as app:
        await app.type("half a thought")
        await app.pilot.press("ctrl+e", "e")
        await app.pilot.pause()
        assert app.draft == "Calculate 15 * 8"
        await app.pilot.press("up")
        assert app.draft == "half a thought"


async def test_round_limit_asks_the_person() -> None:
    rounds = [ask((f"c{i}", "one", "{}")) for i in range(10)]
    async with driving(*rounds, say("wrapped up"), host=FakeHost(one=tool())) as app:
        await app.send("go")
        await app.until(lambda: isinstance(app.app.screen, LimitDialog), "the dialog is shown")
        await app.pilot.press("w")
        await app.settled()
        assert "wrapped up" in app.transcript


async def test_cleared_conversation_comes_back_with_undo() -> None:
    async with driving(say("remember me")) as app:
        await app.send("hello")
        await app.settled()
        await app.send("/clear")
        await app.until(lambda: not app.session.events, "it is cleared")
        assert not app.archive.conversations
        await app.send("/undo")
        await app.until(lambda: bool(app.session.events), "it is back")
        await app.pilot.pause()
        assert "remember me" in app.transcript


async def test_new_conversation_leaves_the_old_one_in_the_history_to_reopen() -> None:
    async with driving(say("the old answer"), say("new"), host=FakeHost()) as app:
        await app.send("the old question")
        await app.settled()
        await app.pilot.press("ctrl+n")
        await app.pilot.pause()
        assert not app.session.events
        await app.pilot.press("f4")
        await app.pilot.pause()
        await app.pilot.press("enter")
        await app.until(lambda: bool(app.session.events), "it is open again")
        await app.pilot.pause()
        assert "the old answer" in app.transcript
        assert app.screen.query_one(TopBar).active == "chat"
        assert app.screen.query_one(TopBar).title == "the old question"


async def test_deleting_the_open_conversation_begins_a_new_one() -> None:
    async with driving(say("answer")) as app:
        await app.send("question")
        await app.settled()
        await app.pilot.press("f4")
        await app.pilot.pause()
        await app.pilot.press("d")
        await app.until(lambda: not app.session.events, "a new one begins")
        assert not app.archive.conversations


async def test_deleting_the_conversation_of_a_running_turn_stops_it_first() -> None:
    async with driving([TextPart("half"), asyncio.Event()]) as app:
        await app.send("question")
        await app.until(app.model.streaming.is_set, "the answer streams")
        await app.pilot.press("f4")
        await app.pilot.pause()
        await app.pilot.press("d")
        await app.until(lambda: not app.session.events, "a new one begins")
        assert not app.session.running
        assert app.model.streams_closed == 1


async def test_server_that_is_down_is_said_with_what_to_do() -> None:
    async with driving() as app:
        app.host.set_status(ServerStatus("far", "down", detail="Nothing listens there.", hint="Start it."))
        await app.pilot.pause()
        assert "Nothing listens there." in app.notice
        assert "Start it." in app.notice
        await app.send("/server restart")
        await app.until(lambda: app.host.restarted == ["far"], "it is restarted")


async def test_archive_that_cannot_save_is_said() -> None:
    archive = MemoryArchive()
    archive.problem = "History is not being saved: the disk is full."
    async with driving(archive=archive) as app:
        assert "the disk is full" in app.notice
        assert "! history" in app.screen.query_one(StatusLine).render().plain


async def test_archive_that_fails_while_running_is_said_and_one_that_fails_while_leaving_does_no_harm() -> None:
    async with driving() as app:
        app.archive.set_problem("History is not being saved: the disk is full.")
        assert "the disk is full" in app.notice
    app.archive.set_problem("History is not being saved: it was closed.")


async def test_server_that_is_down_is_said_and_taken_back_when_it_is_ready() -> None:
    async with driving() as app:
        app.host.set_status(ServerStatus("far", "down", detail="No answer.", hint="Start it."))
        assert "No answer." in app.notice
        app.host.set_status(ServerStatus("far", "ready"))
        assert "far is ready." in app.notice
        assert "No answer." not in app.notice


async def test_help_lists_the_commands_and_esc_closes_it() -> None:
    async with driving() as app:
        await app.pilot.press("f1")
        await app.pilot.pause()
        assert isinstance(app.app.screen, HelpScreen)
        await app.pilot.press("escape")
        await app.pilot.pause()
        assert app.app.screen is app.screen


async def test_ctrl_c_twice_leaves_and_once_only_says_so() -> None:
    async with driving() as app:
        await app.pilot.press("ctrl+c")
        await app.pilot.pause()
        assert "again to quit" in app.notice
        assert app.app.is_running
        await app.pilot.press("ctrl+c")
        await app.until(lambda: not app.app.is_running, "it leaves")


async def test_palette_of_another_theme_works_and_the_theme_key_switches() -> None:
    async with driving() as app:
        app.app.theme = "nord"
        await app.pilot.pause()
        await app.pilot.press("f9")
        assert app.app.theme == "callscope-light"


async def test_markup_and_escapes_from_everywhere_are_shown_literally() -> None:
    nasty = "[/x][@click=app.quit]q[/] [b]"
    host = FakeHost(**{"[/x]": tool(nasty)})
    host.statuses = [ServerStatus("bundled", "ready", bundled=True)]
    async with driving(ask(("c", "[/x]", '{"[/x]": "[@click=app.quit]"}')), say(nasty), host=host) as app:
        await app.send(nasty)
        await app.settled()
        assert nasty in app.transcript
        assert "[/x]" in app.calls
        host.set_status(ServerStatus("[/x]", "down", detail=nasty, hint=nasty))
        for key in ("f3", "f4", "f2"):
            await app.pilot.press(key)
            await app.pilot.pause()
        assert nasty in app.notice
        assert app.app.is_running


async def test_mistake_of_the_program_is_said_and_the_draft_is_kept() -> None:
    async with driving() as app:
        await app.send("there is no answer scripted")
        await app.settled()
        await app.type("draft")
        assert "Something went wrong inside Callscope" in app.transcript
        assert app.draft == "draft"
