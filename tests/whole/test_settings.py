"""Settings that are wrong are said in words that name the variable; another server is used, or its absence is said."""

import subprocess
from pathlib import Path

import pytest

from tests.server.process import serving
from tests.terminal import callscope
from tests.whole.application import GONE_SECONDS, NEW_CONVERSATION, Application

ENDPOINT = "https://a-resource.openai.azure.com"


def run(home: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command, environment = callscope(home, *options, **variables)
    return subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"AZURE_OPENAI_ENDPOINT": ENDPOINT}, "AZURE_OPENAI_API_KEY is not set"),
        ({"AZURE_OPENAI_API_KEY": "a-key"}, "AZURE_OPENAI_ENDPOINT is not set"),
        ({"MAX_CONVERSATION_LENGTH": "x"}, "MAX_CONVERSATION_LENGTH is 'x'"),
        ({"CALLSCOPE_THEME": "pink"}, "CALLSCOPE_THEME is 'pink'"),
        (
            {"AZURE_OPENAI_ENDPOINT": "http://far.example.com", "AZURE_OPENAI_API_KEY": "a-key"},
            "AZURE_OPENAI_ENDPOINT uses http, which would send your key unencrypted.",
        ),
    ],
)
def test_bad_setting_ends_with_2_and_names_its_variable(tmp_path: Path, variables: dict[str, str], named: str) -> None:
    ended = run(tmp_path, **variables)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith(f"callscope: {named}")
    assert len(ended.stderr.splitlines()) == 2


def test_server_address_that_cannot_be_used_ends_with_2_in_words(tmp_path: Path) -> None:
    with Application(tmp_path, variables={"MCP_SERVER_URL": "not a url"}) as application:
        assert application.wait_for_exit() == 2
        assert application.unrestored() == []
        last_words = application.raw[application.raw.rfind(b"\x1b[?1049l") :].decode()
        words = " ".join(last_words.split())
        assert "callscope: MCP_SERVER_URL must begin with http:// or https://." in words
        assert "Traceback" not in last_words


def test_server_that_is_not_there_is_said_with_what_to_do_and_the_chat_goes_on(tmp_path: Path) -> None:
    with Application(tmp_path, "--server", "http://127.0.0.1:9") as application:
        application.wait_for(NEW_CONVERSATION)
        screen = application.wait_for("the connection was refused", seconds=GONE_SECONDS + 3)
        assert "No server answers at http://127.0.0.1:9/sse" in screen
        assert "leave out MCP_SERVER_URL and --server to use the bundled one" in " ".join(screen.split())
        assert application.children() == []
        application.ask("Hello, what can you do?", "I am an offline planner", "1 round")


@pytest.mark.parametrize("path", ["", "/mcp"])
def test_separate_server_is_used_with_its_tools(tmp_path: Path, path: str) -> None:
    with (
        serving(tmp_path, supervised=False) as server,
        Application(tmp_path, variables={"MCP_SERVER_URL": f"{server.url}{path}"}) as application,
    ):
        application.wait_for("ready · 6 tools")
        assert application.children() == []
        application.press("Calculate 15 * 8 and save the result to a file called calculation.txt", "enter")
        for tool in ("calculate", "save_text_file"):
            application.allow(tool)
        application.wait_for_answer("calculation.txt.")
        assert (server.folder / "files" / "calculation.txt").read_text() == "120.0"
