"""Selecting text with the mouse."""

from tests.fakes import FakeHost, ask, say, tool
from tests.ui.driving import driving
from tui.ui.tool_log.tool_log import ToolLog
from tui.ui.transcript.transcript import Transcript


async def test_drag_that_ends_below_the_last_message_stays_in_the_transcript() -> None:
    host = FakeHost(calculate=tool("only in the calls"))
    async with driving(ask(("c", "calculate", '{"a": 15}')), say("It is 120."), host=host) as app:
        await app.send("what is it?")
        await app.settled()
        assert app.screen.query_one(ToolLog).size.height
        transcript = app.screen.query_one(Transcript)
        await app.pilot.mouse_down(Transcript, offset=(2, 2))
        await app.pilot.hover(Transcript, offset=(8, 4))
        await app.pilot.hover(Transcript, offset=(20, transcript.size.height - 1))
        await app.pilot.mouse_up(Transcript, offset=(20, transcript.size.height - 1))
        await app.pilot.pause()
        selected = app.app.screen.get_selected_text() or ""
        assert "It is 120." in selected
        assert "only in the calls" not in selected
