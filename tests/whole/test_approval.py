"""The person decides: a file that is there is replaced only when they say so, and a foreign tool runs only then."""

import stat
from pathlib import Path

import pytest

from tests.server.process import serving
from tests.whole.application import QUESTION, RUNNING, Application

TOO_EARLY = "does not count"
FOREIGN_READY = "ready · 6 tools"


def save(text: str) -> str:
    return f"Save the message '{text}' to a file called notes.txt"


def decide(application: Application, tool: str, key: str) -> str:
    """Answer the question about this tool once answers count; returns the screen with it."""
    question = application.wait_for(lambda screen: QUESTION in screen and tool in screen and TOO_EARLY not in screen)
    application.press(key)
    application.wait_for(lambda screen: QUESTION not in screen and RUNNING not in screen)
    return question


def test_file_that_is_there_is_replaced_only_when_the_person_says_so(tmp_path: Path) -> None:
    with Application(tmp_path) as application:
        application.wait_until_ready()
        application.ask(save("first draft"), "ran unasked: it only creates the new file “notes.txt”.", "I saved")
        assert application.file("notes.txt") == "first draft"

        application.press(save("second draft"), "enter")
        question = decide(application, "save_text_file", "escape")
        assert "It replaces the file “notes.txt”" in question
        assert "− first draft" in question
        assert "+ second draft" in question
        assert "not allowed" in application.text
        assert application.file("notes.txt") == "first draft"

        application.press(save("third draft"), "enter")
        decide(application, "save_text_file", "y")
        assert application.file("notes.txt") == "third draft"


def test_tool_of_a_foreign_server_runs_when_it_is_allowed_and_for_good_over_runs(tmp_path: Path) -> None:
    with serving(tmp_path, supervised=False) as server:
        options = ("--server", server.url)
        with Application(tmp_path, *options) as application:
            application.wait_for(FOREIGN_READY)
            application.press("Say hello to Bob", "enter")
            question = decide(application, "greet", "n")
            assert f"{server.url}/sse" in question
            assert "is not part of Callscope" in question
            assert "Hello Bob" not in application.text
            application.press("Say hello to Bob", "enter")
            decide(application, "greet", "a")
            application.wait_for("Hello Bob")
            application.press("ctrl+q")
            application.wait_for_exit()
        kept = application.data / "trust.json"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        with Application(tmp_path, *options) as application:
            application.wait_for(FOREIGN_READY)
            application.ask("Say hello to Bob", "Hello Bob")
            application.press("/allowed", "enter")
            application.wait_for("for good")
            application.press("d")
            application.wait_for("Nothing is allowed yet")
            application.press("escape")
            application.wait_for(lambda screen: "What runs unasked" not in screen)
            application.press("Say hello to Bob", "enter")
            decide(application, "greet", "n")


@pytest.mark.parametrize("typed", ["yyyyyyaaaa", "\ryes\r"])
def test_what_is_typed_while_the_question_comes_up_approves_nothing(tmp_path: Path, typed: str) -> None:
    with (
        serving(tmp_path, supervised=False) as server,
        Application(tmp_path, "--server", server.url) as application,
    ):
        application.wait_for(FOREIGN_READY)
        application.press("Say hello to Bob", "enter")
        application.wait_for(QUESTION)
        application.send(typed)
        decide(application, "greet", "escape")
        assert "Hello Bob" not in application.text
        assert "not allowed" in application.text
