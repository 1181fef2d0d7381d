"""However the application ends: the terminal is as it was, the status says why, and nothing is left running."""

import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.azure_endpoint import Says, Stalls
from tests.whole.application import RUNNING, Application, contents, gone, is_free, paused
from tests.whole.azure_thread import AzureThread


def quit_by_key(application: Application) -> None:
    application.press("ctrl+q")


def interrupt_twice(application: Application) -> None:
    application.press("ctrl+c", "ctrl+c")


def send(number: signal.Signals) -> Callable[[Application], None]:
    def send_it(application: Application) -> None:
        application.process.send_signal(number)

    return send_it


def hang_up(application: Application) -> None:
    application.hang_up()


ENDS: dict[str, tuple[Callable[[Application], None], int]] = {
    "Ctrl+Q": (quit_by_key, 0),
    "Ctrl+C twice": (interrupt_twice, 0),
    "SIGTERM": (send(signal.SIGTERM), 128 + signal.SIGTERM),
    "SIGHUP": (send(signal.SIGHUP), 128 + signal.SIGHUP),
    "SIGINT": (send(signal.SIGINT), 128 + signal.SIGINT),
    "terminal gone": (hang_up, 128 + signal.SIGHUP),
    "kill -9": (send(signal.SIGKILL), -signal.SIGKILL),
}


@contextmanager
def idle(home: Path) -> Generator[Application]:
    with Application(home) as application:
        application.wait_until_ready()
        yield application


@contextmanager
def running_a_tool(home: Path) -> Generator[Application]:
    with Application(home) as application:
        application.wait_until_ready()
        with paused(application.server()):
            application.press("What's the weather in Oslo?", "enter")
            application.wait_for(lambda screen: "running tools" in screen and "get_weather" in screen)
            yield application


@contextmanager
def streaming(home: Path) -> Generator[Application]:
    stall = Stalls("Once upon a time ")
    with AzureThread() as azure:
        azure.script(stall)
        with Application(home, variables=azure.variables, badge="◆ a-deployment") as application:
            application.wait_until_ready()
            application.press("tell me a story", "enter")
            application.wait_for(lambda screen: "Once upon a time" in screen and RUNNING in screen)
            yield application


def assert_ended_well(application: Application, children: list[psutil.Process], port: int, status: int) -> None:
    assert application.wait_for_exit(10) == status
    assert gone(children)
    assert is_free(port)
    assert b"Traceback" not in application.raw
    if status not in (-signal.SIGKILL, 128 + signal.SIGHUP):
        assert application.unrestored() == []


def end(application: Application, how: str) -> None:
    ending, status = ENDS[how]
    children = application.children()
    port = urlsplit(application.server_url()).port
    assert port
    ending(application)
    for child in children:
        if child.is_running():
            child.send_signal(signal.SIGCONT)
    assert_ended_well(application, children, port, status)


@pytest.mark.parametrize("how", ENDS)
def test_idle_application_ends_well(tmp_path: Path, how: str) -> None:
    with idle(tmp_path) as application:
        end(application, how)


@pytest.mark.parametrize("how", ["Ctrl+Q", "SIGTERM", "terminal gone", "kill -9"])
def test_application_ends_well_while_a_tool_runs(tmp_path: Path, how: str) -> None:
    with running_a_tool(tmp_path) as application:
        end(application, how)


@pytest.mark.parametrize("how", ["Ctrl+Q", "Ctrl+C twice", "SIGINT"])
def test_application_ends_well_while_an_answer_streams(tmp_path: Path, how: str) -> None:
    with streaming(tmp_path) as application:
        end(application, how)


def test_signal_before_the_session_is_ready_ends_it_well(tmp_path: Path) -> None:
    with Application(tmp_path) as application:
        application.wait_until(lambda: b"\x1b[?1049h" in application.raw)
        children = application.children()
        application.process.send_signal(signal.SIGTERM)
        assert application.wait_for_exit(10) == 128 + signal.SIGTERM
        assert gone(children)
        assert application.unrestored() == []
        assert b"Traceback" not in application.raw


def test_mistake_in_the_program_leaves_a_clean_terminal_and_a_file_without_secrets(tmp_path: Path) -> None:
    key = "canary-key-in-a-local-variable"
    with AzureThread(api_key=key) as azure:
        azure.script(Says("An answer to keep."))
        command = [sys.executable, "-P", "-m", "tests.whole.crashing"]
        variables = {**azure.variables, "PYTHONPATH": str(Path(__file__).parents[2])}
        with Application(tmp_path, variables=variables, badge="◆ a-deployment", command=command) as application:
            application.wait_until_ready()
            application.ask("remember me", "An answer to keep.")
            children = application.children()
            application.press("\x1b[24~")
            assert application.wait_for_exit(10) == 1
            assert gone(children)
            assert application.unrestored() == []

            last_words = application.raw[application.raw.rfind(b"\x1b[?1049l") :].decode()
            assert "Callscope made a mistake and had to close." in last_words
            assert "Traceback" not in last_words
            (crash,) = (application.data / "logs").glob("crash-*.txt")
            assert crash.name in "".join(last_words.split())
            assert "RuntimeError: a mistake beside" in crash.read_text(encoding="utf-8")
            assert crash.stat().st_mode & 0o777 == 0o600
            kept = contents(application.data)
            assert b"An answer to keep." in kept
            assert key.encode() not in kept + application.raw
