from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.fakes import say
from tests.ui.driving import driving
from tests.ui.tool_log.fakes import LogApp
from tests.ui.tool_log.test_pictures import PNG, image
from tests.ui.transcript.fakes import fixed_clock
from tests.ui.transcript.samples import AT
from tui.ui.lines.block_view import BlockView
from tui.ui.tool_log.call_detail import CallDetail
from tui.ui.tool_log.call_record import CallRecord, brief
from tui.ui.tool_log.tool_log import ToolLog

RECORD = CallRecord(
    "call-1",
    3,
    "get_system_info",
    "ok",
    server="bundled",
    arguments={"deep": {"list": [1, 2]}, "name": "\u202eabc"},
    text='{"os": "Linux", "cpu_count": 2}',
    structured={"result": [True, None]},
    started_at=AT,
    finished_at=AT + 1,
    seconds=0.25,
)


@asynccontextmanager
async def detail(
    record: CallRecord = RECORD, size: tuple[int, int] = (80, 24), pictures: Path | None = None
) -> AsyncGenerator[tuple[Pilot[None], LogApp]]:
    app = LogApp()
    async with app.run_test(size=size) as pilot:
        await app.push_screen(CallDetail(record, clock=fixed_clock, pictures=pictures))
        await pilot.pause()
        yield pilot, app


def all_text(app: LogApp) -> str:
    flow = app.screen.query_one(BlockView).flow
    return "\n".join(line.strip.text.rstrip() for index in range(len(flow)) for line in flow.lines(index))


async def test_everything_about_a_call_is_there() -> None:
    async with detail() as (_, app):
        shown = all_text(app)
        for wanted in ("bundled", "in turn 3", "call-1", '"os": "Linux",', '"list": [', "<U+202E>abc"):
            assert wanted in shown
        assert "▸ Structured result  1 field · 40 bytes" in shown


async def test_keys_copy_what_went_out_and_what_came_back() -> None:
    async with detail() as (pilot, app):
        await pilot.press("c", "r")
        assert app.copied[0].startswith('{\n  "deep": {')
        assert app.copied[1] == RECORD.text


async def test_the_structured_result_unfolds_and_folds_by_key() -> None:
    async with detail() as (pilot, app):
        assert "true," not in all_text(app)
        await pilot.press("j")
        assert "▾ Structured result" in all_text(app)
        assert "true," in all_text(app)
        await pilot.press("j")
        assert "true," not in all_text(app)


async def test_without_a_structured_result_its_key_does_nothing() -> None:
    async with detail(replace(RECORD, structured=None)) as (pilot, app):
        before = all_text(app)
        await pilot.press("j", "s")
        assert all_text(app) == before


async def test_pictures_are_described_and_saved_under_names_that_are_free(tmp_path: Path) -> None:
    record = replace(RECORD, name="draw ../chart", images=(image(PNG), image(b"junk", "image/x-odd")))
    async with detail(record, pictures=tmp_path / "new") as (pilot, app):
        assert "2 pictures" in all_text(app)
        assert "image/png · 640 × 480 pixels · 24 bytes" in all_text(app)
        assert "image/x-odd · size not known · " in all_text(app)
        await pilot.press("s")
        await until_said(pilot, app, "saved")
        await pilot.press("s")
        names = ["draw-chart-1.bin", "draw-chart-1.png", "draw-chart-2.bin", "draw-chart-2.png"]
        assert sorted(path.name for path in (tmp_path / "new").iterdir()) == names
        assert (tmp_path / "new" / "draw-chart-2.png").read_bytes() == PNG


async def test_a_picture_that_cannot_be_saved_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    async with detail(replace(RECORD, images=(image(PNG),)), pictures=tmp_path / "file") as (pilot, app):
        await pilot.press("s")
        await until_said(pilot, app, "cannot be written to")


async def until_said(pilot: Pilot[None], app: LogApp, words: str) -> None:
    """Let the application run until the line of the keys says this; bounded."""
    for _ in range(200):
        if words in str(app.screen.query_one(".detail--keys", Static).content):
            return
        await pilot.pause(0.01)
    raise AssertionError(f"{words!r} was not said")


async def test_escape_closes_it() -> None:
    async with detail() as (pilot, app):
        await pilot.press("escape")
        assert not isinstance(app.screen, CallDetail)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 14)])
async def test_its_keys_and_title_are_in_sight_at_every_size(size: tuple[int, int]) -> None:
    async with detail(size=size) as (_, app):
        svg = app.export_screenshot().replace("&#160;", " ")
        assert "esc close" in svg
        assert "get_system_info" in svg


async def test_a_million_lines_show_head_and_tail_and_render_only_what_is_in_sight() -> None:
    text = "\n".join(f"line {number}" for number in range(1_000_000))
    async with detail(replace(RECORD, text=text)) as (pilot, app):
        view = app.screen.query_one(BlockView)
        assert view.flow.render_count <= view.size.height
        await pilot.press("end")
        sources = [block.source for block in view.flow]
        assert any("line 999999" in source for source in sources)
        assert any("characters are left out here" in source for source in sources)
        await pilot.press("r")
        assert app.copied == [text]


async def test_one_endless_line_is_shown_too() -> None:
    async with detail(replace(RECORD, text="x" * 2_000_000)) as (_, app):
        view = app.screen.query_one(BlockView)
        assert view.flow.render_count <= view.size.height


async def test_arguments_that_are_no_object_are_shown_with_a_word() -> None:
    record = replace(RECORD, arguments={}, raw_arguments="[1, 2", state="refused", text="Refused.", structured=None)
    async with detail(record) as (_, app):
        assert "no JSON object" in all_text(app)
        assert "[1, 2" in all_text(app)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("multiply", "multiply"),
        ("120.0", '"120.0"'),
        ("two words", '"two words"'),
        ("", '""'),
        (15, "15"),
        (None, "null"),
        ([1, "a"], '[1, "a"]'),
        ("a\u202eb", "a<U+202E>b"),
    ],
)
def test_a_value_cannot_be_taken_for_another(value: str | int | list[int | str] | None, shown: str) -> None:
    assert brief(value) == shown


async def test_call_of_a_conversation_that_was_just_left_opens_nothing() -> None:
    async with driving(say("hello")) as driven:
        log = driven.screen.query_one(ToolLog)
        log.post_message(log.CallOpened("a call of another conversation"))
        await driven.pilot.pause()
        assert driven.app.is_running
        assert len(driven.app.screen_stack) == 1
