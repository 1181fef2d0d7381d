"""The list of everything on offer, filtered, and the message that asks for a tool."""

import pytest

from tests.ui.tools.fakes import BUNDLED, TOOLS, FakeHost, parameters
from tui.core.ports import ToolSpec
from tui.ui.tools.asking import asking_for
from tui.ui.tools.catalog import Catalog, catalog_of
from tui.ui.tools.catalog_rows import rows_of


def names(catalog: Catalog) -> list[str]:
    return [item.key.name for item in catalog.items()]


def test_filter_wants_every_word_in_name_or_description():
    catalog = catalog_of(FakeHost())
    assert names(catalog.filtered("FILE save")) == ["bundled", "save_text_file"]
    assert names(catalog.filtered("arithmetic")) == ["bundled", "calculate"]
    assert names(catalog.filtered("  ")) == names(catalog)
    assert catalog.filtered("no such thing").sections == ()


def test_groups_keep_their_whole_count_while_filtered():
    rows = rows_of(catalog_of(FakeHost()).filtered("file"), "file", 40)
    assert [row.text.plain.strip() for row in rows if row.key is None] == ["Tools 2 of 6", "Prompts 1 of 2"]


def test_each_server_has_its_own_tools():
    other = BUNDLED.__class__("other", "ready")
    catalog = catalog_of(FakeHost((BUNDLED, other), [*TOOLS, ToolSpec("ping", "other", "", {})]))
    assert [section.status.name for section in catalog.sections] == ["bundled", "other"]
    assert catalog.counts("other") == {"Tools": 1}


def test_tool_of_a_server_that_is_not_listed_is_not_hidden():
    assert "ping" in names(catalog_of(FakeHost(tools=[ToolSpec("ping", "elsewhere", "", {})])))


def test_same_name_twice_on_one_server_is_shown_once():
    spec = ToolSpec("ping", "bundled", "", {})
    assert names(catalog_of(FakeHost(tools=[spec, spec]))).count("ping") == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "calculate",
            "Use the calculate tool to do basic arithmetic with two numbers, with operation = add, a = … and b = ….",
        ),
        (
            "get_weather",
            "Use the get_weather tool to tell the weather of a city, with city = Seattle.",
        ),
        (
            "get_system_info",
            "Use the get_system_info tool to report the operating system, processor, memory "
            "and Python version of the server.",
        ),
    ],
)
def test_asking_names_the_purpose_and_the_parameters(name: str, message: str):
    assert asking_for(next(tool for tool in TOOLS if tool.name == name)) == message


@pytest.mark.parametrize("description", ["", "The weather.", "Returns the weather.", "Weather", "HTTP client for all"])
def test_description_that_does_not_follow_to_is_left_out(description: str):
    spec = ToolSpec("w", "s", description, parameters(("city",), city={"type": "string"}))
    assert asking_for(spec) == "Use the w tool with city = …."
