"""The bundled server is killed under the application's feet: it is said, it comes back, nothing is repeated."""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.whole.application import READY, Application, paused

BACK_SECONDS = 3.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with Application(tmp_path_factory.mktemp("home")) as application:
        application.wait_until_ready()
        yield application


def test_server_killed_during_a_call_is_a_red_row_and_back_soon(running: Application) -> None:
    server = running.server()
    with paused(server):
        running.press("What is 6 * 9?", "enter")
        running.wait_for(lambda screen: "running tools" in screen and "calculate" in screen)
        server.kill()
        running.wait_for("bundled reconnecting")
    running.wait_for(READY, BACK_SECONDS)
    screen = running.wait_for_answer("connection lost", "1 failed")
    assert re.search(r"! calculate .*connection lost", screen)
    assert "= 54" not in screen
    assert running.server().pid != server.pid

    running.ask("What is 6 * 7?", "6 × 7 = 42.")


def test_server_killed_while_idle_is_back_soon_with_the_same_draft(running: Application) -> None:
    server = running.server()
    running.press("What is 8 * 7?")
    running.wait_for("What is 8 * 7?")
    server.kill()
    running.wait_for("bundled reconnecting")
    running.wait_for(READY, BACK_SECONDS)
    assert running.server().pid != server.pid
    running.press("enter")
    running.wait_for_answer("8 × 7 = 56.")


def test_port_that_another_program_has_is_left_to_it(tmp_path: Path) -> None:
    with ExitStack() as stack:
        with suppress(OSError):  # Another program has it already, which serves as well.
            stack.enter_context(socket.create_server(("127.0.0.1", 8000)))
        application = stack.enter_context(Application(tmp_path))
        application.wait_until_ready()
        port = urlsplit(application.server_url()).port
        assert port
        assert port != 8000
        application.press("f3")
        application.wait_for(f"http://127.0.0.1:{port}/sse")
