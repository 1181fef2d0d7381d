"""Trying a tool, reading a resource, using a prompt: the form, the run, the result."""

import json

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Select, TextArea

from tests.ui.tools.fakes import FakeHost, FakeRunner, ToolsApp, eventually, parameters, paste, text
from tui.core.errors import BusyError
from tui.core.events import Json, ToolStatus
from tui.core.ports import ToolOutcome, ToolSpec
from tui.ui.tools.catalog_list import CatalogList
from tui.ui.tools.field_editor import FieldEditor
from tui.ui.tools.result_view import MOST_LINES, result_content

WIDE = (120, 36)
TO_CALCULATE = ("down", "r")
MULTIPLY = ("enter", "down", "down", "down", "enter", "tab")


async def fill(pilot: Pilot[None]) -> None:
    """Fill in the form of calculate with 15 multiply 8."""
    await pilot.press(*TO_CALCULATE, *MULTIPLY)
    await paste(pilot, "15")
    await pilot.press("tab", "8")


def one_tool(**properties: Json) -> FakeHost:
    return FakeHost(tools=[ToolSpec("try_me", "bundled", "Try it.", parameters((), **properties))])


async def test_form_is_filled_by_keys_and_runs_with_enter():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await fill(pilot)
        await pilot.press("enter")
        await eventually(pilot, lambda: "Result: 15.0 multiply 8.0 = 120.0" in app.screen_text())
        assert "✓ done" in app.screen_text()
    assert app.runner.calls == [("calculate", {"operation": "multiply", "a": 15, "b": 8})]


async def test_empty_form_says_at_each_field_what_is_missing_and_sends_nothing():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press(*TO_CALCULATE, "tab", "x", "f5")
        await eventually(pilot, lambda: "Required: fill this in." in app.screen_text())
        screen = app.screen_text()
        assert "Choose one." in screen
        assert "Must be a number, like 12 or 0.5." in screen
        assert app.query(Select).first().has_focus
        await pilot.press(*MULTIPLY[:5])
        await eventually(pilot, lambda: "Choose one." not in app.screen_text())
    assert app.runner.calls == []


async def test_result_before_does_not_stay_under_a_form_that_was_refused():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await fill(pilot)
        await pilot.press("enter")
        await eventually(pilot, lambda: "✓ done" in app.screen_text())
        await pilot.press("backspace", "f5")
        await eventually(pilot, lambda: "Required: fill this in." in app.screen_text())
        assert "✓ done" not in app.screen_text()


async def test_search_key_is_offered_only_where_it_does_not_type():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        assert "slash" in app.screen.active_bindings
        await pilot.press(*TO_CALCULATE, "tab")
        assert "slash" not in app.screen.active_bindings


async def test_untouched_optional_field_is_not_sent():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r", "enter")
        await eventually(pilot, lambda: app.runner.calls == [("greet", {})])
        assert app.query_one(FieldEditor).text == "world"


async def test_long_text_keeps_its_lines_and_runs_with_control_keys():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("down", "down", "down", "r", "a", "tab", *"one", "enter", *"two")
        for count, key in enumerate(("f5", "ctrl+enter"), 1):
            await pilot.press(key)
            await eventually(pilot, lambda count=count: len(app.runner.calls) == count)
        assert app.query(TextArea)
    assert app.runner.calls == [("save_text_file", {"filename": "a", "content": "one\ntwo"})] * 2


async def test_switched_boolean_is_sent():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("down", "down", "down", "r", "a", "tab", "x", "tab", "space")
        assert "false" in app.screen_text()
        await pilot.press("f5")
        await eventually(pilot, lambda: bool(app.runner.calls))
    assert app.runner.calls[0][1]["overwrite"] is False


async def test_nested_value_is_typed_as_json_and_a_slip_is_pointed_at():
    app = ToolsApp(one_tool(filter={"type": "object", "properties": {"city": {"type": "string"}}}))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await paste(pilot, '{"city":')
        await pilot.press("f5")
        await eventually(pilot, lambda: "Not valid JSON at line 1, column 9." in app.screen_text())
        await pilot.press(*"7}", "f5")
        await eventually(pilot, lambda: "city: Must be text." in app.screen_text())
        await pilot.press("backspace", "backspace")
        await paste(pilot, '"Bern"}')
        await pilot.press("f5")
        await eventually(pilot, lambda: app.runner.calls == [("try_me", {"filter": {"city": "Bern"}})])


