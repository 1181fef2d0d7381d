"""`callscope replay` in a real terminal: no account, no server needed, and nothing is left behind."""

from pathlib import Path

from tests.whole.application import OFFLINE, READY, Application
from tui.examples import EXAMPLES, RECORDINGS

BADGE = "◉ recording"


def test_a_recording_plays_without_a_server_and_leaving_it_begins_a_conversation(tmp_path: Path) -> None:
    path = RECORDINGS / "multiple_operations.jsonl"
    dead = ("--server", "http://127.0.0.1:1")
    with Application(tmp_path, "replay", str(path), *dead, badge="Callscope") as application:
        application.wait_for(BADGE)
        application.press("4")
        application.wait_for("I saved 300.0 to math_result.txt.")
        screen = application.wait_for("over · turn 1 of 1")
        assert OFFLINE not in screen
        application.press("escape")
        application.wait_for(lambda screen: BADGE not in screen and OFFLINE in screen)
        application.press("ctrl+q")
        assert application.wait_for_exit() == 0


def test_an_example_is_watched_run_again_and_checked(tmp_path: Path) -> None:
    with Application(tmp_path, badge="Callscope") as application:
        application.wait_until_ready(READY)
        application.press("down")
        application.wait_for("Edit first")
        application.press("home", *["down"] * [e.title for e in EXAMPLES].index("Arithmetic"), "p")
        application.wait_for(BADGE)
        application.wait_for("over · turn 1 of 1")
        application.press("c")
        application.wait_for("Run 1 call for real?")
        application.press("y")
        application.wait_for("1 the same")
        application.press("escape")
        application.wait_for("over · turn 1 of 1")
        application.press("R")
        application.wait_for(lambda screen: BADGE not in screen and "15 × 8 = 120" in screen)


def test_what_is_no_recording_is_said_without_opening_the_screen(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text("nonsense\n")
    with Application(tmp_path, "replay", str(path), badge="callscope") as application:
        assert application.wait_for_exit() == 2
        assert "Line 1 of “bad.jsonl” cannot be read." in application.text
        assert "Traceback" not in application.text
