"""A large history for measuring: 10,000 conversations of 20 events, realistic in their sizes and words."""

import random
import sqlite3
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from tests.store.events import said
from tui.core.events import Event, ModelAnswered, ModelAsked, ToolFinished, ToolRequest, ToolStarted, TurnEnded, Usage
from tui.store.codec import encode
from tui.store.database import Database, Entry
from tui.store.opening import FILE_NAME

CONVERSATIONS = 10_000
TURNS = 2
FIRST_AT = 1_760_000_000.0
APART = 1_800.0
"""Seconds from one conversation to the next: about half a year in all."""

TOOLS = ("calculate", "get_weather", "save_text_file", "read_text_file", "get_system_info", "greet")
RARE, TYPICAL, FREQUENT = "zanzibar", "lighthouse", "result"
"""Words that stand in 5 conversations, in 500 and in all, where there are 10,000."""

_CONVERSATIONS_AT_ONCE = 500
_SYLLABLES = ("ka", "to", "mi", "re", "sol", "an", "der", "vi", "po", "lu", "st", "en", "ing", "ber", "qua")


class Words:
    """Words as in a language: few frequent ones, many rare ones (Zipf's law)."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(20_000)]
        self._weights = list(accumulate(1 / rank for rank in range(1, len(self._words) + 1)))

    def text(self, count: int) -> str:
        return " ".join(self._chance.choices(self._words, cum_weights=self._weights, k=count))


def make(folder: Path) -> None:
    """Write it, by the same code that stores events, in few and unsafe transactions."""
    connection = sqlite3.connect(folder / FILE_NAME, isolation_level=None)
    database = Database(connection)
    database.check()
    connection.execute("PRAGMA synchronous=OFF")
    database.prepare()
    chance = random.Random(11)
    words = Words(chance)
    for first in range(0, CONVERSATIONS, _CONVERSATIONS_AT_ONCE):
        database.append(
            [
                Entry(f"c{number}", event, encode(event))
                for number in range(first, first + _CONVERSATIONS_AT_ONCE)
                for event in _conversation(number, chance, words)
            ]
        )
    database.close()


def _conversation(number: int, chance: random.Random, words: Words) -> Iterator[Event]:
    special = [RARE] * (number % (CONVERSATIONS // 5) == 0) + [TYPICAL] * (number % (CONVERSATIONS // 500) == 0)
    at = FIRST_AT + number * APART
    for turn in range(1, TURNS + 1):
        yield said(" ".join([words.text(chance.randint(5, 25)), *special]), at=at, turn=turn)
        names = chance.choices(TOOLS, k=2)
        calls = tuple(ToolRequest(f"{number}-{turn}-{i}", name, '{"text": "x"}') for i, name in enumerate(names))
        yield from _round(at + 1, turn, 1, "", calls)
        for call in calls:
            arguments = {"text": words.text(chance.randint(2, 20)), "count": number}
            yield ToolStarted(
                at=at + 3, turn=turn, call_id=call.id, name=call.name, server="bundled", arguments=arguments
            )
            yield ToolFinished(
                at=at + 4,
                turn=turn,
                call_id=call.id,
                name=call.name,
                status="error" if chance.random() < 0.05 else "ok",
                text=f"{FREQUENT}: {words.text(chance.choice((5, 20, 60, 200)))}",
                seconds=chance.random(),
            )
        yield from _round(at + 5, turn, 2, words.text(chance.randint(20, 120)), ())
        yield TurnEnded(at=at + 7, turn=turn, reason="done", seconds=7.0)


def _round(at: float, turn: int, number: int, text: str, calls: tuple[ToolRequest, ...]) -> Iterator[Event]:
    yield ModelAsked(at=at, turn=turn, round=number, model="gpt-4o-mini", message_count=4 * turn, tool_count=6)
    yield ModelAnswered(
        at=at + 1,
        turn=turn,
        round=number,
        text=text,
        calls=calls,
        finish_reason="tool_calls" if calls else "stop",
        model="gpt-4o-mini-2024-07-18",
        usage=Usage(900, 120, 200, 0),
        seconds=1.0,
        first_text_seconds=0.3,
    )
