"""What the tools, resources and prompts say, through an in-process client."""

import json
import logging
import random
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import pytest
from mcp import Client
from mcp.server.mcpserver import MCPServer
from mcp_types import CallToolResult, TextContent, TextResourceContents
from pydantic import Field

from server.files import FileFolder
from server.mcp_server import NAME, build_server
from server.results import TEXT_LIMIT
from server.tools.greeting import GreetingTools
from server.tools.system import MEMORY_NOTE
from server.tools.tool import tool
from server.tools.weather import CONDITIONS, WeatherTools
from tests.server.clients import call, error_of, text_of

TOOL_NAMES = ["greet", "calculate", "get_system_info", "save_text_file", "read_text_file", "get_weather"]


@pytest.fixture
def server(tmp_path: Path) -> MCPServer[Any]:
    return build_server(FileFolder(tmp_path / "files"))


async def test_server_offers_six_tools_two_resources_and_two_prompts(server: MCPServer[Any]) -> None:
    async with Client(server) as client:
        assert [found.name for found in (await client.list_tools()).tools] == TOOL_NAMES
        assert [str(found.uri) for found in (await client.list_resources()).resources] == [
            "info://server-capabilities",
            "info://usage-examples",
        ]
        prompts = (await client.list_prompts()).prompts
        assert [(found.name, found.description) for found in prompts] == [
            ("calculation_prompt", "Ask user what they want to calculate"),
            ("file_operations_prompt", "Ask user for file operations"),
        ]


async def test_every_tool_and_every_parameter_is_described(server: MCPServer[Any]) -> None:
    async with Client(server) as client:
        for found in (await client.list_tools()).tools:
            assert found.description, found.name
            assert found.title, found.name
            assert found.output_schema is None, "the text would be sent twice"
            for name, parameter in found.input_schema["properties"].items():
                assert parameter.get("description"), f"{found.name}.{name}"


async def test_only_saving_is_announced_as_changing_something(server: MCPServer[Any]) -> None:
    async with Client(server) as client:
        found = {found.name: found.annotations for found in (await client.list_tools()).tools}
        for name, annotations in found.items():
            assert annotations is not None
            assert annotations.read_only_hint is (name != "save_text_file")
            assert annotations.destructive_hint is (name == "save_text_file")
            assert annotations.open_world_hint is False


@pytest.mark.parametrize(
    ("operation", "a", "b", "answer"),
    [
        ("multiply", 15, 8, "Result: 15.0 multiply 8.0 = 120.0"),
        ("add", 0.1, 0.2, "Result: 0.1 add 0.2 = 0.30000000000000004"),
        ("subtract", "7", -3, "Result: 7.0 subtract -3.0 = 10.0"),
        ("divide", 50, 2, "Result: 50.0 divide 2.0 = 25.0"),
    ],
)
async def test_calculate_tells_the_whole_calculation(
    server: MCPServer[Any], operation: str, a: object, b: object, answer: str
) -> None:
    async with Client(server) as client:
        result = await call(client, "calculate", {"operation": operation, "a": a, "b": b})
        assert text_of(result) == answer
        assert result.structured_content is None


@pytest.mark.parametrize(
    ("operation", "a", "b", "words"),
    [
        ("divide", 1, 0, "Division by zero is not possible: .* choose add, subtract or multiply"),
        ("divide", 1, "-0.0", "Division by zero"),
        ("power", 2, 3, "operation must be 'add', 'subtract', 'multiply' or 'divide', not 'power'"),
        ("multiply", 1e308, 10, "too large"),
        ("add", "NaN", 1, "a must be a finite number, not 'NaN'"),
        ("add", 1, "-Infinity", "b must be a finite number"),
        ("add", 10**400, 1, "a must be a valid number"),
        ("add", "fifteen", 1, "a must be a valid number, not 'fifteen'"),
        ("add", None, 1, "a must be a valid number, not null"),
        ("__import__('os').abort()", 1, 1, "operation must be 'add'"),
        ("add", "(1+1)", 1, "a must be a valid number"),
    ],
)
async def test_calculate_answers_what_it_cannot_do_in_words(
    server: MCPServer[Any], operation: str, a: object, b: object, words: str
) -> None:
    async with Client(server) as client:
        error = error_of(await call(client, "calculate", {"operation": operation, "a": a, "b": b}))
        assert re.search(words, error)
        assert "\n" not in error
        assert "pydantic" not in error


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
async def test_numbers_that_json_does_not_have_are_refused(server: MCPServer[Any], value: float) -> None:
    result = await server.call_tool("calculate", {"operation": "add", "a": value, "b": 1})
    assert isinstance(result, CallToolResult)
    assert "a must be a finite number" in error_of(result)


