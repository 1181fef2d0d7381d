"""Names, pins, files and statistics: what the tab asks for, and how marked conversations look."""

from tests.ui.history.driving import NAMES, archive_of, current, press, running, screen_text, settle, titles
from tests.ui.history.fakes import FakeArchive, summary
from tui.ui.dialogs.rename import RenameDialog
from tui.ui.history.messages import (
    ConversationChosen,
    ConversationPinned,
    ConversationRenamed,
    ExportWanted,
    StatisticsWanted,
)


async def test_renaming_begins_with_the_title_and_typing_replaces_it() -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        await press(app, pilot, "down", "e")
        assert isinstance(app.screen, RenameDialog)
        assert "second" in screen_text(app)
        await press(app, pilot, *"A", "space", "space", *"b", "enter")
        (message,) = app.said
        assert isinstance(message, ConversationRenamed)
        assert (message.conversation_id, message.title) == ("second", "A b")


async def test_a_name_that_stays_or_is_left_asks_for_nothing_and_an_empty_one_is_an_answer() -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        await press(app, pilot, "n", "enter", "n", "x", "escape")
        assert app.said == []
        await press(app, pilot, "n", "backspace", "enter")
        (message,) = app.said
        assert isinstance(message, ConversationRenamed)
        assert message.title == ""


async def test_p_pins_and_lets_go() -> None:
    archive = FakeArchive([summary("a"), summary("b", days_ago=1, pinned=True)])
    async with running(archive) as (app, pilot):
        await press(app, pilot, "p", "down", "p")
        asked = [(m.conversation_id, m.pinned) for m in app.said if isinstance(m, ConversationPinned)]
        assert asked == [("b", False), ("a", True)]


async def test_the_pinned_stand_under_a_heading_and_clicks_and_keys_pass_it_over() -> None:
    archive = FakeArchive([summary("a"), summary("b", days_ago=1), summary("c", days_ago=9, pinned=True)])
    async with running(archive) as (app, pilot):
        assert titles(app) == ["c", "a", "b"]
        lines = [app.pane.finder.table.render_line(y).text.strip() for y in range(6)]
        assert [line.split("  ")[0] for line in lines] == ["Pinned", "❯ c", "Others", "a", "b", ""]
        await press(app, pilot, "down")
        assert current(app) == "a"
        table = app.pane.finder.table
        await pilot.click(table, offset=(5, 2))
        assert current(app) == "a"
        await pilot.click(table, offset=(5, 4))
        await pilot.click(table, offset=(5, 4))
        await settle(app, pilot)
        assert [m.conversation_id for m in app.said if isinstance(m, ConversationChosen)] == ["b"]


async def test_many_pinned_scroll_with_the_highlight_always_in_sight() -> None:
    archive = FakeArchive([summary(f"c{n}", days_ago=n / 10, pinned=n < 40) for n in range(100)])
    async with running(archive) as (app, pilot):
        for _ in range(12):
            await pilot.press("pagedown")
            assert f"❯ {current(app)}" in screen_text(app)
        assert current(app) == "c99"
        await pilot.press("home")
        assert "Pinned" in screen_text(app)


async def test_a_branch_and_a_damaged_conversation_are_marked_in_words() -> None:
    archive = FakeArchive(
        [
            summary("root"),
            summary("branch", days_ago=1, origin="root", forked_turn=3),
            summary("broken", days_ago=2, damaged=True),
        ]
    )
    async with running(archive, (160, 30)) as (app, pilot):
        assert "branch  ⋎ turn 3 of “root”" in screen_text(app)
        assert "broken  ! damaged" in screen_text(app)
        await press(app, pilot, "end")
        assert "Some of it cannot be read" in screen_text(app)


async def test_export_and_statistics_are_asked_for_and_the_empty_history_asks_for_nothing_else() -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        await press(app, pilot, "end", "x", "S")
        exported, counted = app.said
        assert isinstance(exported, ExportWanted)
        assert exported.summary.id == "fourth"
        assert isinstance(counted, StatisticsWanted)
    async with running(FakeArchive()) as (app, pilot):
        await press(app, pilot, "e", "p", "x", "f", "d", "X")
        assert app.said == []
        assert len(app.screen_stack) == 1
