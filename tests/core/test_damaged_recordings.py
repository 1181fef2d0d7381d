"""Recordings with lines lost, doubled, swapped or with impossible times still play to their end and can be checked."""

import random
from dataclasses import replace

import pytest

from tests.core.recorded import two_turns
from tests.fakes import FakeHost, tool
from tui.core.checking import check
from tui.core.events import ConversationOpened, Event
from tui.core.replay import Replay

MOST_STEPS = 1_000


def damaged(seed: int) -> list[Event]:
    """Two turns after up to seven accidents."""
    chance = random.Random(seed)
    events = two_turns()
    for _ in range(chance.randrange(1, 8)):
        here, there = chance.randrange(len(events)), chance.randrange(len(events))
        match chance.choice(("lost", "doubled", "swapped", "late")):
            case "lost" if len(events) > 1:
                del events[here]
            case "doubled":
                events.insert(there, events[here])
            case "swapped":
                events[here], events[there] = events[there], events[here]
            case _:
                events[here] = replace(events[here], at=chance.random() * 1e9)
    return events


@pytest.mark.parametrize("seed", range(40))
async def test_damaged_recordings_play_and_can_be_checked(seed: int) -> None:
    events = damaged(seed)
    shown: list[Event] = []
    replay = Replay(events, shown.append)
    for share in (0.9, 0.2, 1.0, 0.5, 0.0):
        replay.seek(share * replay.duration)
    steps = 0
    while not replay.is_over:
        replay.step()
        steps += 1
        assert steps < MOST_STEPS
    shown.clear()
    replay.to_end()
    (opened,) = shown
    assert isinstance(opened, ConversationOpened)
    assert opened.events == tuple(replay.events)
    report = await check(events, FakeHost(add=tool("5")))
    assert all(checked.name == "add" for checked in report.checks)
