import json
from contextlib import suppress
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.events import ANY_TEXT, BY_TYPE, DURABLE_EVENTS, VALUES, called, said
from tui.core.errors import StoreError
from tui.core.events import (
    DURABLE,
    Event,
    Json,
    ModelAnswered,
    TextDelta,
    ToolFinished,
    ToolRequest,
    ToolStarted,
    UserSaid,
)
from tui.core.redaction import Redactor
from tui.core.text import sanitize
from tui.store.codec import decode, encode


@given(DURABLE_EVENTS)
def test_every_durable_event_comes_back_as_it_was(event: Event) -> None:
    assert decode(encode(event)) == event


@given(DURABLE_EVENTS)
def test_a_line_is_one_line_of_ascii(event: Event) -> None:
    line = encode(event)
    assert line.isascii()
    assert len(line.splitlines()) == 1


def test_every_durable_type_has_a_form() -> None:
    assert set(BY_TYPE) == set(DURABLE)


def test_a_line_names_its_version_and_type_first() -> None:
    assert encode(said("Hi", at=5.0)) == '{"v":1,"type":"UserSaid","at":5.0,"turn":1,"text":"Hi"}'


@given(ANY_TEXT)
def test_prose_of_a_tampered_line_is_harmless(text: str) -> None:
    event = decode(encode(said(text)))
    assert isinstance(event, UserSaid)
    assert event.text == sanitize(text)
    event.text.encode()


def test_arguments_stay_exactly_as_the_model_wrote_them() -> None:
    started = ToolStarted(
        at=1.0, turn=1, call_id="c", name="n", server="s", arguments={"path": "a\u202eb\x1b[31m\ud800\x00"}
    )
    assert decode(encode(started)) == started


@given(st.one_of(st.text(), st.binary()))
def test_garbage_is_refused_in_words(line: str | bytes) -> None:
    with pytest.raises(StoreError):
        decode(line)


@given(VALUES)
def test_json_that_is_no_event_is_refused_in_words(value: Json) -> None:
    with pytest.raises(StoreError):
        decode(json.dumps(value))


ADDED_LATER = {
    "HistoryTrimmed": {"reason"},
    "ModelAnswered": {"reasoning", "report", "output_items", "origin"},
    "ToolStarted": {"approval"},
    "ToolFinished": {"images"},
}
"""Fields that lines of the first version do not have."""


@given(DURABLE_EVENTS, st.data())
def test_a_line_with_one_field_changed_is_read_or_refused_in_words(event: Event, data: st.DataObject) -> None:
    document = cast("dict[str, Json]", json.loads(encode(event)))
    key = data.draw(st.sampled_from(sorted(document)))
    with suppress(StoreError):
        assert isinstance(decode(json.dumps(document | {key: data.draw(VALUES)})), Event)


@given(DURABLE_EVENTS, st.data())
def test_a_line_without_a_field_is_refused_unless_the_field_came_later(event: Event, data: st.DataObject) -> None:
    document = cast("dict[str, Json]", json.loads(encode(event)))
    key = data.draw(st.sampled_from(sorted(document)))
    del document[key]
    if key in ADDED_LATER.get(type(event).__name__, ()):
        assert decode(json.dumps(document)).at == event.at
    else:
        with pytest.raises(StoreError):
            decode(json.dumps(document))


@given(DURABLE_EVENTS)
def test_every_text_passes_the_redaction_and_the_line_stays_an_event(event: Event) -> None:
    assert decode(encode(event, lambda text: text)) == event
    document = cast("dict[str, Json]", json.loads(encode(event)))
    texts = {key: value for key, value in document.items() if isinstance(value, str) and key != "type"}
    redacted = cast("dict[str, Json]", json.loads(encode(event, lambda text: f"<{text}>")))
    assert {key: redacted[key] for key in texts} == {key: f"<{text}>" for key, text in texts.items()}


def test_a_secret_is_redacted_wherever_it_stands() -> None:
    secret = 'k"ey-ü-123456789'
    redactor = Redactor([secret])
    events = [
        said(f"my key is {secret}"),
        answered_with(secret),
        replace(called_tool(), arguments={"deep": [{secret: f"x{secret}x"}]}),
        ToolFinished(at=1.0, turn=1, call_id="c", name="n", status="ok", text=secret, structured={"a": [secret]}),
    ]
    for event in events:
        line = encode(event, redactor)
        assert "key removed" in line
        assert "123456789" not in line
        decode(line)


def answered_with(secret: str) -> ModelAnswered:
    return ModelAnswered(
        at=1.0,
        turn=1,
        round=1,
        text="",
        calls=(ToolRequest("c", "n", json.dumps({"key": secret})),),
        finish_reason="tool_calls",
        model="m",
        usage=None,
        seconds=1.0,
        first_text_seconds=None,
        output_items=({"type": "reasoning", "text": secret},),
    )


def called_tool() -> ToolStarted:
    return ToolStarted(at=1.0, turn=1, call_id="c", name="n", server="s", arguments={})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"v": 2}, "version 2"),
        ({"type": "Nonsense"}, "type “Nonsense”"),
        ({"at": float("nan")}, "“at”"),
        ({"at": 1e300}, "“at”"),
        ({"at": True}, "“at”"),
        ({"turn": 1.5}, "“turn”"),
        ({"text": None}, "“text”"),
    ],
)
def test_a_refusal_says_what_is_wrong(change: dict[str, Json], words: str) -> None:
    with pytest.raises(StoreError, match=words):
        decode(json.dumps(cast("dict[str, Json]", json.loads(encode(said()))) | change))


def test_a_bottomless_line_is_refused_in_words() -> None:
    with pytest.raises(StoreError):
        decode("[" * 100_000)


def test_a_value_nested_too_deeply_is_left_out_so_the_conversation_stays_readable() -> None:
    deep: Json = []
    for _ in range(5_000):
        deep = [deep]
    finished = ToolFinished(at=1.0, turn=1, call_id="c", name="n", status="ok", text="t", structured=deep)
    started = ToolStarted(at=1.0, turn=1, call_id="c", name="n", server="s", arguments={"x": deep})
    assert decode(encode(finished)) == ToolFinished(at=1.0, turn=1, call_id="c", name="n", status="ok", text="t")
    kept = decode(encode(started))
    assert isinstance(kept, ToolStarted)
    assert kept.arguments == {}
    assert "deeply" in kept.raw_arguments


def test_an_event_that_is_only_shown_is_refused() -> None:
    with pytest.raises(StoreError, match="TextDelta"):
        encode(TextDelta(at=1.0, turn=1, round=1, text="Hel"))


def test_a_call_has_a_form_with_its_arguments_as_an_object() -> None:
    assert '"arguments":{"a":1}' in encode(called("calculate")[0])
