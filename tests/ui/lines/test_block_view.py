from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from textual.events import MouseScrollUp
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import Selection

from tests.ui.lines.fakes import Numbered, ViewApp, shown
from tui.ui.lines.block import TextBlock
from tui.ui.lines.block_view import BlockView
from tui.ui.lines.selecting import position

SIZE = (40, 15)
ROWS = 12
"""Rows of the view: the text area takes three."""


@asynccontextmanager
async def running(view: BlockView) -> AsyncGenerator[Pilot[None]]:
    async with ViewApp(view).run_test(size=SIZE) as pilot:
        view.focus()
        await pilot.pause()
        yield pilot


def numbered(count: int, rows: int = 3, guess: int = 1) -> list[Numbered]:
    return [Numbered(number, rows, guess) for number in range(count)]


async def test_opening_a_long_document_renders_only_what_is_in_sight() -> None:
    view = BlockView()
    async with running(view) as pilot:
        view.load(numbered(10_000))
        await pilot.pause()
        assert shown(view)[-1] == "9999.2"
        assert view.flow.render_count <= ROWS


async def test_scrolling_a_page_renders_no_more_than_a_page() -> None:
    view = BlockView()
    async with running(view) as pilot:
        view.load(numbered(10_000))
        before = view.flow.render_count
        await pilot.press("pageup")
        assert view.flow.render_count - before <= ROWS


@pytest.mark.parametrize("guess", [1, 3, 9])
async def test_scrolling_up_through_wrong_estimates_never_skips_or_repeats_a_row(guess: int) -> None:
    view = BlockView()
    async with running(view) as pilot:
        view.load(numbered(40, guess=guess))
        await pilot.pause()
        rows = shown(view)
        for _ in range(90):
            view.action_scroll_up()  # what the key does; pressing it 90 times takes seconds
            new = shown(view)
            assert new[1:] == rows[:-1]
            rows = new


@pytest.mark.parametrize("guess", [1, 3, 9])
async def test_paging_down_from_the_top_shows_every_row_once(guess: int) -> None:
    view = BlockView(follow=False)
    async with running(view) as pilot:
        view.load(numbered(40, guess=guess))
        await pilot.pause()
        seen = shown(view)
        while not view.following:
            last = seen[-1]
            await pilot.press("pagedown")
            new = shown(view)
            seen += new[new.index(last) + 1 :]
        assert seen == [f"{number}.{row}" for number in range(40) for row in range(3)]


async def test_follows_the_end_while_the_document_grows() -> None:
    view = BlockView()
    async with running(view):
        for block in numbered(30):
            view.append(block)
            assert shown(view)[min(ROWS, 3 * (block.number + 1)) - 1] == f"{block.number}.2"


async def let_go_by_key(pilot: Pilot[None]) -> None:
    await pilot.press("up")


async def let_go_by_page(pilot: Pilot[None]) -> None:
    await pilot.press("pageup")


async def let_go_by_wheel(pilot: Pilot[None]) -> None:
    await pilot._post_mouse_events(  # pyright: ignore[reportPrivateUsage] (the pilot has no wheel)
        [MouseScrollUp], BlockView, offset=(5, 5), button=0
    )


@pytest.mark.parametrize("let_go", [let_go_by_key, let_go_by_page, let_go_by_wheel])
async def test_scrolling_up_lets_go_of_the_end_and_the_text_stays_put(
    let_go: Callable[[Pilot[None]], Awaitable[None]],
) -> None:
    view = BlockView()
    async with running(view) as pilot:
        view.load(numbered(30))
        await pilot.pause()
        await let_go(pilot)
        await pilot.pause()
        rows = shown(view)
        assert not view.following
        assert rows[-1] != "29.2"
        view.append(Numbered(30))
        await pilot.pause()
        assert shown(view)[:-1] == rows[:-1]
        assert view.has_unseen
        assert "jump to latest" in shown(view)[-1]


async def test_end_takes_hold_of_the_end_again() -> None:
    view = BlockView()
    async with running(view) as pilot:
        view.load(numbered(30))
        await pilot.press("home")
        view.append(Numbered(30))
        await pilot.press("end")
        assert view.following
        assert not view.has_unseen
        view.append(Numbered(31))
        assert shown(view)[-1] == "31.2"


async def test_reaching_the_bottom_row_by_row_takes_hold_again() -> None:
    view = BlockView()
    async with running(view) as pilot:
        view.load(numbered(30))
        await pilot.press("up", "up")
        assert not view.following
        await pilot.press("down")
        assert not view.following
        await pilot.press("down")
        assert view.following


async def test_clicking_the_hint_jumps_to_the_end() -> None:
    view = BlockView()
    async with running(view) as pilot:
        view.load(numbered(30))
        await pilot.press("home")
        view.append(Numbered(30))
        await pilot.pause()
        await pilot.click(BlockView, offset=(view.flow.width - 5, ROWS - 1))
        assert view.following
        assert shown(view)[-1] == "30.2"


