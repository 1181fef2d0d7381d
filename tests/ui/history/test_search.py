from typing import ClassVar

import pytest
from textual.binding import Binding, BindingType
from textual.events import Paste
from textual.widgets import Static

from tests.ui.history.driving import NAMES, archive_of, current, press, running, screen_text, search, settle, titles
from tests.ui.history.fakes import PaneApp
from tui.ui.history.messages import ConversationChosen
from tui.ui.history.preview_panel import PreviewPanel


async def test_typing_after_a_slash_finds_what_begins_so_in_any_case() -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        await search(app, pilot, *"FOURTH_T")
        assert titles(app) == ["fourth"]
        assert "1 of 4" in screen_text(app)
        await press(app, pilot, "enter", "enter")
        assert [m.conversation_id for m in app.said if isinstance(m, ConversationChosen)] == ["fourth"]


async def test_search_highlights_the_first_that_is_found_and_previews_it() -> None:
    async with running(archive_of("alpha", "beta", "short one", "short two"), (120, 30)) as (app, pilot):
        await press(app, pilot, "down")
        await search(app, pilot, *"shor")
        assert current(app) == "short one"
        assert str(app.query_one(PreviewPanel).query_one(Static).content).startswith("short one")


async def test_every_word_of_a_search_must_be_found() -> None:
    async with running(archive_of("alpha beta", "beta gamma")) as (app, pilot):
        await search(app, pilot, *"beta", "space", *"gam")
        assert titles(app) == ["beta gamma"]


async def test_letters_that_are_keys_of_the_list_are_letters_in_the_search() -> None:
    archive = archive_of(*NAMES)
    async with running(archive) as (app, pilot):
        await search(app, pilot, "d", "u", "X")
        assert app.pane.finder.search.input.value == "duX"
        assert not archive.deleted


async def test_a_search_that_finds_nothing_says_so_and_esc_shows_all() -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        await search(app, pilot, "z", "z")
        assert "Nothing contains “zz”" in screen_text(app)
        await press(app, pilot, "escape")
        assert titles(app) == NAMES
        assert app.focused is app.pane.finder.table


@pytest.mark.parametrize(("pasted", "taken"), [("sec\x1b]0;owned\x07", ""), ("sec\u202e", ""), ("sec\nond", "sec")])
async def test_a_paste_cannot_bring_controls_into_the_search(pasted: str, taken: str) -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        await search(app, pilot)
        app.pane.finder.search.input.post_message(Paste(pasted))
        await settle(app, pilot)
        assert app.pane.finder.search.input.value == taken


async def test_an_arrow_leads_from_the_search_into_the_list() -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        await search(app, pilot, "down")
        assert app.focused is app.pane.finder.table


class EscapingApp(PaneApp):
    """Has a use for Esc itself."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "note_escape")]
    escapes = 0

    def action_note_escape(self) -> None:
        self.escapes += 1


async def test_esc_is_the_applications_when_nothing_is_searched_for() -> None:
    app = EscapingApp(archive_of(*NAMES))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("slash", "f", "escape")
        assert app.escapes == 0
        await pilot.press("escape")
        assert app.escapes == 1
