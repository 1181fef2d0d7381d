"""Terminals that change, homes that cannot be written, pastes that are meant to harm."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.whole.application import READY, Application

HARMFUL = "\x1b[2J\x1b]52;c;aGFybQ==\x07\x1b]0;harm\x07\x1b[?1049l\x1bc\x9b31m\x1bP1$q\x1b\\"
HARM = (b"\x1b]52", b"\x1b]0;harm", b"\x1b[?1049l", b"\x1bc", b"\x1bP")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with Application(tmp_path_factory.mktemp("home")) as application:
        application.wait_until_ready()
        yield application


def test_terminal_may_change_its_size_at_any_time(running: Application) -> None:
    running.ask("What's 25 * 8?", "25 × 8 = 200.")
    running.resize(80, 24)
    running.wait_for(lambda screen: "25 × 8 = 200." in screen and "CALLS" in screen and screen.count("\n") < 24)
    badge, running.badge = running.badge, ""  # There is no room for it.
    running.resize(20, 5)
    running.wait_for(lambda screen: screen.startswith("  Callscope"))
    running.press("kept")
    running.resize(120, 40)
    running.wait_for(lambda screen: "25 × 8 = 200." in screen and READY in screen and "❯ kept" in screen)
    running.badge = badge
    running.press(*["backspace"] * 4)
    running.ask("What's 25 * 9?", "25 × 9 = 225.")


def test_keys_of_one_burst_are_taken_in_order(running: Application) -> None:
    running.begin_anew()
    running.send("What's 77\x7f\x7f6 * 9\x1b[D\x1b[D\x1b[D\x1b[D7\r")
    running.wait_for_answer("67 × 9 = 603.")


def test_what_is_typed_right_behind_a_message_is_the_next_one(running: Application) -> None:
    running.begin_anew()
    running.send("What's 3 * 9?\rWhat's 4 * 9?\rthe next draft")
    running.wait_for_answer("3 × 9 = 27.", "4 × 9 = 36.", "❯ the next draft")
    running.press(*["backspace"] * len("the next draft"))


def test_paste_of_nearly_ten_thousand_characters_is_sent_whole(running: Application) -> None:
    running.begin_anew()
    text = " ".join(f"word{number:04}" for number in range(1100))
    running.paste(text)
    running.wait_for("word1099")
    running.press("enter")
    running.wait_for_answer("1 round")
    assert text in history_of(running)


def test_pasted_escape_sequences_do_no_harm(running: Application) -> None:
    running.begin_anew()
    before = len(running.raw)
    running.paste(f"first {HARMFUL} last")
    running.wait_for(lambda screen: "first" in screen and "last" in screen)
    running.press("enter")
    running.wait_for_answer("1 round")
    written = bytes(running.raw[before:])
    assert [harm for harm in HARM if harm in written] == []
    assert "\\u001b" not in history_of(running)


def test_paste_over_the_limit_is_refused_and_the_draft_stays(running: Application) -> None:
    running.begin_anew()
    running.paste("word " * 2001)
    running.wait_for("word word word")
    running.press("enter")
    running.wait_for(lambda screen: "10,005 characters; at most 10,000" in screen and "word word word" in screen)


def test_home_that_cannot_be_written_means_memory_and_says_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file, where a folder should be")
    with Application(home, folder=tmp_path) as application:
        application.wait_for(lambda screen: "History is not being saved" in screen and READY in screen)
        application.press("What's 25 * 8? Save it to lost.txt", "enter")
        application.allow("save_text_file")
        application.wait_for_answer("The folder for files cannot be used")
        application.ask("What's 25 * 9?", "25 × 9 = 225.")
        application.press("f4")
        application.wait_for("1 conversation")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="every folder can be written by root")
def test_read_only_home_means_memory_and_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with Application(tmp_path) as application:
            application.wait_for("History is not being saved")
    finally:
        tmp_path.chmod(0o700)


def history_of(application: Application) -> str:
    """Every event that the history file holds."""
    with closing(sqlite3.connect(application.data / "history.db")) as history:
        return "\n".join(line for (line,) in history.execute("SELECT json FROM event"))
