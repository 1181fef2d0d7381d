"""Hostile text from the model, a server, the clipboard and the history, on every surface, in a real terminal."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.azure_endpoint import Asks, Refuses, Says, Sends, Wish
from tests.faults.attacks import END, ESCAPES, HOSTILE, controls, sequences
from tests.faults.servers import offering, scripted_server
from tests.whole.application import RUNNING, Application
from tests.whole.azure_thread import AzureThread

Record = Callable[[str, object], None]
ONE_LINE = HOSTILE.replace("\n", " ")
QUESTION = "Allow this call?"
PICTURES = "Downloads"
PASTED = HOSTILE.replace("\x1b[201~", "")
"""No terminal lets the mark of a paste's end through in the middle of one."""
LONGEST_TITLE = 150
FRAME_ENDS = b"\x1b[?2026l"


@dataclass
class Attacked:
    """The application between a hostile model and a hostile server."""

    application: Application
    azure: AzureThread
    home: Path
    quiet: int
    """How many bytes it had written before anything hostile came."""

    @property
    def written(self) -> bytes:
        """All since then, up to the end of the last whole frame."""
        return bytes(self.application.raw[self.quiet : self.application.raw.rfind(FRAME_ENDS)])

    def assert_unharmed(self) -> None:
        assert not self.application.has_ended
        assert sequences(self.written) == {}
        assert controls(self.written) == set()


def streamed(text: str) -> Sends:
    """An answer in pieces of one character, so that every sequence is split at every place."""
    chunks = [
        f"data: {json.dumps({'id': 'x', 'choices': [{'index': 0, 'delta': {'content': character}}]})}\n\n".encode()
        for character in text
    ]
    end = b'data: {"id": "x", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'
    return Sends([*chunks, end])


def hostile_tool() -> dict[str, object]:
    """A tool of which everything is hostile."""
    about = {"type": "string", "description": ONE_LINE, "title": ONE_LINE, "default": ONE_LINE}
    return {
        "name": f"tool {ONE_LINE}",
        "title": ONE_LINE,
        "description": HOSTILE,
        "inputSchema": {"type": "object", "properties": {f"evil {ONE_LINE}": about, "text": {"type": "string"}}},
        "annotations": {"title": ONE_LINE},
    }


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    home = tmp_path_factory.mktemp("home")
    (home / PICTURES).mkdir()
    with ExitStack() as stack:
        azure = stack.enter_context(AzureThread())
        server = stack.enter_context(scripted_server(offering(hostile_tool(), result=HOSTILE)))
        application = stack.enter_context(
            Application(
                home, "--server", server.url, variables=azure.variables, badge="◆ a-deployment", columns=180, rows=50
            )
        )
        application.wait_for("ready · 1 tool")
        yield Attacked(application, azure, home, len(application.raw))


def tool_name(attacked: Attacked) -> str:
    """What the model was told that the tool is called."""
    return str(attacked.azure.requests[-1].body["tools"][0]["function"]["name"])


def test_answer_split_at_every_character(attacked: Attacked, record_property: Record) -> None:
    attacked.azure.script(
        streamed(f"{HOSTILE}\n\n```\n{HOSTILE}\n```\n\n| {ONE_LINE} | b |\n|--|--|\n| 1 | 2 |\n\nover")
    )
    attacked.application.paste(f"message {PASTED}")
    attacked.application.wait_for(END)
    attacked.application.press("enter")
    attacked.application.wait_for_answer("over", END)
    attacked.assert_unharmed()
    record_property(
        "figure", f"{len(ESCAPES)} sequences, {len(HOSTILE):,} deltas of one character, 0 reach the terminal"
    )


