import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import ClassVar, cast

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import ContentSwitcher, Static
from textual.worker import Worker, WorkerCancelled

from tests.ui.history.fakes import NOON, FakeArchive, PaneApp, summary
from tui.core.errors import StoreError
from tui.ui.dialogs.confirm import Confirm
from tui.ui.history import HistoryPane, preview_panel
from tui.ui.history.preview_panel import PreviewPanel
from tui.ui.theme import LIGHT

WAIT_LIMIT = 10.0
NAMES = ["first", "second", "third", "fourth"]


def archive_of(*names: str) -> FakeArchive:
    return FakeArchive([summary(name, days_ago=age, tools=(f"{name}_tool",)) for age, name in enumerate(names)])


@asynccontextmanager
async def running(
    archive: FakeArchive, size: tuple[int, int] = (80, 24)
) -> AsyncGenerator[tuple[PaneApp, Pilot[None]]]:
    app = PaneApp(archive)
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        yield app, pilot


async def settle(app: App[None], pilot: Pilot[None]) -> None:
    """Until every worker is done; not while a dialog waits for an answer."""
    await pilot.pause()
    async with asyncio.timeout(WAIT_LIMIT):
        for worker in cast("list[Worker[None]]", list(app.workers)):
            with suppress(WorkerCancelled):
                await worker.wait()
    await pilot.pause()


async def search(app: App[None], pilot: Pilot[None], *keys: str) -> None:
    await pilot.press("slash", *keys)
    await settle(app, pilot)


async def press(app: App[None], pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(app, pilot)


def screen_text(app: App[None]) -> str:
    strips = app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]  # what a person sees
    return "\n".join(strip.text for strip in strips)


def titles(app: PaneApp) -> list[str]:
    return [found.title for found in app.pane.finder.found]


def current(app: PaneApp) -> str:
    found = app.pane.finder.table.current
    return found.title if found else ""


def text_of(app: App[None], selector: str) -> str:
    return str(app.query_one(selector, Static).render())


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
        assert isinstance(message, HistoryPane.ConversationChosen)
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


async def test_typing_after_a_slash_filters_by_title_and_tools_in_any_case() -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        await search(app, pilot, *"TH_TOOL")
        assert titles(app) == ["fourth"]
        assert "1 of 4" in screen_text(app)
        await press(app, pilot, "enter", "enter")
        assert [m.conversation_id for m in app.said if isinstance(m, HistoryPane.ConversationChosen)] == ["fourth"]


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
        assert "No title and no tool contains “zz”" in screen_text(app)
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


async def test_another_theme_recolours_the_rows() -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        before = app.pane.finder.table.render_line(1)
        app.theme = LIGHT.name
        await settle(app, pilot)
        after = app.pane.finder.table.render_line(1)
        assert after.text == before.text
        assert [segment.style for segment in after] != [segment.style for segment in before]


async def test_an_arrow_leads_from_the_search_into_the_list() -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        await search(app, pilot, "down")
        assert app.focused is app.pane.finder.table


async def test_a_deleted_conversation_goes_is_told_and_comes_back_with_u() -> None:
    archive = archive_of(*NAMES)
    async with running(archive) as (app, pilot):
        await press(app, pilot, "down", "d")
        assert titles(app) == ["first", "third", "fourth"]
        assert current(app) == "third"
        assert text_of(app, "#notice") == "Deleted “second” · u undo"
        (message,) = app.said
        assert isinstance(message, HistoryPane.ConversationsDeleted)
        assert message.ids == ("second",)
        await press(app, pilot, "u")
        assert titles(app) == NAMES
        assert not app.query_one("#notice").display
        assert not archive.deleted


async def test_pressing_delete_fast_deletes_one_conversation_after_the_other() -> None:
    archive = archive_of(*NAMES)
    async with running(archive) as (app, pilot):
        app.pane.action_delete()
        app.pane.action_delete()
        await settle(app, pilot)
        assert set(archive.deleted) == {"first", "second"}
        assert titles(app) == ["third", "fourth"]


