"""The wheel, installed: both commands work from a folder whose own modules have the names of ours."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import httpx2
import pytest

import tui
from tests.terminal import Terminal, callscope
from tests.whole.application import Application

PROJECT = Path(tui.__file__).parents[1]
PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(PROJECT))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def commands(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands in a fresh environment; only what Callscope depends on comes from this one."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, symlinks=True)
    python = environment / "bin" / "python"
    pip("--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    dependencies = environment / "lib" / version / "site-packages" / "dependencies.pth"
    dependencies.write_text(f"{sysconfig.get_path('purelib')}\n")
    return python.parent


@pytest.fixture
def treacherous(tmp_path: Path) -> Path:
    """A home and working folder with modules of our names, which must not be imported."""
    for name in ("tui", "server", "mcp", "openai", "textual"):
        (tmp_path / f"{name}.py").write_text(f"raise SystemExit('{name}.py of the working folder was imported')\n")
    return tmp_path


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    assert ended.returncode == 0, ended.stderr


def test_wheel_holds_the_two_packages_with_their_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"tui", "server", "callscope-0.1.0.dist-info"}
    assert "tui/examples/recordings/learning_session.jsonl" in names
    assert "callscope-0.1.0.dist-info/licenses/LICENSE" in names
    assert [name for name in names if "__pycache__" in name] == []


def test_version_is_the_wheel_s(commands: Path, treacherous: Path) -> None:
    command = [commands / "callscope", "--version"]
    said = subprocess.run(
        command, cwd=treacherous, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True
    )
    assert said.stdout == "callscope 0.1.0\n"


def test_installed_application_runs_a_conversation(commands: Path, treacherous: Path) -> None:
    with Application(treacherous, command=[str(commands / "callscope")]) as application:
        application.wait_until_ready()
        assert application.server().exe() == Path(commands / "python").resolve().as_posix()
        assert str(commands) in application.server().cmdline()[0]
        application.ask("Calculate 15 * 8 and save the result to a file called calculation.txt", "calculation.txt.")
        assert application.file("calculation.txt") == "120.0"


def test_installed_server_is_healthy(commands: Path, treacherous: Path) -> None:
    _, environment = callscope(treacherous)
    command = [str(commands / "callscope-server"), "--port", "0"]
    with Terminal(command, environment=environment, folder=treacherous) as terminal:
        screen = terminal.wait_for("URL:")
        (url,) = [line.split()[-1] for line in screen.splitlines() if "URL:" in line]
        health = httpx2.get(url.replace("/sse", "/health"), trust_env=False)
        assert health.status_code == 200
