"""What the model is sent of a tool, beside what its server says."""

from collections.abc import Sequence
from time import perf_counter

import pytest

from tests.ui.tools.fakes import BUNDLED, FakeHost, ToolsApp, eventually, parameters, text
from tui.core.events import Json
from tui.core.ports import SentTool, ToolSpec
from tui.ui.tools.sent_view import sent_view

WIDE, NARROW = (120, 36), (80, 36)
SCHEMA: dict[str, Json] = {"properties": {"tags": {"type": "array"}}, "$comment": "loose"}
ACCEPTED: dict[str, Json] = {
    "properties": {"tags": {"type": "array", "items": {}}},
    "$comment": "loose",
    "type": "object",
}
CHAT: Json = {"type": "function", "function": {"name": "tag", "parameters": ACCEPTED}}
RESPONSES: Json = {"type": "function", "name": "tag", "parameters": ACCEPTED, "strict": False}
CHANGES = ("Arrays were given “items”.", "The parameters became an object with properties.")


def lines(sent: SentTool, width: int = 80, schema: dict[str, Json] | None = None) -> Sequence[str]:
    return sent_view(SCHEMA if schema is None else schema, sent, width).plain.split("\n")


@pytest.mark.parametrize("form", [CHAT, RESPONSES])
def test_lines_that_differ_are_marked_on_both_sides_in_either_form(form: Json) -> None:
    shown = lines(SentTool("tag", form, CHANGES))
    assert shown[:3] == ["Changed for the model 2", f"•  {CHANGES[0]}", f"•  {CHANGES[1]}"]
    new = [line.partition("│ + ")[2].strip() for line in shown if "│ + " in line]
    assert new == ['"items": {}', '"type": "object"']
    assert not [line for line in shown if line.startswith("−")]


def test_what_is_gone_is_marked_where_it_stood() -> None:
    schema: dict[str, Json] = {"anyOf": [True], **ACCEPTED}
    shown = lines(SentTool("tag", CHAT), schema=schema)
    gone = [line.partition("│")[0].strip("− ") for line in shown if line.startswith("−")]
    assert gone == ['"anyOf": [', "true", "],"]


def test_a_tool_that_is_sent_as_it_is_has_no_mark() -> None:
    shown = lines(SentTool("tag", CHAT), schema=ACCEPTED)
    assert shown[0] == "The model is sent the schema as it is."
    assert not [line for line in shown if line.startswith("−") or "│ +" in line]


def test_in_a_narrow_place_both_are_one_below_the_other() -> None:
    shown = lines(SentTool("tag", CHAT, CHANGES), width=60)
    assert shown.index("Sent to the model") < shown.index("MCP schema")
    assert not any("│" in line for line in shown)
    assert all(len(line) <= 60 for line in shown)


def test_nothing_of_a_long_line_is_lost_and_no_line_is_too_wide() -> None:
    description = " ".join(f"word{number}" for number in range(40))
    schema: dict[str, Json] = {"type": "object", "properties": {"a": {"description": description}}}
    form: Json = {"type": "function", "name": "t", "parameters": schema}
    shown = lines(SentTool("t", form), width=75, schema=schema)
    assert all(len(line) <= 75 for line in shown)
    for side in (0, 2):
        words = " ".join(line.partition(" │ ")[side].strip(' +−"') for line in shown).split()
        assert [f"word{number}" for number in range(40)] == [word.strip('"') for word in words if "word" in word]


def test_schemas_of_thousands_of_lines_are_laid_out_fast() -> None:
    properties: dict[str, Json] = {f"p{i}": {"type": "string"} for i in range(2_000)}
    schema: dict[str, Json] = {"type": "object", "properties": properties}
    form: Json = {"type": "function", "name": "t", "parameters": schema}
    began = perf_counter()
    assert "more characters" in sent_view(schema, SentTool("t", form), 100).plain
    assert perf_counter() - began < 2


def host() -> FakeHost:
    tools = [
        ToolSpec("tag", "bundled", "Tag a page.", SCHEMA),
        ToolSpec("wide", "bundled", "Too much.", parameters(x=text("The x"))),
    ]
    return FakeHost((BUNDLED,), tools, (), ())


def how_sent() -> Sequence[SentTool]:
    reason = "The service takes 128 tools at most, and the ones before it are as many."
    return [SentTool("tag", CHAT, CHANGES), SentTool("wide", None, left_out=reason)]


async def test_s_shows_what_the_model_is_sent_beside_the_schema_and_the_table_again() -> None:
    app = ToolsApp(host(), sent=how_sent)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("s")
        await eventually(pilot, lambda: "Sent to the model" in app.screen_text())
        assert "Changed for the model 2" in app.screen_text()
        assert any("MCP schema" in line and "Sent to" in line for line in app.screen_text().split("\n"))
        await pilot.press("s")
        await eventually(pilot, lambda: "Sent to the model" not in app.screen_text())


async def test_on_a_narrow_screen_they_are_stacked() -> None:
    app = ToolsApp(host(), sent=how_sent)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("s")
        await eventually(pilot, lambda: "Sent to the model" in app.screen_text())
        assert not any("MCP schema" in line and "Sent to" in line for line in app.screen_text().split("\n"))


async def test_a_tool_that_is_left_out_is_marked_in_the_list_and_says_why() -> None:
    app = ToolsApp(host(), sent=how_sent)
    async with app.run_test(size=WIDE) as pilot:
        await eventually(pilot, lambda: "⊘ wide  not sent" in app.screen_text())
        await pilot.press("down")
        await eventually(pilot, lambda: "Not sent to the model. The service takes 128 tools" in app.screen_text())
        await pilot.press("s")
        await eventually(pilot, lambda: "MCP schema" in app.screen_text())
        assert "Sent to the model" not in app.screen_text()


async def test_what_is_sent_is_asked_anew_when_the_tab_is_entered() -> None:
    asked: list[int] = []

    def sent() -> Sequence[SentTool]:
        asked.append(1)
        return how_sent() if len(asked) > 2 else ()

    app = ToolsApp(host(), sent=sent)
    async with app.run_test(size=WIDE) as pilot:
        await eventually(pilot, lambda: len(asked) == 2)
        assert "not sent" not in app.screen_text()
        app.on_mount()
        await eventually(pilot, lambda: "⊘ wide  not sent" in app.screen_text())