async def test_missing_arguments_are_all_named(server: MCPServer[Any]) -> None:
    async with Client(server) as client:
        error = error_of(await call(client, "calculate", {"operation": "add"}))
        assert error == "calculate was not run: a is missing; b is missing."


async def test_unknown_tool_is_answered_with_the_tools_that_exist(server: MCPServer[Any]) -> None:
    async with Client(server) as client:
        error = error_of(await call(client, "launch_rocket"))
        assert error.startswith("There is no tool called 'launch_rocket'.")
        assert all(name in error for name in TOOL_NAMES)


async def test_greeting_tells_the_time_of_the_clock(tmp_path: Path) -> None:
    noon = GreetingTools(now=lambda: datetime(2026, 11, 20, 12, 0, 7))
    async with Client(build_server(FileFolder(tmp_path), toolsets=[noon])) as client:
        assert text_of(await call(client, "greet")) == "Hello world! Current time: 2026-11-20 12:00:07"
        assert text_of(await call(client, "greet", {"name": "Zoë"})).startswith("Hello Zoë! Current time: ")


async def test_greeting_of_the_real_server_tells_the_current_time(server: MCPServer[Any]) -> None:
    async with Client(server) as client:
        before = datetime.now().replace(microsecond=0)
        told = text_of(await call(client, "greet")).removeprefix("Hello world! Current time: ")
        assert before <= datetime.strptime(told, "%Y-%m-%d %H:%M:%S") <= datetime.now()


async def test_weather_is_in_its_range_and_says_that_it_is_mock(tmp_path: Path) -> None:
    weather = WeatherTools(random.Random(7))
    async with Client(build_server(FileFolder(tmp_path), toolsets=[weather])) as client:
        seen: set[str] = set()
        for _ in range(100):
            report, note = text_of(await call(client, "get_weather", {"city": "San Francisco"})).split("\n")
            match = re.fullmatch(r"Weather in San Francisco: (\d+)°F, ([a-z ]+)", report)
            assert match is not None
            assert 15 <= int(match[1]) <= 85
            seen.add(match[2])
            assert "mock data" in note
        assert seen == set(CONDITIONS)
        assert text_of(await call(client, "get_weather")).startswith("Weather in Seattle: ")


async def test_system_information_is_json_with_the_promised_facts(server: MCPServer[Any]) -> None:
    async with Client(server) as client:
        facts = json.loads(text_of(await call(client, "get_system_info")))
        assert list(facts) == [
            "os",
            "os_version",
            "architecture",
            "processor",
            "python_version",
            "cpu_count",
            "memory_gb",
        ]
        assert facts["python_version"] == ".".join(map(str, sys.version_info[:3]))
        assert facts["cpu_count"] >= 1
        assert facts["memory_gb"] > 0