async def test_tool_without_parameters_runs_with_enter_on_the_button():
    app = ToolsApp(runner=FakeRunner(ToolOutcome("ok", json.dumps({"os": "Linux", "cpu_count": 2}))))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("down", "down", "r")
        await pilot.pause()
        assert app.runner.calls == []
        await pilot.press("enter")
        await eventually(pilot, lambda: '  "cpu_count": 2' in app.screen_text())
    assert app.runner.calls == [("get_system_info", {})]


async def test_running_shows_a_spinner_and_escape_cancels_it():
    app = ToolsApp()
    app.runner.hold()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r", "enter")
        await eventually(pilot, lambda: "running  0." in app.screen_text())
        await eventually(pilot, lambda: "esc Stop" in app.screen_text())
        await pilot.press("enter")
        await pilot.press("escape")
        await eventually(pilot, lambda: "⊘ stopped" in app.screen_text())
        assert "You stopped it." in app.screen_text()
        assert (len(app.runner.calls), app.runner.cancelled) == (1, 1)
        app.runner.release()
        await pilot.press("f5")
        await eventually(pilot, lambda: "✓ done" in app.screen_text())


async def test_run_goes_on_while_one_looks_elsewhere():
    app = ToolsApp()
    app.runner.hold()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r", "enter")
        app.query_one(CatalogList).focus()
        await pilot.press("down")
        await eventually(pilot, lambda: "Do basic arithmetic" in app.screen_text())
        app.runner.release()
        await pilot.press("up")
        await eventually(pilot, lambda: "✓ done" in app.screen_text())
    assert app.runner.cancelled == 0


async def test_half_filled_form_is_still_there_after_a_look_elsewhere():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await fill(pilot)
        await pilot.press("escape", "down")
        await eventually(pilot, lambda: "Report the operating system" in app.screen_text())
        await pilot.press("up", "r")
        await pilot.pause()
        assert [field.value for field in app.query(Input) if field.value] == ["15", "8"]


OUTCOMES: dict[ToolStatus, str] = {
    "error": "✗ failed",
    "refused": "✗ not sent",
    "timeout": "! timed out",
    "cancelled": "⊘ stopped",
    "lost": "! connection lost: it may or may not have had an effect",
}


async def test_every_outcome_has_a_glyph_a_word_and_its_text():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        for status, words in OUTCOMES.items():
            app.runner.outcome = ToolOutcome(status, f"What went wrong: {status}.")
            await pilot.press("enter")
            await eventually(pilot, lambda words=words: words in app.screen_text())
            assert f"What went wrong: {status}." in app.screen_text()


async def test_refusal_of_the_application_is_shown_with_its_hint():
    class Busy(FakeRunner):
        async def __call__(self, name: str, arguments: object) -> ToolOutcome:
            raise BusyError("A turn is running.", "Stop it with Esc first.")

    app = ToolsApp(runner=Busy())
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r", "enter")
        await eventually(pilot, lambda: "A turn is running." in app.screen_text())
        assert "Stop it with Esc first." in app.screen_text()


async def test_enter_reads_a_resource():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("end", "up", "up", "up", "enter")
        await eventually(pilot, lambda: "Six tools, two resources, two prompts." in app.screen_text())


async def test_resource_that_cannot_be_read_says_why():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("end", "up", "up", "enter")
        await eventually(pilot, lambda: "The server has no such resource." in app.screen_text())
        assert "Reload the list with R on the server." in app.screen_text()


async def test_prompt_without_blanks_goes_to_the_chat_with_one_key():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("end", "up", "enter")
        await eventually(pilot, lambda: app.chosen == ["calculation_prompt: What would you like to do?"])


async def test_prompt_asks_for_its_blanks_first():
    app = ToolsApp()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("end")
        await eventually(pilot, lambda: "action    required  What to do" in app.screen_text())
        await pilot.press("enter", *"save", "enter")
        await eventually(pilot, lambda: bool(app.chosen))
    assert app.host.filled == [{"action": "save"}]


