"""What waits, what was decided and what ran unasked is on the screen, live and reopened alike."""

import pytest
from textual.widgets import OptionList, Static

from tests.fakes import FakeHost, ask, say, tool
from tests.ui.approval.asking import ADDRESS, ForeignHost, asking
from tests.ui.driving import driving
from tui.core.events import Approval, ApprovalAsked, ToolFinished, ToolStarted, TurnEnded, UserSaid
from tui.core.ports import FileChange, ToolAnnotations, ToolSpec
from tui.ui.approval.allowed import AllowedDialog
from tui.ui.approval.words import decision
from tui.ui.lines.block_view import BlockView
from tui.ui.status_line import StatusLine
from tui.ui.tool_log.call_detail import CallDetail

DELETE = ask(("c1", "delete", '{"path": "a"}'))


async def test_call_waits_in_sight_until_it_is_answered() -> None:
    async with asking(DELETE, say("ok")) as person:
        await person.wait()
        assert "? delete" in person.app.calls
        assert "waiting for you" in person.app.calls
        assert "? delete  waiting for you" in person.app.transcript
        assert "waiting for you" in str(person.app.screen.query_one(StatusLine).render())
        await person.answer("y")
        await person.app.settled()
        assert "waiting" not in person.app.calls + person.app.transcript
        assert person.app.transcript.count("delete") == 1


async def test_call_in_full_says_who_decided_and_why_it_was_asked_about() -> None:
    async with asking(DELETE, say("ok")) as person:
        await person.answer("c")
        await person.app.settled()
        await person.app.pilot.press("tab", "tab", "enter")
        await person.app.until(lambda: isinstance(person.app.app.screen, CallDetail), "the call in full")
        view = person.app.app.screen.query_one(BlockView)
        text = "\n".join(view.render_line(y).text for y in range(view.size.height))
        assert "you allowed it for this conversation" in text
        assert "is not part of Callscope" in text


@pytest.mark.parametrize(
    ("approval", "denied", "words"),
    [
        (Approval(), False, ""),
        (Approval("rule", why="It only reads."), False, "ran unasked: it only reads."),
        (Approval("rule", why="No tools run now."), True, "did not run: no tools run now."),
        (Approval("person", "once"), False, "you allowed it once"),
        (Approval("person", "always", edited=True), False, "you allowed it for good, with arguments that you changed"),
        (Approval("person", reason="no \u202e"), True, "you did not allow it: no <U+202E>"),
    ],
)
def test_decisions_in_words(approval: Approval, denied: bool, words: str) -> None:
    assert decision(approval, denied=denied) == words


class Bundled(FakeHost):
    """The bundled server's tool that writes a new file."""

    def specs(self) -> list[ToolSpec]:
        hints = ToolAnnotations(read_only=False, destructive=True, open_world=False)
        return [ToolSpec("save", "bundled", "Saves.", {"type": "object"}, annotations=hints)]

    async def file_change(self, name: str, arguments: object) -> FileChange | None:
        return FileChange("new.txt", None, "text")


async def test_new_file_is_written_unasked_and_told() -> None:
    async with driving(ask(("c1", "save", "{}")), say("ok"), host=Bundled(save=tool("saved"))) as app:
        await app.send("go")
        await app.settled()
        assert "ran unasked: it only creates the new file “new.txt”." in app.transcript


async def test_reopened_conversation_shows_the_same_and_an_unanswered_question_as_not_run() -> None:
    at = 1.0
    asked = ApprovalAsked(at=at, turn=1, call_id="c1", name="delete", server="files", arguments={}, risk="", why="")
    denied = ToolStarted(
        at=at, turn=1, call_id="c2", name="write", server="files", arguments={}, approval=Approval("person", why="w")
    )
    log = [
        UserSaid(at=at, turn=1, text="go"),
        asked,
        denied,
        ToolFinished(at=at, turn=1, call_id="c2", name="write", status="denied", text="not allowed"),
        TurnEnded(at=at, turn=1, reason="done", seconds=1),
    ]
    async with driving() as app:
        app.archive.conversations["old"] = list(log)
        await app.session.open("old")
        await app.pilot.pause()
        assert "⊘ delete  not run" in app.transcript
        assert "⊘ write  not allowed" in app.transcript
        assert "not run" in app.calls


async def test_allowed_tools_are_listed_and_asked_about_again_once_revoked() -> None:
    host = ForeignHost()
    later = [ask(("c3", "delete", "{}"), ("c4", "write", "{}")), say("ok")]
    async with asking(ask(("c1", "delete", "{}"), ("c2", "write", "{}")), say("ok"), *later, host=host) as person:
        await person.answer("c")
        await person.answer("a")
        await person.app.settled()
        await person.app.send("/allowed")
        await person.app.until(lambda: isinstance(person.app.app.screen, AllowedDialog), "the list")
        options = person.app.app.screen.query_one(OptionList)
        rows = [str(options.get_option_at_index(place).prompt) for place in range(options.option_count)]
        assert "this conversation" in rows[0]
        assert "delete" in rows[0]
        assert "for good" in rows[1]
        assert rows[1].endswith(f"files {ADDRESS}")
        assert "since" in rows[1]
        await person.app.pilot.press("d", "delete", "d")
        assert "Nothing is allowed yet" in str(person.app.app.screen.query_one("#about", Static).render())
        assert person.app.session.gate.trust.allowances() == ()
        await person.app.pilot.press("escape")
        await person.app.send("again")
        dialog = await person.read()
        assert len(dialog.open_calls()) == 2
        await person.app.pilot.press("D")
        await person.app.settled()


async def test_mode_is_in_the_status_line_also_where_there_is_little_room() -> None:
    async with driving(size=(80, 24)) as app:
        line = app.screen.query_one(StatusLine)
        assert "? asks" in str(line.render())
        await app.pilot.press("f8")
        assert "! read-only runs" in str(line.render())
        await app.pilot.press("f8")
        assert "⊘ no tools" in str(line.render())
        await app.pilot.press("f8")
        assert "? asks" in str(line.render())
        assert "You are asked" in app.notice


async def test_trust_that_is_not_kept_is_said_once() -> None:
    async with asking(DELETE, say("ok"), say("ok")) as person:
        setattr(person.app.session.gate.trust, "problem", "It is not being kept: the disk is full.")  # noqa: B010
        await person.answer("a")
        await person.app.settled()
        assert "the disk is full" in person.app.notice
        person.app.chat.notice.hush()
        await person.app.send("again")
        await person.app.settled()
        assert "the disk is full" not in person.app.notice
