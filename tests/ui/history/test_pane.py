import pytest
from textual.app import App, ComposeResult
from textual.containers import Container
from textual.widgets import ContentSwitcher, Static

from tests.ui.history.driving import (
    NAMES,
    archive_of,
    current,
    press,
    running,
    screen_text,
    search,
    settle,
    text_of,
    titles,
)
from tests.ui.history.fakes import NOON, FakeArchive, PaneApp, summary
from tui.core.errors import StoreError
from tui.ui.dialogs.confirm import Confirm
from tui.ui.history.messages import ConversationChosen
from tui.ui.history.pane import HistoryPane
from tui.ui.theme import LIGHT


async def test_conversations_are_listed_newest_first_with_the_first_highlighted() -> None:
    async with running(archive_of(*NAMES)) as (app, _):
        assert titles(app) == NAMES
        assert current(app) == "first"
        shown = screen_text(app)
        assert "4 conversations" in shown
        assert "❯ first" in shown


async def test_a_title_is_shown_literally_never_as_markup() -> None:
    evil = "[@click=app.quit]x[/x] [red]"
    archive = archive_of(evil)
    async with running(archive, (120, 36)) as (app, pilot):
        assert evil in screen_text(app).replace("…", "")
        await press(app, pilot, "d")
        assert f"Deleted “{evil}”" in text_of(app, "#notice")
        await press(app, pilot, "u")
        await pilot.press("X")
        await pilot.pause()
        assert f"Delete “{evil}”?" in screen_text(app)


async def test_enter_says_which_conversation_was_chosen() -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        await press(app, pilot, "down", "enter")
        (message,) = app.said
        assert isinstance(message, ConversationChosen)
        assert message.conversation_id == "second"


async def test_a_click_highlights_and_a_second_click_opens() -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        table = app.pane.finder.table
        await pilot.click(table, offset=(5, 2))
        assert current(app) == "third"
        assert app.said == []
        await pilot.click(table, offset=(5, 2))
        assert len(app.said) == 1
        await pilot.click(table, offset=(5, 12))
        assert current(app) == "third"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["down", "down"], 2),
        (["j", "j", "k"], 1),
        (["up"], 0),
        (["end"], 99),
        (["end", "down"], 99),
        (["end", "home"], 0),
    ],
)
async def test_keys_move_the_highlight_and_stay_within_the_list(keys: list[str], expected: int) -> None:
    async with running(archive_of(*(f"c{n}" for n in range(100)))) as (app, pilot):
        await pilot.press(*keys)
        assert current(app) == f"c{expected}"
        assert f"❯ c{expected}" in screen_text(app)


async def test_page_keys_move_by_what_is_on_the_screen_and_keep_the_highlight_in_sight() -> None:
    async with running(archive_of(*(f"c{n}" for n in range(100)))) as (app, pilot):
        await pilot.press("pagedown", "pagedown")
        assert int(current(app)[1:]) > 20
        assert f"❯ {current(app)}" in screen_text(app)
        await pilot.press("pageup", "pageup")
        assert current(app) == "c0"


async def test_another_theme_recolours_the_rows() -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        before = app.pane.finder.table.render_line(1)
        app.theme = LIGHT.name
        await settle(app, pilot)
        after = app.pane.finder.table.render_line(1)
        assert after.text == before.text
        assert [segment.style for segment in after] != [segment.style for segment in before]


async def test_the_empty_history_says_what_to_do_and_every_key_is_harmless() -> None:
    async with running(FakeArchive()) as (app, pilot):
        shown = screen_text(app)
        assert "No conversations yet" in shown
        assert "Chat tab" in shown
        await press(app, pilot, "enter", "d", "u", "X", "end", "pagedown", "up", "home")
        assert app.said == []
        assert not isinstance(app.screen, Confirm)


async def test_a_history_that_cannot_be_read_says_why_and_recovers() -> None:
    archive = archive_of(*NAMES)
    async with running(archive) as (app, _):
        archive.broken = StoreError("The history cannot be used: the disk reports an error.", "Try again.")
        await app.pane.reload()
        shown = screen_text(app)
        assert "✗ The history cannot be used" in text_of(app, "#empty")
        assert titles(app) == []
        archive.broken = None
        await app.pane.reload()
        assert titles(app) == NAMES
        assert shown


async def test_a_reload_keeps_the_highlight_on_its_conversation() -> None:
    archive = archive_of(*NAMES)
    async with running(archive) as (app, pilot):
        await press(app, pilot, "down", "down")
        archive.kept["newest"] = summary("newest", days_ago=-0.01)
        await app.pane.reload()
        assert titles(app)[0] == "newest"
        assert current(app) == "third"


async def test_ten_thousand_conversations_draw_only_what_is_in_sight() -> None:
    archive = FakeArchive([summary(f"c{n}", days_ago=n / 100) for n in range(10_000)])
    async with running(archive) as (app, pilot):
        assert "10,000 conversations" in screen_text(app)
        await pilot.press("end")
        assert "❯ c9999" in screen_text(app)
        assert len(list(app.pane.finder.table.walk_children())) == 0
        await search(app, pilot, *"c77")
        assert titles(app)[0] == "c77"
        assert len(titles(app)) == 111


class TabbedApp(App[None]):
    """The pane behind a switcher, as in the application."""

    def __init__(self, archive: FakeArchive) -> None:
        super().__init__()
        self.archive = archive
        self.register_theme(PaneApp(archive).current_theme)
        self.theme = PaneApp(archive).theme

    def compose(self) -> ComposeResult:
        with ContentSwitcher(initial="chat"):
            yield Static("chat", id="chat")
            with Container(id="history"):
                yield HistoryPane(self.archive, now=lambda: NOON)


async def test_coming_into_view_shows_what_the_archive_holds_now() -> None:
    archive = archive_of("first")
    app = TabbedApp(archive)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        switcher = app.query_one(ContentSwitcher)
        pane = app.query_one(HistoryPane)
        for name in ("second", "third"):
            archive.kept[name] = summary(name, days_ago=1)
            switcher.current = "history"
            pane.focus()
            await settle(app, pilot)
            assert name in screen_text(app)
            assert app.focused is pane.finder.table
            switcher.current = "chat"
            await settle(app, pilot)
