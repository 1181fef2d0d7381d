import pytest

from tests.ui.history.driving import NAMES, archive_of, press, running, screen_text, settle
from tests.ui.history.fakes import PaneApp
from tui.core.errors import StoreError
from tui.ui.history import preview_panel
from tui.ui.history.preview_panel import PreviewPanel


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
