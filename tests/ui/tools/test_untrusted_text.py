"""Text of servers is shown as it is: never markup, never an escape sequence, nothing invisible."""

import re

from tests.ui.tools.fakes import FakeHost, FakeRunner, ToolsApp, eventually, parameters, paste
from tui.core.errors import ServerError
from tui.core.ports import PromptArgument, PromptSpec, ResourceSpec, ServerStatus, ToolOutcome, ToolSpec

SIZE = (200, 50)
MARKUP = "[/x] [@click=app.quit]q[/] $primary [red] [link=http://x]y[/link] [[/]] \\[ {x}%s"
ESCAPES = (
    "\x1b[2J\x1b]0;title\x07\x1b]52;c;aGk=\x1b\\\x1bP1$r\x1b\\\x1bc\x9b6n\x1b]8;;http://x\x1b\\"
    "\x00\x07\x08\x7f a\nb\tc\r \x9d0;t\x9c \x1b]0;open"
)
INVISIBLE = "na\u202e\u200b\U000e0041\ufeffme"
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ufeff\U000e0000-\U000e007f]")


def hostile(evil: str) -> FakeHost:
    """A host in which everything that a server can name or describe is this text."""
    properties = {evil: {"type": "string", "description": evil, "title": evil, "default": evil}}
    choice = {"enum": [evil, "other"], "description": evil}
    return FakeHost(
        [ServerStatus(evil, "down", evil, evil, evil, evil, version=evil, log_path=evil)],
        [ToolSpec(evil, evil, evil, {**parameters((evil,), **properties, pick=choice), "description": evil}, evil)],
        [ResourceSpec(evil, evil, evil, evil, evil)],
        [PromptSpec(evil, evil, evil, evil, (PromptArgument(evil, evil, True),))],
    )


class EvilRunner(FakeRunner):
    def __init__(self, evil: str) -> None:
        super().__init__(ToolOutcome("error", evil))


class EvilHost(FakeHost):
    """Fails to read and to fill in, in these words."""

    def __init__(self, evil: str) -> None:
        vars(self).update(vars(hostile(evil)))
        self.evil = evil

    async def read_resource(self, server: str, uri: str) -> str:
        raise ServerError(self.evil, self.evil)

    async def restart(self, server: str) -> None:
        raise ServerError(self.evil, self.evil)


async def visit_everything(evil: str) -> list[str]:
    """What every place shows."""
    app = ToolsApp(EvilHost(evil), EvilRunner(evil))
    screens: list[str] = []
    async with app.run_test(size=SIZE) as pilot:
        for keys in (
            ("home", "R"),
            ("down",),
            ("s",),
            ("r",),
            ("f5",),
            ("tab", "enter"),
            ("down", "enter", "f5"),
            ("escape", "escape", "down", "enter"),
            ("escape", "down"),
            ("enter", *"x", "f5"),
            ("escape", "slash", *"[/x"),
        ):
            await pilot.press(*keys)
            await pilot.pause()
            screens.append(app.screen_text())
        assert app.is_running
    return screens


async def test_markup_is_shown_literally_everywhere():
    for screen in (await visit_everything(MARKUP))[:-1]:
        assert MARKUP in screen


async def test_no_escape_sequence_or_control_reaches_the_screen():
    for screen in await visit_everything(ESCAPES):
        assert not FORBIDDEN.search(screen)


async def test_invisible_characters_in_names_and_schemas_are_spelled_out():
    screens = await visit_everything(INVISIBLE)
    for screen in screens:
        assert not FORBIDDEN.search(screen)
    for screen in screens[:4]:
        assert "na<U+202E><U+200B><U+E0041><U+FEFF>me" in screen


async def test_result_is_cleaned_and_keeps_its_words():
    app = ToolsApp(runner=FakeRunner(ToolOutcome("ok", "\x1b[31mred\x1b[0m [/x] \u202eword")))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("r", "enter")
        await eventually(pilot, lambda: "red [/x] word" in app.screen_text())


async def test_message_for_the_prompt_spells_out_what_is_invisible():
    app = ToolsApp(FakeHost(tools=[ToolSpec("na\u202eme", "bundled", "Do it\x1b[2J.", {})]))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("a")
        await eventually(pilot, lambda: bool(app.asked))
    assert app.asked == ["Use the na<U+202E>me tool to do it<U+001B>[2J."]


async def test_megabytes_of_names_and_descriptions_are_cut_with_a_sign():
    long = "x" * 1_000_000
    app = ToolsApp(FakeHost(tools=[ToolSpec(long, "bundled", long, parameters((), **{long: {"description": long}}))]))
    async with app.run_test(size=SIZE) as pilot:
        await eventually(pilot, lambda: "992,000 more characters" in app.screen_text() or "…" in app.screen_text())
        await pilot.press("r")
        await eventually(pilot, lambda: "f5 Run" in app.screen_text())


async def test_pasted_escape_sequences_are_cleaned_in_every_field():
    evil = "a\x1b[2J\u202eb"
    app = ToolsApp()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("down", "down", "down", "r")
        await paste(pilot, evil)
        await pilot.press("tab")
        await paste(pilot, evil)
        await pilot.press("f5")
        await eventually(pilot, lambda: app.runner.calls == [("save_text_file", {"filename": "ab", "content": "ab"})])
        await pilot.press("escape", "slash")
        await paste(pilot, evil)
        assert not FORBIDDEN.search(app.screen_text())
