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
from tui.core.errors import StoreError
from tui.ui.dialogs.confirm import Confirm
from tui.ui.history.messages import ConversationsDeleted


async def test_a_deleted_conversation_goes_is_told_and_comes_back_with_u() -> None:
    archive = archive_of(*NAMES)
    async with running(archive) as (app, pilot):
        await press(app, pilot, "down", "d")
        assert titles(app) == ["first", "third", "fourth"]
        assert current(app) == "third"
        assert text_of(app, "#notice") == "Deleted “second” · u undo"
        (message,) = app.said
        assert isinstance(message, ConversationsDeleted)
        assert message.ids == ("second",)
        await press(app, pilot, "end", "u")
        assert titles(app) == NAMES
        assert current(app) == "second"
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
        assert isinstance(message, ConversationsDeleted)
        assert set(message.ids) == set(NAMES)
        await press(app, pilot, "u", "escape")
        assert titles(app) == NAMES


async def test_the_last_deletion_can_be_undone_from_the_empty_list() -> None:
    async with running(archive_of("only")) as (app, pilot):
        await press(app, pilot, "d")
        assert "No conversations yet" in screen_text(app)
        await press(app, pilot, "u")
        assert titles(app) == ["only"]


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
