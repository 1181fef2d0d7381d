"""A yes is given on purpose: what was typed for something else does not count."""

import asyncio

import pytest
from textual.app import App

from tui.ui.approval.guard import QUIET_SECONDS
from tui.ui.dialogs.consent import KEYS, TOO_EARLY, ConsentDialog


class AskingApp(App[None]):
    """Asks once, and keeps the answer; its clock stands still."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[bool | None] = []
        self.seconds = 0.0

    def on_mount(self) -> None:
        self.push_screen(ConsentDialog("Send it?", "To [b]there[/x].", lambda: self.seconds), self.answers.append)

    def says(self, words: str) -> bool:
        """Whether these words are on the screen."""
        return words in self.export_screenshot().replace("&#160;", " ")


@pytest.mark.parametrize(
    ("keys", "answer"),
    [(["y"], True), (["n"], False), (["escape"], False), (["enter"], False), (["right", "enter"], True)],
)
async def test_answer_counts_after_a_moment_of_quiet(keys: list[str], answer: bool) -> None:
    app = AskingApp()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.says(TOO_EARLY)
        app.seconds += QUIET_SECONDS
        await pilot.press(*keys)
        await pilot.pause()
        assert app.answers == [answer]


@pytest.mark.parametrize("keys", [["y"], ["enter"], ["escape"], ["right", "enter"], [*"maybe yes"], ["n"]])
async def test_what_was_typed_too_early_is_no_answer(keys: list[str]) -> None:
    app = AskingApp()
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press(*["space" if key == " " else key for key in keys])
        await pilot.pause()
        assert app.answers == []


async def test_dialog_says_when_keys_count() -> None:
    app = AskingApp()
    async with app.run_test() as pilot:
        await pilot.pause()
        app.seconds += QUIET_SECONDS
        async with asyncio.timeout(10):
            while not app.says(KEYS[:20]):
                await pilot.pause()
