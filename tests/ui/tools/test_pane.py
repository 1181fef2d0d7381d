"""Looking through what the servers offer, by keys and by mouse."""

import pytest
from textual.widgets import Input, OptionList

from tests.ui.tools.fakes import BUNDLED, REMOTE, FakeHost, ToolsApp, eventually, parameters, paste, text
from tui.core.ports import ServerStatus, ToolSpec
from tui.ui.tools.action_bar import ActionButton
from tui.ui.tools.catalog_list import CatalogList

WIDE = (120, 36)


async def test_list_shows_servers_tools_resources_and_prompts_with_counts():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        screen = app.screen_text()
    for line in ("● bundled", "Tools 6", "calculate", "Resources 2", "info://usage-examples", "Prompts 2"):
        assert line in screen


async def test_moving_the_highlight_shows_the_tool():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("down")
        await eventually(pilot, lambda: "Do basic arithmetic" in app.screen_text())
        screen = app.screen_text()
    assert "calculate  ·  tool of bundled" in screen
    assert "read-only   idempotent   closed-world" in screen
    assert "name       type    required  meaning" in screen
    assert "operation  string  yes       What to do with the two numbers" in screen
    assert "add · subtract · multiply · divide" in screen


async def test_tool_without_hints_and_its_defaults_are_said_in_words():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press(*["down"] * 5)
        await eventually(pilot, lambda: "no hints given" in app.screen_text())
        assert "city  string  no        Seattle  The city" in app.screen_text()


async def test_s_shows_the_raw_schema_and_the_table_again():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("down", "s")
        await eventually(pilot, lambda: '"enum": [' in app.screen_text())
        await pilot.press("s")
        await eventually(pilot, lambda: '"enum": [' not in app.screen_text())


async def test_search_filters_as_one_types_and_escape_takes_it_back():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("slash", *"wea")
        await eventually(pilot, lambda: "Tools 1 of 6" in app.screen_text())
        assert "get_weather  ·  tool of bundled" in app.screen_text()
        await pilot.press("escape")
        await eventually(pilot, lambda: "Tools 6" in app.screen_text())
        await pilot.press("escape")
        assert app.query_one(CatalogList).has_focus


async def test_from_the_search_box_one_key_goes_to_what_was_found():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        for key in ("down", "enter"):
            await pilot.press("slash", "f", key)
            await eventually(pilot, lambda: app.query_one(CatalogList).has_focus)
            assert "read_text_file" in app.screen_text()


async def test_search_from_a_server_highlights_the_first_offer_that_is_found():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("home", "slash", *"weather", "enter")
        await eventually(pilot, lambda: "get_weather  ·  tool of bundled" in app.screen_text())


async def test_nothing_found_names_the_search():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("slash", "q")
        await eventually(pilot, lambda: "Nothing found for “q”" in app.screen_text())
        assert "Esc clears the search." in app.screen_text()


async def test_no_servers_says_what_to_do():
    app = ToolsApp(FakeHost((), (), (), ()))
    async with app.run_test(size=WIDE) as pilot:
        await eventually(pilot, lambda: "No MCP server is configured" in app.screen_text())
        assert "MCP_SERVER_URL" in app.screen_text()


async def test_server_without_tools_says_so():
    app = ToolsApp(FakeHost((BUNDLED,), (), (), ()))
    async with app.run_test(size=WIDE) as pilot:
        await eventually(pilot, lambda: "It offers nothing yet." in app.screen_text())


async def test_server_that_is_down_says_why_and_what_to_do():
    app = ToolsApp(FakeHost((BUNDLED, REMOTE)))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("end")
        await eventually(pilot, lambda: "what to do  " in app.screen_text())
        screen = app.screen_text()
    assert "✗ analytics  down" in screen
    assert "✗ down" in screen
    assert "why         The server at mcp.example.com refused the connection." in screen
    assert "what to do  Check MCP_SERVER_URL, or press R to try again." in screen


async def test_server_shows_its_address_version_counts_and_log():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("home")
        await eventually(pilot, lambda: "state      ● ready" in app.screen_text())
        screen = app.screen_text()
    assert "version    Azure OpenAI MCP Server 1.0.0" in screen
    assert "offers     6 tools · 2 resources · 2 prompts" in screen
    assert "bundled.log" in screen


async def test_shift_r_restarts_the_highlighted_server_and_no_tool():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("R")
        await pilot.press("home", "R")
        await eventually(pilot, lambda: app.host.restarted == ["bundled"])


async def test_a_posts_a_message_for_the_prompt():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("down", "a")
        await eventually(pilot, lambda: bool(app.asked))
    assert app.asked[0].startswith("Use the calculate tool to do basic arithmetic")


async def test_mouse_highlights_and_presses_buttons():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.click(CatalogList, offset=(6, 3))
        await eventually(pilot, lambda: "Do basic arithmetic" in app.screen_text())
        ask = next(button for button in app.query(ActionButton) if button.name_of_action == "ask")
        await pilot.click(ask)
        await eventually(pilot, lambda: bool(app.asked))
        assert "esc Back" not in app.screen_text()


async def test_keys_that_mean_nothing_here_reach_the_application():
    reached: list[str] = []

    class Around(ToolsApp):
        BINDINGS = [("escape", "note", "")]  # noqa: RUF012 (the framework's own form)

        def action_note(self) -> None:
            reached.append("escape")

    app = Around()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r", "escape")
        assert reached == []
        await pilot.press("escape")
        assert reached == ["escape"]


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_every_button_is_wholly_on_the_screen(size: tuple[int, int]):
    app = ToolsApp()
    async with app.run_test(size=size) as pilot:
        await pilot.press("down")
        await pilot.pause()
        for key in ("s", "r"):
            for button in app.query(ActionButton):
                assert app.screen.region.contains_region(button.region), (key, button)
            await pilot.press(key)
            await pilot.pause()


async def test_reason_of_a_server_that_is_down_wraps_in_a_narrow_list():
    app = ToolsApp(FakeHost((ServerStatus("far", "down", detail="word " * 12 + "end"),), (), (), ()))
    async with app.run_test(size=(80, 24)) as pilot:
        await eventually(pilot, lambda: app.screen_text().count("end") == 2)


async def test_a_thousand_tools_stay_quick():
    tools = [
        ToolSpec(f"tool_{number}", "bundled", f"Does thing {number}.", parameters(("x",), x=text("A thing")))
        for number in range(1000)
    ]
    app = ToolsApp(FakeHost(tools=tools))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("end", "up", "up", "up", "up")
        await eventually(pilot, lambda: "Does thing 999." in app.screen_text())
        await pilot.press("slash")
        await paste(pilot, "thing 77")
        await eventually(pilot, lambda: "Tools 19 of 1,000" in app.screen_text())
        assert app.query_one(Input).value == "thing 77"


async def test_highlight_that_a_search_has_overtaken_changes_nothing():
    app = ToolsApp()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        catalog = app.query_one(CatalogList)
        last = catalog.option_count - 1
        late = OptionList.OptionHighlighted(catalog, catalog.get_option_at_index(last), last)
        await pilot.press("slash", *"zzz")
        await eventually(pilot, lambda: catalog.option_count <= last)
        catalog.post_message(late)
        await pilot.pause()
        assert app.is_running