async def test_undo_goes_back_deletion_by_deletion() -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        await press(app, pilot, "d", "end", "d", "u")
        assert titles(app) == ["second", "third", "fourth"]
        assert "“first”" in text_of(app, "#notice")
        await press(app, pilot, "u", "u")
        assert titles(app) == NAMES


async def test_clearing_all_asks_first_and_begins_on_no() -> None:
    archive = archive_of(*NAMES)
    async with running(archive) as (app, pilot):
        for key in ("enter", "escape", "n"):
            await pilot.press("X")
            await pilot.pause()
            assert isinstance(app.screen, Confirm)
            assert "Delete all 4 conversations?" in screen_text(app)
            await press(app, pilot, key)
            assert titles(app) == NAMES
        assert not archive.deleted
        assert app.said == []


async def test_clearing_all_deletes_also_what_the_search_hides_and_u_brings_all_back() -> None:
    archive = archive_of(*NAMES)
    async with running(archive) as (app, pilot):
        await search(app, pilot, *"second", "enter")
        await pilot.press("X")
        await pilot.pause()
        assert "The 3 that the search hides go too." in screen_text(app)
        await press(app, pilot, "y")
        assert archive.kept == {}
        (message,) = app.said
        assert isinstance(message, HistoryPane.ConversationsDeleted)
        assert set(message.ids) == set(NAMES)
        await press(app, pilot, "u", "escape")
        assert titles(app) == NAMES


async def test_the_last_deletion_can_be_undone_from_the_empty_list() -> None:
    async with running(archive_of("only")) as (app, pilot):
        await press(app, pilot, "d")
        assert "No conversations yet" in screen_text(app)
        await press(app, pilot, "u")
        assert titles(app) == ["only"]


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


async def test_a_failed_deletion_and_a_failed_undo_say_why_and_change_nothing() -> None:
    archive = archive_of(*NAMES)
    async with running(archive) as (app, pilot):
        archive.broken = StoreError("The history cannot be written.", "Free some space.")
        await press(app, pilot, "d")
        assert "✗ The history cannot be written." in text_of(app, "#notice")
        assert titles(app) == NAMES
        assert app.said == []
        archive.broken = None
        await press(app, pilot, "d")
        archive.broken = StoreError("The history cannot be written.", "Free some space.")
        await press(app, pilot, "u")
        assert "✗ The history cannot be written." in text_of(app, "#notice")
        archive.broken = None
        await press(app, pilot, "u")
        assert titles(app) == NAMES


async def test_a_wide_terminal_previews_the_highlighted_conversation() -> None:
    archive = archive_of(*NAMES)
    async with running(archive, (120, 36)) as (app, pilot):
        assert "text of first" in screen_text(app)
        await press(app, pilot, "down")
        assert "text of second" in screen_text(app)
        assert "text of first" not in screen_text(app)


async def test_a_narrow_terminal_has_no_preview_and_reads_no_conversation() -> None:
    archive = archive_of(*NAMES)
    async with running(archive) as (app, pilot):
        await press(app, pilot, "down")
        assert not app.query_one(PreviewPanel).display
        assert archive.loaded == []
        await pilot.resize_terminal(120, 36)
        await settle(app, pilot)
        assert "text of second" in screen_text(app)


async def test_nothing_is_read_before_the_highlight_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview_panel, "DELAY", 3600.0)
    archive = archive_of(*NAMES)
    app = PaneApp(archive)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        await app.pane.reload()
        for _ in NAMES:
            await pilot.press("down")
        assert "❯ fourth" in screen_text(app)
        assert archive.loaded == []


async def test_moving_fast_reads_only_where_the_highlight_rests() -> None:
    archive = archive_of(*(f"c{n}" for n in range(50)))
    async with running(archive, (120, 36)) as (app, pilot):
        archive.loaded.clear()
        table = app.pane.finder.table
        for _ in range(30):
            table.action_move(1)
        await settle(app, pilot)
        assert archive.loaded == ["c30"]


async def test_a_conversation_that_cannot_be_read_says_why_in_the_preview() -> None:
    archive = archive_of(*NAMES)
    async with running(archive, (120, 36)) as (app, pilot):
        archive.broken = StoreError("This event is not an event.")
        await press(app, pilot, "down")
        assert "✗ This event is not an event." in screen_text(app)


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
