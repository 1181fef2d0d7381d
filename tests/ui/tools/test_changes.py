"""Servers come and go: the list follows, and nothing that a person was doing is lost."""

from dataclasses import replace

from textual.widgets import Input

from tests.ui.tools.fakes import BUNDLED, TOOLS, FakeHost, ToolsApp, eventually, parameters, paste, text
from tui.core.ports import ToolSpec
from tui.ui.tools.catalog import ItemKey
from tui.ui.tools.catalog_list import CatalogList
from tui.ui.tools.field_editor import FieldEditor
from tui.ui.tools.pane import ToolsPane

WIDE = (120, 36)
CALCULATE = ItemKey("tool", "bundled", "calculate")


def highlighted(app: ToolsApp) -> ItemKey | None:
    return app.query_one(CatalogList).highlighted_key


async def test_new_tool_appears_and_the_highlight_stays_on_its_item():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("down")
        await eventually(pilot, lambda: "Do basic arithmetic" in app.screen_text())
        app.host.tool_list.insert(0, ToolSpec("abacus", "bundled", "Count beads.", parameters()))
        app.host.changed()
        await eventually(pilot, lambda: "Tools 7" in app.screen_text())
        assert highlighted(app) == CALCULATE
        assert "Do basic arithmetic" in app.screen_text()


async def test_filter_and_focus_stay_when_the_list_changes():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("slash")
        await paste(pilot, "file")
        app.host.tool_list.append(ToolSpec("delete_file", "bundled", "", parameters()))
        app.host.changed()
        await eventually(pilot, lambda: "Tools 3 of 7" in app.screen_text())
        assert app.query(Input).first().has_focus


async def test_half_filled_form_survives_a_reconnection():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("down", "r", "tab", *"15")
        app.host.server_list[:] = [replace(BUNDLED, state="reconnecting", detail="The connection was lost.")]
        app.host.tool_list.clear()
        app.host.changed()
        await eventually(pilot, lambda: "↻ bundled  reconnecting" in app.screen_text())
        assert "It is not on offer at the moment; what you typed stays here." in app.screen_text()
        await pilot.press("0")
        app.host.server_list[:] = [BUNDLED]
        app.host.tool_list.extend(TOOLS)
        app.host.changed()
        await eventually(pilot, lambda: "● bundled" in app.screen_text())
        assert "It is not on offer" not in app.screen_text()
        assert highlighted(app) == CALCULATE
        assert app.focused is not None
        assert isinstance(app.focused, Input)
        assert app.focused.value == "150"


async def test_highlight_returns_to_a_tool_that_comes_back():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("down")
        await eventually(pilot, lambda: "Do basic arithmetic" in app.screen_text())
        app.host.tool_list.clear()
        app.host.changed()
        await eventually(pilot, lambda: highlighted(app) == ItemKey("server", "bundled", "bundled"))
        app.host.tool_list.extend(TOOLS)
        app.host.changed()
        await eventually(pilot, lambda: highlighted(app) == CALCULATE)


async def test_changed_schema_reaches_the_open_form_and_what_was_typed_stays():
    app = ToolsApp(FakeHost(tools=[ToolSpec("find", "bundled", "", parameters(("city",), city=text("City")))]))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await paste(pilot, "Bern")
        more = parameters(("city",), city=text("City"), country=text("Country"))
        app.host.tool_list[:] = [ToolSpec("find", "bundled", "", more)]
        app.host.changed()
        await eventually(pilot, lambda: "country" in app.screen_text())
        assert [(editor.field.name, editor.text) for editor in app.query(FieldEditor)] == [
            ("city", "Bern"),
            ("country", ""),
        ]


async def test_removed_pane_no_longer_listens():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert len(app.host.subscribers) == 1
        await app.query_one(ToolsPane).remove()
        assert app.host.subscribers == []
