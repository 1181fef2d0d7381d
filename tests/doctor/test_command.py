"""`callscope doctor` as a program: what it writes, its exit status, and what it leaves alone."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.terminal import callscope
from tests.whole.azure_thread import AzureThread

KEY = "canary-key-4711-0815"
SECONDS = 60.0


def doctor(home: Path, *options: str, variables: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run it in a home of its own."""
    command, environment = callscope(home, "doctor", *options, **(variables or {}))
    work = home / "work"
    work.mkdir(exist_ok=True)
    return subprocess.run(
        command,
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=work,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )


def said(done: subprocess.CompletedProcess[str]) -> str:
    """What it wrote, as if on one line."""
    return " ".join(done.stdout.split())


def test_it_looks_everything_over_and_leaves_private_folders_behind(tmp_path: Path) -> None:
    done = doctor(tmp_path, variables={"TERM": "xterm-256color"})
    assert done.stderr == ""
    assert done.returncode == 0
    for words in ("Settings\n", "bundled at http", "6 tools", "There is no history yet", "no faults"):
        assert words in done.stdout
    assert "Others on this computer" not in done.stdout


def test_a_fault_is_exit_status_1_and_programs_get_json(tmp_path: Path) -> None:
    done = doctor(tmp_path, "--json", variables={"MAX_CONVERSATION_LENGTH": "many", "TERM": "xterm"})
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert report["healthy"] is False
    faults = [found["words"] for found in report["findings"] if found["grade"] == "fault"]
    assert any("MAX_CONVERSATION_LENGTH is 'many'" in words for words in faults)
    assert "Computer" in {found["area"] for found in report["findings"]}


def test_a_key_without_an_endpoint_does_not_keep_the_rest_from_being_looked_at(tmp_path: Path) -> None:
    done = doctor(tmp_path, variables={"AZURE_OPENAI_API_KEY": KEY, "TERM": "xterm"})
    assert done.returncode == 1
    assert "AZURE_OPENAI_ENDPOINT is not set" in done.stdout
    assert "bundled at http" in done.stdout
    assert KEY not in done.stdout


@pytest.mark.parametrize(("key", "status", "words"), [(KEY, 0, "is accepted"), ("wrong", 1, "API key")])
def test_online_each_deployment_is_asked_once_and_no_key_is_told(
    tmp_path: Path, key: str, status: int, words: str
) -> None:
    with AzureThread(api_key=KEY) as azure:
        variables = {**azure.variables, "AZURE_OPENAI_API_KEY": key, "TERM": "xterm"}
        offline = doctor(tmp_path, variables=variables)
        assert azure.requests == []
        done = doctor(tmp_path, "--online", variables=variables)
        assert len(azure.requests) == 1
    assert "No request was sent" in offline.stdout
    assert done.returncode == status
    assert words in said(done)
    assert KEY not in done.stdout


def test_a_server_that_is_absent_is_a_fault(tmp_path: Path) -> None:
    done = doctor(tmp_path, "--server", "http://127.0.0.1:9/sse", variables={"TERM": "xterm"})
    assert done.returncode == 1
    assert "the connection was refused" in said(done)


def test_a_damaged_history_is_told_and_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "history.db").write_bytes(b"garbage" * 1000)
    done = doctor(tmp_path, "--data", str(data), variables={"TERM": "xterm"})
    assert done.returncode == 1
    assert "The history is not sound" in done.stdout
    assert (data / "history.db").read_bytes() == b"garbage" * 1000


def test_without_a_screen_nothing_of_the_screen_is_imported(tmp_path: Path) -> None:
    code = (
        "import sys; from tui.cli import main; status = main(['doctor', '--json']);"
        "sys.exit(9 if 'textual' in sys.modules or 'openai' in sys.modules else status)"
    )
    _, environment = callscope(tmp_path, TERM="xterm")
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=tmp_path,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