async def test_result_beside_the_form_on_a_wide_screen():
    app = ToolsApp()
    async with app.run_test(size=(200, 50)) as pilot:
        await pilot.press("r", "enter")
        await eventually(pilot, lambda: "✓ done" in app.screen_text())
        line = next(line for line in app.screen_text().splitlines() if "✓ done" in line)
        assert "name  string  optional" in line


async def test_form_and_result_fit_a_small_screen():
    app = ToolsApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot)
        await pilot.press("enter")
        await eventually(pilot, lambda: "120.0" in app.screen_text())
        screen = app.screen_text()
    for part in ("operation  string", "a  number", "b  number", "15", "✓ done", "f5 Run"):
        assert part in screen


async def test_field_of_a_choice_offers_what_the_schema_lists():
    app = ToolsApp(one_tool(unit=text("Unit", enum=["[/red]", "kelvin"])))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r", "enter")
        await eventually(pilot, lambda: "[/red]" in app.screen_text())
        await pilot.press("down", "enter", "f5")
        await eventually(pilot, lambda: app.runner.calls == [("try_me", {"unit": "[/red]"})])


async def test_schema_with_hundreds_of_parameters_becomes_one_json_field():
    many: dict[str, Json] = {f"p{number}": {"type": "integer"} for number in range(500)}
    app = ToolsApp(one_tool(**many))
    async with app.run_test(size=(120, 200)) as pilot:
        await eventually(pilot, lambda: "… 400 more; the schema lists them all" in app.screen_text())
        await pilot.press("r")
        await eventually(pilot, lambda: "All arguments as one JSON object" in app.screen_text())
        assert len(app.query(FieldEditor)) == 1


async def test_choice_of_thousands_is_typed_and_checked():
    app = ToolsApp(one_tool(zone=text("Zone", enum=[f"zone{number}" for number in range(5000)])))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await paste(pilot, "zoneX")
        await pilot.press("enter")
        await eventually(pilot, lambda: "Choose one of the values in the list." in app.screen_text())
        await pilot.press("backspace", "7", "enter")
        await eventually(pilot, lambda: app.runner.calls == [("try_me", {"zone": "zone7"})])


def shown(outcome: ToolOutcome) -> str:
    return "\n".join(part.plain for part in result_content(outcome)[0])


def test_only_the_head_of_a_huge_result_is_shown_and_that_is_said():
    many_lines = ToolOutcome("ok", "line\n" * 50_000)
    assert shown(many_lines).count("\n") == MOST_LINES - 1
    assert result_content(many_lines)[1] == "… 2,000 of 50,001 lines shown, 9,999 of 250,000 characters"
    one_line = ToolOutcome("ok", "x" * 10_000_000)
    assert len(shown(one_line)) == 60_000
    assert "1 of 1 lines" in result_content(one_line)[1]


def test_json_result_is_pretty_and_other_text_is_left_alone():
    assert shown(ToolOutcome("ok", '{"a": [1]}')) == '{\n  "a": [\n    1\n  ]\n}'
    assert shown(ToolOutcome("ok", "{not json")) == "{not json"
    assert shown(ToolOutcome("ok", "", {"a": 1})) == '{\n  "a": 1\n}'
    assert shown(ToolOutcome("ok", "")) == "The result is empty."


async def test_end_of_the_head_of_a_huge_result_can_be_reached_by_keys():
    app = ToolsApp(runner=FakeRunner(ToolOutcome("ok", "".join(f"line {number}\n" for number in range(1, 5001)))))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r", "enter")
        await eventually(pilot, lambda: "2,000 of 5,001 lines shown" in app.screen_text())
        await pilot.press("tab", "end")
        await eventually(pilot, lambda: "line 2000" in app.screen_text())


async def test_mistake_of_this_program_ends_the_run_and_not_the_application(caplog: pytest.LogCaptureFixture):
    class Broken(FakeRunner):
        async def __call__(self, name: str, arguments: object) -> ToolOutcome:
            raise LookupError("secret")

    app = ToolsApp(runner=Broken())
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r", "enter")
        await eventually(pilot, lambda: "Something went wrong inside Callscope (LookupError)." in app.screen_text())
        assert "secret" not in app.screen_text()
    assert "a run by hand failed" in caplog.text
