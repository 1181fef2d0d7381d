"""Conversations as documents: everything is in them, and nothing gets out of its place."""

import json
from itertools import pairwise
from typing import cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.core.test_transcript import answered
from tests.store.events import DURABLE_EVENTS
from tui.core.events import (
    Event,
    Json,
    ModelChosen,
    Renamed,
    RequestFailed,
    TextDelta,
    ToolFinished,
    ToolStarted,
    ToolStatus,
    TurnEnded,
    UserSaid,
)
from tui.core.exporting import to_json, to_markdown
from tui.core.text import sanitize

HOSTILE = (
    "```\n# Not a heading\n~~~~\n<!-- \n<script>alert(1)</script>\n- item\n\n    code\n---\n| a | b |\n````text\n[x]:",
    "\x1b]0;owned\x07 and \u202egnp.exe",
    "`" * 7,
    "<div>\n\n***\n===\n> quote",
)


def conversation(text: str = "Hello") -> list[Event]:
    return [
        UserSaid(at=0.0, turn=1, text=text),
        ToolStarted(at=1.0, turn=1, call_id="c", name=text, server=text, arguments={text: [text, 1.5]}),
        ToolFinished(at=1.2, turn=1, call_id="c", name=text, status="error", text=text, structured={"a": text}),
        RequestFailed(at=2.0, turn=1, round=2, attempt=1, wait_seconds=1.0, message=text),
        answered(1, text),
        ModelChosen(at=3.0, name=text),
        TurnEnded(at=4.0, turn=1, reason="failed", seconds=4.0, message=text, hint=text),
    ]


def headings(markdown: str) -> list[str]:
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    return [after.content for token, after in pairwise(tokens) if token.type == "heading_open" and token.level == 0]


@pytest.mark.parametrize("status", get_args(ToolStatus))
def test_a_call_is_written_however_it_ended(status: ToolStatus) -> None:
    finished = ToolFinished(at=1.2, turn=1, call_id="c", name="save", status=status, text="what came of it")
    assert f"`save` · {status}" in to_markdown([*conversation()[:2], finished], "")


def test_a_document_has_every_message_call_result_figure_and_failure() -> None:
    log: list[Event] = [
        UserSaid(at=0.0, turn=1, text="What is 15 * 8?"),
        answered(1, "", "c"),
        ToolStarted(at=1.0, turn=1, call_id="c", name="calculate", server="bundled", arguments={"a": 15, "b": 8}),
        ToolFinished(at=1.2, turn=1, call_id="c", name="calculate", status="ok", text="120", seconds=0.012),
        answered(1, "It is **120**."),
        TurnEnded(at=4.0, turn=1, reason="failed", seconds=4.0, message="The key was refused.", hint="Check it."),
    ]
    text = to_markdown(log, "Sums")
    for expected in (
        "# Sums\n",
        "1 turn · 1 call · 240 tokens",
        "> What is 15 \\* 8?".replace("\\", ""),
        "`calculate` · bundled",
        '```json\n{\n  "a": 15,\n  "b": 8\n}\n```',
        "✓ `calculate` · ok · 12 ms",
        "```text\n120\n```",
        "> It is **120**.",
        "*m · 1.0 s · 100 tokens in, 20 out*",
        "**The turn ended: failed. The key was refused. Check it.**",
    ):
        assert expected in text


def test_hostile_content_stays_in_its_place() -> None:
    for text in HOSTILE:
        found = headings(to_markdown(conversation(text), text))
        assert len(found) == 4
        assert [line.split(" ")[0] for line in found[1:]] == ["You", "→", "Answer"]


@given(st.text(st.sampled_from("`~#>-<!|\n [](){}*_\\\tab&")))
def test_no_content_adds_or_hides_a_heading(text: str) -> None:
    assert len(headings(to_markdown(conversation(text or "x"), "T"))) == len(
        headings(to_markdown(conversation("x"), "T"))
    )


@given(st.lists(DURABLE_EVENTS, max_size=4))
def test_any_events_make_both_documents_without_anything_that_cannot_be_seen(events: list[Event]) -> None:
    for document in (to_markdown(events, "T\x1b[31m"), to_json(events, "T\x1b[31m")):
        document.encode()
        assert sanitize(document) == document
    parsed = cast("dict[str, Json]", json.loads(to_json(events, "T")))
    assert [parsed["schema"], parsed["version"], parsed["title"]] == ["callscope.conversation", 1, "T"]
    kept = cast("list[dict[str, Json]]", parsed["events"])
    assert [event["type"] for event in kept] == [type(event).__name__ for event in events]


def test_json_has_the_arguments_exactly_and_only_what_is_stored() -> None:
    arguments = {"path": "a\u202eb\x1b[31m\ud800\x00", "n": 1}
    log: list[Event] = [
        ToolStarted(at=1.0, turn=1, call_id="c", name="n", server="s", arguments=arguments),
        TextDelta(at=1.0, turn=1, round=1, text="only shown"),
        Renamed(at=2.0, title="Mine"),
    ]
    (started, renamed) = json.loads(to_json(log, "T"))["events"]
    assert started["arguments"] == arguments
    assert renamed == {"type": "Renamed", "at": 2.0, "title": "Mine"}