async def test_home_shows_the_first_row() -> None:
    view = BlockView()
    async with running(view) as pilot:
        view.load(numbered(500))
        await pilot.press("home")
        assert shown(view)[0] == "0.0"


async def test_dragging_the_scrollbar_to_an_unknown_place_fills_the_view() -> None:
    view = BlockView()
    async with running(view) as pilot:
        view.load(numbered(1000))
        view.scroll_to(y=300, animate=False)
        await pilot.pause()
        rows = shown(view)
        first = int(rows[0].partition(".")[0])
        flat = [f"{number}.{row}" for number in range(first, first + 6) for row in range(3)]
        start = flat.index(rows[0])
        assert rows == flat[start : start + ROWS]


async def test_replacing_a_block_draws_only_rows_that_differ() -> None:
    view = BlockView()
    async with running(view) as pilot:
        view.load([TextBlock(f"row {number}") for number in range(8)])
        await pilot.pause()
        others = [view.flow.lines(index) for index in range(8)]
        view.replace(3, TextBlock("row three"))
        assert shown(view)[3].strip() == "row three"
        assert all(view.flow.lines(index) is others[index] for index in range(8) if index != 3)


async def test_removed_blocks_are_gone_and_the_end_stays_in_sight() -> None:
    view = BlockView()
    async with running(view):
        view.load(numbered(30))
        view.remove_last(10)
        assert shown(view)[-1] == "19.2"
        view.remove_last(20)
        assert not any(shown(view))


async def test_a_new_width_keeps_the_same_text_at_the_top() -> None:
    view = BlockView()
    async with running(view) as pilot:
        words = [TextBlock(f"[{number}] " + "some words to wrap " * 12) for number in range(60)]
        view.load(words)
        await pilot.press("home")
        view.go_to(30)
        for width in (30, 90, 40):
            await pilot.resize_terminal(width, SIZE[1])
            await pilot.pause()
            assert "[30]" in " ".join(shown(view)[:2])


async def test_another_theme_draws_the_same_rows_in_other_colours() -> None:
    view = BlockView()
    async with running(view) as pilot:
        view.load([TextBlock("quiet", "muted")])
        await pilot.pause()
        dark = view.render_line(0)
        pilot.app.theme = "textual-light"
        await pilot.pause()
        light = view.render_line(0)
        assert dark.text == light.text
        assert [segment.style for segment in dark] != [segment.style for segment in light]


async def test_selected_text_is_copied_without_wrapping_padding_or_indentation() -> None:
    view = BlockView()
    async with running(view):
        text = "a line that is much longer than the view is wide, so it wraps\n\n    indented"
        view.load([TextBlock("before"), TextBlock(text), TextBlock("after that")])
        whole = Selection(Offset(1, position(0, 0)), Offset(6, position(2, 0)))
        copied = view.get_selection(whole)
        assert copied == (f"before\n{text}\nafter", "\n")
        inside = Selection(Offset(3, position(1, 0)), Offset(4, position(1, 1)))
        part = view.get_selection(inside)
        assert part is not None
        assert text.startswith("a " + part[0][:20])
        assert "\n" not in part[0]


async def test_everything_selected_is_the_source_and_renders_nothing_more() -> None:
    view = BlockView()
    async with running(view):
        view.load(numbered(2000))
        before = view.flow.render_count
        copied = view.get_selection(Selection(None, None))
        assert copied is not None
        assert copied[0] == "\n".join(f"{number}.{row}" for number in range(2000) for row in range(3))
        assert view.flow.render_count == before


async def test_a_mouse_drag_selects_and_stays_on_its_text_when_heights_above_change() -> None:
    view = BlockView()
    async with running(view) as pilot:
        view.load(numbered(40, guess=2))
        await pilot.pause()
        await pilot.mouse_down(BlockView, offset=(0, 3))
        await pilot.hover(BlockView, offset=(3, 4))
        await pilot.mouse_up(BlockView, offset=(3, 4))
        chosen = "\n".join(shown(view)[3:5])
        drawn = view.render_line(3)
        assert all(segment.style and segment.style.color != segment.style.bgcolor for segment in drawn)
        assert drawn != view.render_line(6)
        assert pilot.app.screen.get_selected_text() == chosen
        await pilot.press("pageup")
        assert pilot.app.screen.get_selected_text() == chosen


async def test_an_empty_view_says_what_belongs_there() -> None:
    view = BlockView(placeholder="Nothing here yet [/x].")
    async with running(view) as pilot:
        await pilot.pause()
        assert "Nothing here yet [/x]." in "\n".join(shown(view))
        view.append(TextBlock("something"))
        assert "Nothing here" not in "\n".join(shown(view))
