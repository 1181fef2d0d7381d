import pytest
from textual.app import App
from textual.widgets import Button

from tui.ui.dialogs.confirm import Confirm


class AskingApp(App[None]):
    """Asks once, and keeps the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[bool | None] = []

    def on_mount(self) -> None:
        self.push_screen(Confirm("Delete [red]it[/x]?", "It is [b]gone[/y].", yes_label="Delete"), self.answers.append)


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["y"], True),
        (["n"], False),
        (["escape"], False),
        (["enter"], False),
        (["right", "enter"], True),
        (["right", "left", "enter"], False),
        (["tab", "enter"], True),
    ],
)
async def test_only_a_deliberate_yes_is_a_yes(keys: list[str], answer: bool) -> None:
    app = AskingApp()
    async with app.run_test() as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        assert app.answers == [answer]


async def test_a_click_on_yes_is_a_yes() -> None:
    app = AskingApp()
    async with app.run_test() as pilot:
        await pilot.click("#yes")
        await pilot.pause()
        assert app.answers == [True]


async def test_the_focus_begins_on_the_answer_that_changes_nothing() -> None:
    app = AskingApp()
    async with app.run_test():
        assert isinstance(app.focused, Button)
        assert app.focused.id == "no"
