"""Every bundled recording decodes, obeys the rules of events, and belongs to an example."""

from pathlib import Path

import pytest

from screenshots.record import recording_path
from tui.core.events import Event, ModelAnswered, ToolFinished, ToolStarted, TurnEnded, UserSaid
from tui.core.ports import AssistantMessage, ToolMessage
from tui.core.transcript import to_messages
from tui.examples import EXAMPLES, RECORDINGS
from tui.store.recording import read_recording

PATHS = sorted(RECORDINGS.glob("*.jsonl"))


def test_every_example_has_its_recording_and_no_other_is_there() -> None:
    assert sorted(recording_path(example) for example in EXAMPLES) == PATHS


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_recording_obeys_the_rules_of_events(path: Path) -> None:
    events = read_recording(path)
    started = [event.call_id for event in events if isinstance(event, ToolStarted)]
    finished = [event.call_id for event in events if isinstance(event, ToolFinished)]
    asked = [call.id for event in events if isinstance(event, ModelAnswered) for call in event.calls]
    assert sorted(started) == sorted(finished) == sorted(asked)
    assert len(set(started)) == len(started)
    said = [event.turn for event in events if isinstance(event, UserSaid)]
    assert said == list(range(1, len(said) + 1))
    assert [event.turn for event in events if isinstance(event, TurnEnded)] == said
    assert [event.at for event in events] == sorted(event.at for event in events)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_recording_did_what_was_asked(path: Path) -> None:
    events = read_recording(path)
    assert all(event.reason == "done" for event in events if isinstance(event, TurnEnded))
    assert all(event.status == "ok" for event in events if isinstance(event, ToolFinished))
    messages = to_messages(events)
    assert any(isinstance(message, ToolMessage) for message in messages)
    assert isinstance(messages[-1], AssistantMessage)


def test_recording_says_the_messages_of_its_example() -> None:
    for example in EXAMPLES:
        events: list[Event] = read_recording(recording_path(example))
        assert tuple(event.text for event in events if isinstance(event, UserSaid)) == example.messages
