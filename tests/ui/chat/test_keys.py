"""Keys that lead from the prompt to what is above it, and back."""

from tests.fakes import say
from tests.ui.driving import driving
from tui.ui.transcript.transcript import Transcript

LONG = "\n\n".join(f"Paragraph {number}." for number in range(100))


async def test_paging_keys_scroll_the_transcript_while_the_prompt_keeps_the_focus() -> None:
    async with driving(say(LONG)) as app:
        await app.send("go")
        await app.settled()
        transcript = app.screen.query_one(Transcript)
        assert transcript.following
        await app.pilot.press("pageup")
        await app.pilot.pause()
        assert not transcript.following
        await app.pilot.press("ctrl+home")
        await app.pilot.pause()
        assert transcript.scroll_y == 0
        await app.pilot.press("pagedown")
        await app.pilot.pause()
        assert transcript.scroll_y > 0
        await app.pilot.press("ctrl+end", "x")
        await app.pilot.pause()
        assert transcript.following
        assert app.draft == "x"


async def test_own_message_is_shown_even_when_one_was_reading_further_up() -> None:
    async with driving(say(LONG), say("short")) as app:
        await app.send("go")
        await app.settled()
        await app.pilot.press("ctrl+home")
        await app.pilot.pause()
        transcript = app.screen.query_one(Transcript)
        assert not transcript.following
        await app.send("/calls")
        await app.pilot.pause()
        assert not transcript.following
        await app.send("and now?")
        await app.settled()
        assert transcript.following


async def test_letters_typed_in_the_transcript_go_into_the_prompt() -> None:
    async with driving(say("ok")) as app:
        await app.send("go")
        await app.settled()
        app.screen.query_one(Transcript).focus()
        await app.pilot.press("h", "i")
        await app.pilot.pause()
        assert app.draft == "hi"


async def test_up_from_the_first_example_leads_back_to_the_prompt() -> None:
    async with driving() as app:
        await app.pilot.press("down", "down", "up")
        await app.pilot.pause()
        assert not app.chat.prompt.has_focus
        await app.pilot.press("up", "h", "i")
        await app.pilot.pause()
        assert app.draft == "hi"
