"""Tools of other packages: installed ones are offered, broken ones are named and left out."""

import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.server.mcpserver import MCPServer

from server.files import FileFolder
from server.mcp_server import build_server
from server.plugins import Plugin, add_plugins
from tests.server.clients import call, connect, error_of, text_of
from tests.server.process import serving

EXAMPLE = Path(__file__).parent / "plugin_example"
TOOL = "from server.tools.tool import tool\n"


@pytest.fixture
def server(tmp_path: Path) -> MCPServer[Any]:
    return build_server(FileFolder(tmp_path / "files"))


def install(folder: Path, name: str, code: str, entry: str = "") -> None:
    """Put a module and the metadata of its package where installed ones are."""
    module = f"plugin_{name}"
    (folder / f"{module}.py").write_text(code)
    metadata = folder / f"package_{name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: package-{name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[callscope.tools]\n{name} = {module}{entry}\n")


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the module path."""
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    return folder


def marked(function: str) -> str:
    return f'{TOOL}@tool(title="T")\n{function}\n'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip has installed the example package, asking no registry."""
    target = tmp_path_factory.mktemp("site")
    quiet = ["--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--no-build-isolation"]
    command = [sys.executable, "-m", "pip", "install", *quiet, "--target", str(target), str(EXAMPLE)]
    subprocess.run(command, check=True, timeout=60)
    return target


async def test_example_package_is_installed_and_its_tool_is_offered(tmp_path: Path, site: Path) -> None:
    with serving(tmp_path, supervised=False, environment={"PYTHONPATH": str(site)}) as running:
        async with connect(running.url, "http") as client:
            assert re.fullmatch("[1-4] [1-4] [1-4]", text_of(await call(client, "roll_dice", {"count": 3, "sides": 4})))
            assert error_of(await call(client, "roll_dice", {"count": 0})) == "Roll 1 to 100 dice at a time."
        assert "Plugins:   dice (callscope-dice): roll_dice\n" in running.output
        assert running.log == ""


def test_plugins_can_be_left_out(tmp_path: Path, site: Path) -> None:
    environment = {"PYTHONPATH": str(site)}
    with serving(tmp_path, supervised=False, environment=environment, options=["--no-plugins"]) as running:
        assert httpx2.get(f"{running.url}/health").json()["tools"] == 6
        assert "Plugins" not in running.output


@pytest.mark.parametrize(
    ("code", "entry"),
    [
        (marked("def hop() -> str:\n    'Hop.'\n    return 'hopped'"), ""),
        (marked("def hop() -> str:\n    'Hop.'\n    return 'hopped'"), ":hop"),
        (marked("async def hop() -> str:\n    'Hop.'\n    return 'hopped'") + "tools = [hop]", ":tools"),
        (
            TOOL + "class A:\n    @tool(title='T')\n    def hop(self) -> str:\n        'Hop.'\n        return 'hopped'",
            ":A",
        ),
        (
            TOOL
            + "def make():\n    @tool(title='T')\n    def hop() -> str:\n        return 'hopped'\n    return [hop]",
            ":make",
        ),
    ],
    ids=["module", "function", "list", "class", "factory"],
)
async def test_entry_point_may_name_any_kind_of_toolset(
    server: MCPServer[Any], packages: Path, code: str, entry: str, request: pytest.FixtureRequest
) -> None:
    name = f"kind_{request.node.callspec.id}"
    install(packages, name, code, entry)
    assert add_plugins(server, set()) == [Plugin(name, f"package-{name}", ["hop"])]
    async with Client(server) as client:
        assert text_of(await call(client, "hop")) == "hopped"


@pytest.mark.parametrize(
    ("name", "code", "entry", "words"),
    [
        ("raising", "raise RuntimeError('boom')", "", "cannot be loaded"),
        ("exiting", "raise SystemExit(3)", "", "cannot be loaded"),
        ("garbled", "def (:", "", "cannot be loaded"),
        ("missing", "", ":nothing", "cannot be loaded"),
        ("factory", "def make():\n    raise ValueError('boom')", ":make", "cannot be loaded"),
        ("empty", "", "", "has no tools"),
        ("signature", marked("def odd(_hidden: int) -> str:\n    return ''"), "", "cannot be offered"),
        ("greedy", marked("def calculate() -> str:\n    return 'mine'"), "", "the name is taken"),
    ],
)
async def test_broken_plugin_is_named_and_left_out_and_the_others_work(
    server: MCPServer[Any],
    packages: Path,
    caplog: pytest.LogCaptureFixture,
    name: str,
    code: str,
    entry: str,
    words: str,
) -> None:
    install(packages, name, code, entry)
    install(packages, f"{name}_zest", marked("def zest() -> str:\n    return 'zesty'"))
    with caplog.at_level(logging.WARNING):
        plugins = add_plugins(server, {"calculate"})
    assert [plugin.name for plugin in plugins] == [f"{name}_zest"]
    assert words in caplog.text
    assert f"'{name}' (plugin_{name}{entry}, package package-{name})" in caplog.text
    async with Client(server) as client:
        assert text_of(await call(client, "zest")) == "zesty"
        arguments = {"operation": "add", "a": 1, "b": 2}
        assert text_of(await call(client, "calculate", arguments)) == "Result: 1.0 add 2.0 = 3.0"


async def test_of_two_plugins_with_one_tool_name_the_first_by_name_wins(
    server: MCPServer[Any], packages: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("twin_b", "twin_a"):
        install(packages, name, marked(f"def who() -> str:\n    return '{name}'"))
    with caplog.at_level(logging.WARNING):
        assert [plugin.name for plugin in add_plugins(server, set())] == ["twin_a"]
    assert "'twin_b' (plugin_twin_b, package package-twin_b) has a tool 'who'; the name is taken" in caplog.text
    async with Client(server) as client:
        assert text_of(await call(client, "who")) == "twin_a"
