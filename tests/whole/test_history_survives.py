"""What was said is there after the next start, however the application ended."""

import re
import signal
from pathlib import Path

from tests.whole.application import Application, paused


def test_conversation_is_kept_privately_and_reopened_after_a_restart_and_goes_on(tmp_path: Path) -> None:
    with Application(tmp_path) as first:
        first.wait_until_ready()
        first.ask("What's 25 * 8?", "25 × 8 = 200.")
        first.press("ctrl+q")
        assert first.wait_for_exit() == 0
        assert_for_its_owner_only(first.data)

    with Application(tmp_path) as second:
        second.wait_until_ready()
        second.press("f4")
        second.wait_for(lambda screen: "1 conversation" in screen and "What's 25 * 8?" in screen)
        second.press("enter")
        second.wait_for(lambda screen: "25 × 8 = 200." in screen and "CALLS" in screen)
        second.ask("Save that result to again.txt", "to again.txt.")
        assert second.file("again.txt") == "200.0"


def test_killed_conversation_is_there_with_its_open_call_closed(tmp_path: Path) -> None:
    with Application(tmp_path) as first:
        first.wait_until_ready()
        first.ask("What's 25 * 8?", "25 × 8 = 200.")
        with paused(first.server()):
            first.press("What's the weather in Oslo?", "enter")
            first.wait_for(lambda screen: "running tools" in screen and "get_weather" in screen)
            first.process.send_signal(signal.SIGKILL)
            first.wait_for_exit()

    with Application(tmp_path) as second:
        second.wait_until_ready()
        second.press("f4")
        second.wait_for("What's 25 * 8?")
        second.press("enter")
        screen = second.wait_for("Callscope was ended in the middle of this turn.")
        assert re.search(r"! get_weather .*connection lost", screen)
        second.ask("Save that result to again.txt", "to again.txt.")


def assert_for_its_owner_only(folder: Path) -> None:
    assert folder.stat().st_mode & 0o077 == 0
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert {"history.db", "server.log", "callscope.log"} <= {path.name for path in kept}
    assert [path for path in kept if path.stat().st_mode & 0o077] == []
