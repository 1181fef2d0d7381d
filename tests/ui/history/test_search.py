import asyncio
from typing import ClassVar

import pytest
from textual.binding import Binding, BindingType
from textual.events import Key, Paste
from textual.widgets import Static

from tests.ui.history.driving import (
    NAMES,
    WAIT_LIMIT,
    archive_of,
    current,
    press,
    running,
    screen_text,
    search,
    settle,
    titles,
)
from tests.ui.history.fakes import NOON, FakeArchive, PaneApp, summary
from tui.core.errors import StoreError
from tui.core.events import Event, UserSaid
from tui.core.ports import SearchQuery
from tui.core.query import FORMS
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


async def test_a_search_before_all_is_indexed_says_so_and_looks_again_by_itself() -> None:
    archive = archive_of("alpha", "beta")
    later = archive.kept.pop("beta")
    archive.is_digesting = True
    async with running(archive) as (app, pilot):
        await pilot.press("slash", "b")
        async with asyncio.timeout(WAIT_LIMIT):
            while "Nothing contains “b” so far" not in screen_text(app):
                await pilot.pause()
        archive.is_digesting = False
        archive.kept["beta"] = later
        archive.done_digesting.set()
        await settle(app, pilot)
        assert titles(app) == ["beta"]
        assert "so far" not in screen_text(app)


async def test_where_filters_count_too_they_are_said_to() -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        await search(app, pilot, *NAMES[0], "space", *"failed:")
        assert f"Nothing that passes these filters contains “{NAMES[0]}”" in screen_text(app)


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


def answered(name: str, *texts: str) -> list[Event]:
    """A conversation whose n-th turn says the n-th text."""
    return [UserSaid(at=NOON, turn=turn, text=text) for turn, text in enumerate(texts, start=1)]


async def test_a_hit_is_shown_in_context_with_its_turn_and_opens_there() -> None:
    archive = archive_of(*NAMES)
    archive.events["second"] = answered("second", "Hello", "Where is the [/x] Eiffel tower?")
    async with running(archive, (120, 30)) as (app, pilot):
        await search(app, pilot, *"eiff")
        assert titles(app) == ["second"]
        shown = screen_text(app)
        assert "turn 2 · you   Where is the [/x] Eiffel tower?" in shown
        assert "… from turn 2 on" in shown
        await press(app, pilot, "enter", "enter")
        (message,) = app.said
        assert isinstance(message, ConversationChosen)
        assert (message.conversation_id, message.turn) == ("second", 2)


async def test_a_later_search_wins_and_what_was_found_stays_until_then() -> None:
    archive = archive_of(*NAMES)
    async with running(archive) as (app, pilot):
        await search(app, pilot, *"fi")
        archive.hold = asyncio.Event()
        await pilot.press("x")
        assert titles(app) == ["first"]
        await pilot.press("backspace", "backspace", "o")
        archive.hold.set()
        await settle(app, pilot)
        assert titles(app) == ["fourth"]
        assert archive.searched[-1].text == "fo"
        await press(app, pilot, "backspace", "backspace")
        assert titles(app) == NAMES


async def test_typed_filters_are_shown_as_chips_and_esc_takes_them_away() -> None:
    archive = FakeArchive(
        [
            summary("good", tools=("calculate",), models=("gpt-4o",)),
            summary("bad", tools=("calculate",), failed=1, models=("gpt-5",)),
            summary("old", days_ago=40, tools=("greet",)),
        ]
    )
    async with running(archive) as (app, pilot):
        for typed, found in (
            ("tool:calculate", ["good", "bad"]),
            ("tool:Calculate failed:", ["bad"]),
            ("model:gpt-4o", ["good"]),
            ("until:2026-10-31", ["old"]),
            ("since:30d", ["good", "bad"]),
        ):
            app.pane.finder.search.input.value = typed
            await settle(app, pilot)
            assert titles(app) == found
        assert " since 30d " in screen_text(app)
        await press(app, pilot, "escape")
        assert titles(app) == ["good", "bad", "old"]
        assert "since 30d" not in screen_text(app)


async def test_a_date_that_is_none_is_said_beside_the_other_filters() -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        app.pane.finder.search.input.value = "since:soon tool:first_tool"
        await settle(app, pilot)
        assert "“soon” is no date" in screen_text(app)
        assert titles(app) == ["first"]


async def test_the_empty_search_line_says_what_can_be_typed() -> None:
    async with running(archive_of(*NAMES)) as (app, pilot):
        assert FORMS not in screen_text(app)
        await search(app, pilot)
        assert FORMS in screen_text(app)
        await press(app, pilot, "f")
        assert FORMS not in screen_text(app)


async def test_a_history_that_fails_to_be_searched_says_why() -> None:
    archive = archive_of(*NAMES)
    async with running(archive) as (app, pilot):
        archive.broken = StoreError("The history cannot be read.", "Try again.")
        await search(app, pilot, "f")
        assert "✗ The history cannot be read." in screen_text(app)


async def test_the_filter_dialog_writes_into_the_search_line_and_knows_what_was_typed() -> None:
    archive = FakeArchive(
        [
            summary("good", tools=("calculate",), models=("gpt-4o",)),
            summary("bad", tools=("a b",), failed=1, models=("gpt-5",)),
        ]
    )
    async with running(archive) as (app, pilot):
        await search(app, pilot, *"g", "enter")
        await press(app, pilot, "f", "right", "down", "down", "right", "enter")
        assert app.pane.finder.search.input.value == 'tool:"a b" failed: g'
        assert app.pane.finder.parsed.query == SearchQuery(text="g", tool="a b", failed_only=True)
        assert app.focused is app.pane.finder.table
        await press(app, pilot, "f", "c", "enter")
        assert app.pane.finder.search.input.value == "g"
        await press(app, pilot, "f", "right", "escape")
        assert app.pane.finder.search.input.value == "g"


async def test_letters_typed_right_after_the_slash_are_never_taken_for_keys_of_the_list() -> None:
    archive = archive_of(*NAMES)
    async with running(archive) as (app, pilot):
        for key in ("slash", *"pdupx"):
            app.post_message(Key(key, None if key == "slash" else key))
        await settle(app, pilot)
        assert app.pane.finder.search.input.value == "pdupx"
        assert not archive.deleted
        assert app.said == []