def test_call_with_its_question_its_result_and_its_detail(attacked: Attacked, record_property: Record) -> None:
    app = attacked.application
    attacked.azure.script(
        Asks(Wish(tool_name(attacked), {"text": HOSTILE}), Wish("no" + ONE_LINE, HOSTILE)),
        Says(f"after the call {END}"),
    )
    app.press("call it", "enter")
    app.wait_for(lambda screen: QUESTION in screen and "does not count" not in screen)
    for key in ("down", "end", "home"):
        app.press(key)
    assert "<U+202E>" in app.wait_for(lambda screen: "<U+" in screen)
    app.press("y")
    app.wait_for_answer("after the call")
    attacked.assert_unharmed()
    app.press("\x1b[Z")
    app.wait_for("Open call")
    app.press("up", "enter")
    assert "<U+202E>evil" in app.wait_for("why asked")
    app.press("escape")
    app.wait_for(lambda screen: "why asked" not in screen)
    app.press("f2")
    app.wait_for("Type a message")
    attacked.assert_unharmed()
    record_property("figure", "approval question, card, call detail: invisible marks are spelled out, e.g. <U+202E>")


def test_tools_tab(attacked: Attacked) -> None:
    app = attacked.application
    app.press("f3")
    app.wait_for("Reconnect")
    app.press("down")
    app.wait_for(lambda screen: "Reconnect" not in screen)
    app.press("s", "s", "r")
    screen = app.wait_for(lambda screen: "f5 Run" in screen)
    assert "[@click=app.quit]" in screen
    offered = json.dumps(attacked.azure.requests[-1].body["tools"], ensure_ascii=False)
    assert controls(offered.encode()) == set()
    app.press("f2")
    app.wait_for("Type a message")
    attacked.assert_unharmed()


def test_error_in_the_services_words(attacked: Attacked) -> None:
    attacked.azure.script(Refuses(400, HOSTILE, f"refused: {HOSTILE}"))
    attacked.application.ask("fail", "refused:")
    attacked.assert_unharmed()


def test_names_given_in_a_dialog_and_lists_that_show_them(attacked: Attacked) -> None:
    app = attacked.application
    app.press("/rename", "enter")
    app.wait_for("Rename the conversation")
    app.paste(PASTED.replace("\n", " ")[:LONGEST_TITLE])
    app.press("enter")
    app.wait_for(lambda screen: "Rename the conversation" not in screen)
    app.press("f4")
    app.wait_for("1 conversation")
    app.press("/message")
    app.wait_for("turn 1 · you")
    app.press("f2")
    app.wait_for("Type a message")
    attacked.assert_unharmed()


def test_exports_and_screenshots(attacked: Attacked, record_property: Record) -> None:
    app = attacked.application
    for name in ("a.md", "a.json", "a.jsonl"):
        app.press(f"/export {name}", "enter")
        app.wait_until((attacked.home / name).exists)
        app.wait_for(f"{name}")
        text = (attacked.home / name).read_text(encoding="utf-8")
        assert controls(text.encode()) == set()
        assert sequences(text.encode()) == {}
    app.press("ctrl+p", "screenshot")
    app.wait_for(lambda screen: "SVG" in screen and "Allowed" not in screen)
    app.press("enter")
    app.wait_until(lambda: any(attacked.home.rglob("*.svg")))
    (picture,) = attacked.home.rglob("*.svg")
    app.wait_until(lambda: picture.read_text(encoding="utf-8").rstrip().endswith("</svg>"))
    assert controls(picture.read_bytes()) == set()
    attacked.assert_unharmed()
    record_property("figure", "3 exports and a screenshot: 0 controls")


def test_reopened_in_another_run(attacked: Attacked, record_property: Record) -> None:
    """The last one: it ends the first run."""
    first = attacked.application
    first.press("ctrl+q")
    assert first.wait_for_exit() == 0
    usual = sequences(bytes(first.raw))
    with Application(attacked.home, "--continue", "--offline", columns=180, rows=50) as again:
        again.wait_for("after the call")
        again.press("/copy", "enter")
        again.wait_for(lambda screen: RUNNING not in screen)
        for key in ("\x1b[5~", "\x1b[5~", "f4", "f3", "f2"):
            again.press(key)
        again.press("ctrl+q")
        assert again.wait_for_exit() == 0
        new = {found: times for found, times in sequences(bytes(again.raw)).items() if times > usual[found]}
    assert [found for found in new if not found.startswith("\x1b]52;c;")] == []
    assert controls(bytes(again.raw)) == set()
    record_property("figure", "history reload, scrolled through: 0 hits")
