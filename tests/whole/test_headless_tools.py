"""`callscope tools`, `call` and `read` as real processes: what they write where, and how they end."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.process import serving
from tests.whole.commands import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that these commands did not launch."""
    with serving(tmp_path_factory.mktemp("server"), supervised=False) as process:
        yield f"{process.url}/sse"


def test_tools_are_listed_for_people_and_for_programs(home: Home) -> None:
    listed, as_json = home.run_all(["tools"], ["tools", "--json"])
    assert listed.status == 0, listed.err
    assert listed.out.startswith("bundled (")
    assert "      operation  string · one of add, subtract, multiply, divide · " in listed.out
    assert "    info://server-capabilities  " in listed.out
    tools = {tool["name"]: tool for tool in json.loads(as_json.out)["tools"]}
    assert set(tools) >= {"greet", "calculate", "get_system_info", "save_text_file", "read_text_file", "get_weather"}
    assert tools["calculate"]["parameters"]["required"] == ["operation", "a", "b"]
    assert (tools["calculate"]["server"], tools["calculate"]["annotations"]["read_only"]) == ("bundled", True)
    assert home.loaded == ["mcp"]


SECRET = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ENDS = (
    ("call calculate operation=add a=1.5 b=2", 0, "Result: 1.5 add 2.0 = 3.5\n", ""),
    ('call calculate --arguments {"operation":"divide","a":1,"b":0}', 1, "", "Division by zero"),
    ('call calculate --arguments {"operation":"add","a":"x","b":0}', 2, "", "were refused: a: 'x'"),
    ("call calculate operation=add a=x b=2", 2, "", "a: Must be a number"),
    ("call calculate a=1 --arguments {}", 2, "", "The arguments are given twice"),
    ("call nope", 2, "", "There is no tool called nope"),
    (f"call greet name={SECRET}", 3, "", "Only a person"),
    ("read info://usage-examples", 0, "Calculate 15 * 8", ""),
    ("read info://nope", 1, "", "info://server-capabilities"),
)


def test_call_and_read_write_the_result_alone_and_say_how_they_ended(home: Home, server: str) -> None:
    ends = home.run_all(*([*command.split(), "--server", server] for command, *_ in ENDS))
    for ended, (command, status, out, err) in zip(ends, ENDS, strict=True):
        assert ended.status == status, command
        assert out in ended.out
        assert bool(out) == bool(ended.out)
        assert err in ended.err
        assert bool(err) == bool(ended.err)
    assert home.loaded == ["mcp"]
