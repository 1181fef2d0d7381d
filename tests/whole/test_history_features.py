"""Searching, naming, branching, exporting and counting with the real store, in a real terminal."""

import json
from pathlib import Path

from tests.whole.application import Application


def test_a_result_is_found_by_its_words_and_opens_at_its_turn_also_after_a_restart(tmp_path: Path) -> None:
    with Application(tmp_path) as first:
        first.wait_until_ready()
        first.ask("What's the weather in Oslo?", "Oslo")
        first.ask("What's 25 * 8?", "25 × 8 = 200.")
        first.begin_anew()
        first.ask("What's 7 * 6?", "7 × 6 = 42.")
        first.press("ctrl+q")
        assert first.wait_for_exit() == 0

    with Application(tmp_path) as second:
        second.wait_until_ready()
        second.press("f4")
        second.wait_for("2 conversations")
        second.press("/multiply")
        second.wait_for(lambda screen: "2 of 2" not in screen and "turn 2 · call" in screen)
        second.press(" 25")
        second.wait_for(lambda screen: "1 of 2" in screen and "turn 2" in screen)
        second.press("enter")
        second.wait_for("⏎ Open")
        second.press("enter")
        second.wait_for(lambda screen: "25 × 8 = 200." in screen and "CALLS" in screen)
        second.press("f4", "escape")
        second.wait_for(lambda screen: "2 conversations" in screen and "⏎ Open" in screen)
        second.press("/tool:get_weather")
        second.wait_for(lambda screen: "1 of 2" in screen and " tool get_weather " in screen)
        second.press("enter")
        second.wait_for("⏎ Open")
        second.press("e")
        second.wait_for("Rename the conversation")
        second.press("The weather", "enter")
        second.wait_for(lambda screen: "The weather" in screen and "Rename the conversation" not in screen)
        second.press("p")
        second.wait_for("Pinned")


def test_an_edited_message_makes_a_branch_that_can_be_left_and_is_there_after_a_restart(tmp_path: Path) -> None:
    with Application(tmp_path) as first:
        first.wait_until_ready()
        first.ask("What's 25 * 8?", "25 × 8 = 200.")
        first.press("f6")
        first.wait_for("Go back to a message")
        first.press("enter")
        first.wait_for("Editing turn 1")
        first.press("backspace", " + 1?", "enter")
        first.wait_for_answer("201", "⋎ 2 of 2")
        first.press("/branches", "enter")
        first.wait_for("you are here")
        first.press("up", "enter")
        first.wait_for("⋎ 1 of 2")
        first.press("ctrl+q")
        assert first.wait_for_exit() == 0

    with Application(tmp_path) as second:
        second.wait_until_ready()
        second.press("f4")
        second.wait_for(lambda screen: "2 conversations" in screen and "⋎" in screen)


def test_exports_are_private_files_and_a_recording_comes_back_by_import(tmp_path: Path) -> None:
    with Application(tmp_path) as application:
        application.wait_until_ready()
        application.ask("What's 25 * 8?", "25 × 8 = 200.")
        application.press("/export", "enter")
        application.wait_for("Markdown, to read")
        application.press("enter")
        application.wait_for("Exported to")
        (markdown,) = (application.data / "exports").glob("*.md")
        assert "25 × 8 = **200**." in markdown.read_text(encoding="utf-8")
        assert markdown.stat().st_mode & 0o077 == 0
        for name in ("a.json", "a.jsonl"):
            application.press(f"/export {name}", "enter")
            application.wait_until((tmp_path / name).exists)
        assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
        application.begin_anew()
        application.press("/import a.jsonl", "enter")
        application.wait_for(lambda screen: "25 × 8 = 200." in screen and "a.jsonl is now a conversation" in screen)
        application.press("/import a.json", "enter")
        application.wait_for("cannot be read")


def test_statistics_count_what_was_done(tmp_path: Path) -> None:
    with Application(tmp_path) as application:
        application.wait_until_ready()
        application.ask("What's 25 * 8?", "25 × 8 = 200.")
        application.press("/stats", "enter")
        application.wait_for(lambda screen: "1 turn " in screen and "1 tool call" in screen and "calculate" in screen)