async def test_without_psutil_the_memory_is_a_note_how_to_get_it(
    server: MCPServer[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Client(server) as client:
        monkeypatch.setitem(sys.modules, "psutil", None)
        facts = json.loads(text_of(await call(client, "get_system_info")))
        assert facts["memory_gb"] == MEMORY_NOTE


async def test_saved_text_is_read_back(server: MCPServer[Any]) -> None:
    async with Client(server) as client:
        text = "Hello from Azure OpenAI + MCP!\r\nžluťoučký 🐎\n"
        saved = await call(client, "save_text_file", {"filename": "notes/demo.txt", "content": text})
        assert text_of(saved) == "Successfully saved content to notes/demo.txt"
        read = await call(client, "read_text_file", {"filename": "notes/demo.txt"})
        assert text_of(read) == f"Content of notes/demo.txt:\n{text}"


async def test_file_errors_reach_the_model_in_words(server: MCPServer[Any]) -> None:
    async with Client(server) as client:
        assert "no file called 'nothing.txt'" in error_of(
            await call(client, "read_text_file", {"filename": "nothing.txt"})
        )
        assert "not allowed" in error_of(await call(client, "read_text_file", {"filename": "../secret"}))
        assert "not allowed" in error_of(await call(client, "save_text_file", {"filename": "/etc/motd", "content": ""}))


async def test_long_result_is_shortened_and_says_so(server: MCPServer[Any]) -> None:
    async with Client(server) as client:
        # Each of these characters takes six bytes on the wire.
        await call(client, "save_text_file", {"filename": "big.txt", "content": "\x01" * 500_000})
        text = text_of(await call(client, "read_text_file", {"filename": "big.txt"}))
        assert text.endswith(" of 500,020 characters.]")
        assert "[Shortened: the first " in text
        assert len(json.dumps(text)) <= TEXT_LIMIT + 200


async def test_structured_content_that_clients_could_not_receive_is_left_out_with_a_word(tmp_path: Path) -> None:
    @tool(title="Much")
    def much(size: int) -> CallToolResult:
        """Return data of a size."""
        return CallToolResult(content=[], structured_content={"data": "x" * size})

    async with Client(build_server(FileFolder(tmp_path), toolsets=[[much]])) as client:
        assert (await call(client, "much", {"size": 10})).structured_content == {"data": "x" * 10}
        result = await call(client, "much", {"size": TEXT_LIMIT})
        assert result.structured_content is None
        assert text_of(result) == "[The structured content is left out: 262,155 bytes of JSON.]"


class SpareTools:
    @tool(title="Roll a die", read_only=True)
    def roll(self, sides: Annotated[int, Field(ge=2, description="How many sides.")] = 6) -> str:
        """Roll one die."""
        return f"1 of {sides}"

    @tool(title="Break")
    def break_down(self) -> str:
        """Fail in a way that nobody expected."""
        raise RuntimeError("secret-internals at /home/somebody")


async def test_one_decorated_function_is_a_new_tool(tmp_path: Path) -> None:
    async with Client(build_server(FileFolder(tmp_path), toolsets=[SpareTools()])) as client:
        described = (await client.list_tools()).tools[0]
        assert (described.name, described.title, described.description) == ("roll", "Roll a die", "Roll one die.")
        assert text_of(await call(client, "roll", {"sides": 20})) == "1 of 20"
        assert "sides must be greater than or equal to 2" in error_of(await call(client, "roll", {"sides": 1}))


async def test_crash_of_a_tool_is_a_plain_sentence_and_its_traceback_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with Client(build_server(FileFolder(tmp_path), toolsets=[SpareTools()])) as client:
        with caplog.at_level(logging.ERROR):
            error = error_of(await call(client, "break_down"))
        assert error == "break_down failed because of a fault inside the server. Its log has the details."
        assert "secret-internals" in caplog.text
        assert "Traceback" in caplog.text
        assert text_of(await call(client, "roll")) == "1 of 6"


async def test_capabilities_name_everything_that_is_registered(server: MCPServer[Any]) -> None:
    async with Client(server) as client:
        (content,) = (await client.read_resource("info://server-capabilities")).contents
        assert isinstance(content, TextResourceContents)
        assert content.mime_type == "text/markdown"
        assert content.text.startswith(f"# {NAME} ")
        for name in [*TOOL_NAMES, "info://usage-examples", "calculation_prompt", "file_operations_prompt"]:
            assert f"- `{name}`: " in content.text


async def test_usage_examples_can_be_read(server: MCPServer[Any]) -> None:
    async with Client(server) as client:
        (content,) = (await client.read_resource("info://usage-examples")).contents
        assert isinstance(content, TextResourceContents)
        assert "Calculate 15 * 8 and save the result to a file called calculation.txt" in content.text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("calculation_prompt", "Ask user what they want to calculate"),
        ("file_operations_prompt", "Ask user for file operations"),
    ],
)
async def test_prompts_tell_the_model_what_to_ask(server: MCPServer[Any], name: str, words: str) -> None:
    async with Client(server) as client:
        (message,) = (await client.get_prompt(name)).messages
        assert isinstance(message.content, TextContent)
        assert message.content.text.startswith(words)
