"""`callscope check` as a real process, against real servers: what it says, writes and returns."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.core.recorded import Recorder
from tui.core.events import ChecksMasked, Event
from tui.examples import EXAMPLES, RECORDINGS
from tui.store.recording import read_recording, write_recording

PATIENCE_SECONDS = 60.0
CHANGED_SERVER = """
import socket

import uvicorn
from mcp.server import MCPServer

server = MCPServer("changed")


@server.tool(structured_output=False)
def calculate(operation: str, a: float, b: float) -> str:
    return f"Result: {a} {operation} {b} = 121.0"


@server.tool(structured_output=False)
def save_text_file(filename: str, content: str) -> str:
    return f"Successfully saved content to {filename}"


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
config = uvicorn.Config(server.streamable_http_app(), log_level="critical")
uvicorn.Server(config).run(sockets=[listener])
"""


def check(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a home of its own, from a folder with a treacherous `.env`."""
    (home / ".env").write_text("AZURE_OPENAI_ENDPOINT=nonsense\nMCP_SERVER_URL=http://127.0.0.1:1\n")
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TMPDIR": str(home)}
    command = [sys.executable, "-P", "-m", "tui", "check", *map(str, arguments)]
    return subprocess.run(
        command, cwd=home, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )


@contextmanager
def changed_server(home: Path) -> Generator[str]:
    """A real MCP server on which calculate is not what it was, and most tools are missing."""
    script = home / "changed_server.py"
    script.write_text(CHANGED_SERVER)
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/mcp"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE_SECONDS)
        if process.stdout:
            process.stdout.close()


def test_every_example_passes_against_the_bundled_server_and_leaves_nothing_behind(tmp_path: Path) -> None:
    paths = [example.recording for example in EXAMPLES if example.recording]
    ended = check(tmp_path, *paths)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "11 recordings, 21 calls: 21 the same" in ended.stdout
    assert ended.stderr == ""
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


def test_a_changed_tool_fails_and_is_named(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    junit = tmp_path / "report.xml"
    with changed_server(tmp_path) as url:
        ended = check(
            tmp_path,
            *(RECORDINGS / "math_calculation.jsonl", RECORDINGS / "weather.jsonl"),
            *("--server", url, "--json", report, "--junit", junit),
        )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert '✗ turn 1 · calculate(operation="multiply", a=15, b=8)' in ended.stdout
    assert "      - Result: 15.0 multiply 8.0 = 120.0" in ended.stdout
    assert "      + Result: 15.0 multiply 8.0 = 121.0" in ended.stdout
    assert "✓ turn 1 · save_text_file" in ended.stdout
    assert "no server has a tool called get_weather" in ended.stdout
    document = json.loads(report.read_text())
    verdicts = [call["verdict"] for recording in document["recordings"] for call in recording["calls"]]
    assert (document["passed"], verdicts) == (False, ["different", "same", "missing"])
    suites = ElementTree.parse(junit).getroot()
    assert (suites.get("tests"), suites.get("failures")) == ("3", "2")


@pytest.mark.parametrize("content", ["not JSON\n", '{"v":1,"type":"UserSaid"}\n'])
def test_what_is_no_recording_cannot_be_checked_and_the_others_are(tmp_path: Path, content: str) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text(content)
    ended = check(tmp_path, bad, RECORDINGS / "arithmetic.jsonl")
    assert ended.returncode == 2
    assert "cannot be checked: Line 1 of “bad.jsonl”" in ended.stdout
    assert "✓ turn 1 · calculate" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_without_a_server_nothing_can_be_checked(tmp_path: Path) -> None:
    ended = check(tmp_path, RECORDINGS / "arithmetic.jsonl", "--server", "http://127.0.0.1:1")
    assert ended.returncode == 2
    assert "callscope: The server is" in ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr


def test_masks_are_given_and_bad_ones_named(tmp_path: Path) -> None:
    events: list[Event] = [e for e in read_recording(RECORDINGS / "weather.jsonl") if not isinstance(e, ChecksMasked)]
    path = tmp_path / "weather.jsonl"
    write_recording(path, events)
    masked = check(tmp_path, path, "--mask", r"\d+°F, [a-z ]+")
    assert masked.returncode == 0, masked.stdout
    bad = check(tmp_path, path, "--mask", "(")
    assert bad.returncode == 2
    assert "The mask “(” is not a regular expression that can be used" in bad.stdout


def test_a_report_on_stdout_is_alone_there(tmp_path: Path) -> None:
    ended = check(tmp_path, RECORDINGS / "arithmetic.jsonl", "--json", "-")
    assert json.loads(ended.stdout)["passed"] is True
    assert "1 recording, 1 call: 1 the same" in ended.stderr
    both = check(tmp_path, RECORDINGS / "arithmetic.jsonl", "--json", "-", "--junit", "-")
    assert both.returncode == 2
    assert "Only one report can go to stdout." in both.stderr


def test_a_user_s_files_are_never_touched(tmp_path: Path) -> None:
    files = tmp_path / ".local" / "share" / "callscope" / "files"
    files.mkdir(parents=True)
    (files / "demo.txt").write_text("mine")
    path = tmp_path / "demo.jsonl"
    recorder = (
        Recorder()
        .said("Save")
        .called(
            "save_text_file", "Successfully saved content to demo.txt", {"filename": "demo.txt", "content": "theirs"}
        )
    )
    write_recording(path, recorder.ended().events)
    assert check(tmp_path, path).returncode == 0
    assert (files / "demo.txt").read_text() == "mine"


def test_checking_loads_neither_the_screen_nor_the_model(tmp_path: Path) -> None:
    program = (
        "import sys; from tui.cli import main; status = main(sys.argv[1:]); "
        "print([name for name in ('textual', 'openai', 'rich') if name in sys.modules], status)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, "check", str(RECORDINGS / "arithmetic.jsonl")],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert ended.stdout.endswith("[] 0\n"), ended.stdout + ended.stderr
