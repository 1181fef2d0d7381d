"""The servers' logs, the doctor and the bundled server as a way out, in the real application."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.whole.application import READY, Application, paused

ABSENT = "http://127.0.0.1:9/sse"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with Application(tmp_path_factory.mktemp("home")) as application:
        application.wait_until_ready()
        yield application


def test_every_message_of_a_call_is_in_the_log(running: Application) -> None:
    running.ask("What is 6 * 7?", "6 × 7 = 42.")
    running.press("/logs", "enter")
    running.wait_for(lambda screen: "initialize" in screen and "tools/call" in screen)
    running.press("up", "enter")
    running.wait_for(lambda screen: '"jsonrpc": "2.0"' in screen and "6.0 multiply 7.0 = 42.0" in screen)
    running.press("escape")
    running.wait_for(lambda screen: '"jsonrpc": "2.0"' not in screen)
    running.press("o")
    running.wait_for("clients must send the bearer token")
    running.press("escape")
    running.wait_for("Type a message")


def test_the_doctor_finds_no_faults(running: Application) -> None:
    running.press("/doctor", "enter")
    screen = running.wait_for("things looked at")
    assert "no faults" in screen
    assert "bundled at http" in screen
    running.press("escape")
    running.wait_for("Type a message")


def test_a_call_that_takes_long_says_when_it_is_given_up_and_esc_stops_it_at_once(running: Application) -> None:
    with paused(running.server()):
        running.press("What is 7 * 7?", "enter")
        running.wait_for("s left", 15.0)
        running.press("escape")
        running.wait_for("stopped", 1.0)
    running.wait_for(READY)
    running.ask("What is 9 * 7?", "9 × 7 = 63.")


def test_the_bundled_server_can_be_started_where_the_one_that_is_set_is_absent(tmp_path: Path) -> None:
    with Application(tmp_path, "--server", ABSENT) as application:
        application.wait_for("/server bundled")
        application.press("/server bundled", "enter")
        application.wait_until_ready()
        application.ask("What is 6 * 7?", "6 × 7 = 42.")
