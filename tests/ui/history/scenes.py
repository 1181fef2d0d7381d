"""Scenes of the history: searching, names and pins, branches, files and statistics."""

from datetime import date, timedelta

from tests.ui.scenes import SMALL, SMALL_AND_USUAL, Scene, recording
from tui.core.events import Event, Forked, ModelAnswered, ModelAsked, Pinned, TurnEnded, Usage, UserSaid
from tui.core.ports import DayStatistics, ToolStatistics, UsageStatistics
from tui.core.transcript import before_turn
from tui.examples import RECORDINGS

_LAST_DAY = date(2026, 11, 20)
_TURNS = (3, 0, 5, 12, 1, 0, 8, 14, 2, 7, 0, 0, 6, 19, 4, 11, 3)

STATISTICS = UsageStatistics(
    conversations=42,
    turns=118,
    failed_turns=3,
    requests=241,
    input_tokens=412_930,
    cached_tokens=131_072,
    output_tokens=38_211,
    reasoning_tokens=9_984,
    calls=163,
    failed_calls=7,
    tools=(
        ToolStatistics("calculate", 71, 2, 0.94),
        ToolStatistics("get_weather", 38, 4, 61.3),
        ToolStatistics("save_text_file", 29, 1, 1.7),
        ToolStatistics("read_text_file", 19, 0, 0.6),
        ToolStatistics("search_documentation_of_the_company", 6, 0, 23.8),
    ),
    days=tuple(
        DayStatistics((_LAST_DAY - timedelta(days=ago)).isoformat(), turns, 2 * turns, 3000 * turns)
        for ago, turns in enumerate(_TURNS)
        if turns
    ),
)


def branch(events: list[Event], origin: str, turn: int, said: str) -> list[Event]:
    """A copy of a conversation up to a turn, and another message there."""
    kept = [event for event in before_turn(events, turn) if not isinstance(event, Forked)]
    at = kept[-1].at + 60 if kept else events[0].at
    return [
        Forked(at=at, origin=origin, turn=turn),
        *kept,
        UserSaid(at=at, turn=turn, text=said),
        ModelAsked(at=at, turn=turn, round=1, model="gpt-4o-mini", message_count=2 * turn, tool_count=6),
        ModelAnswered(
            at=at + 1,
            turn=turn,
            round=1,
            text="Here it is.",
            calls=(),
            finish_reason="stop",
            model="gpt-4o-mini",
            usage=Usage(310, 12),
            seconds=0.8,
            first_text_seconds=0.4,
        ),
        TurnEnded(at=at + 1, turn=turn, reason="done", seconds=0.8),
    ]


def typed(text: str) -> tuple[str, ...]:
    """The keys that type this."""
    names = {"/": "slash", " ": "space", ":": "colon", "_": "underscore"}
    return tuple(names.get(character, character) for character in text)


def history_scenes() -> list[Scene]:
    """Every state of the History tab and of what belongs to it."""
    everything = [recording(path.stem) for path in sorted(RECORDINGS.glob("*.jsonl"))]
    pinned = [
        [*events, Pinned(at=events[-1].at, pinned=True)] if place in (3, 8) else events
        for place, events in enumerate(everything)
    ]
    session = recording("learning_session")
    second = branch(session, "c0", 2, "What's 26 * 8?")
    family = [session, branch(session, "c0", 4, "Delete math.txt"), second, branch(second, "c2", 1, "Good evening!")]
    filter_keys = ("f4", "f", "right", "down", "down", "down", "right")
    return [
        Scene("search", everything, keys=("f4", *typed("/fil")), opened=False),
        Scene("filters", everything, keys=filter_keys, opened=False, sizes=SMALL),
        Scene("history_filtered", everything, keys=(*filter_keys, "enter"), opened=False, sizes=SMALL_AND_USUAL),
        Scene("rename", everything, keys=("f4", "e"), opened=False, sizes=SMALL),
        Scene("pinned", [*pinned, second], keys=("f4", "down"), opened=False),
        Scene("branches", family, keys=(*typed("/branches"), "enter"), sizes=SMALL_AND_USUAL),
        Scene("edit_list", [session], keys=("f6",), sizes=SMALL_AND_USUAL),
        Scene("editing", [session], keys=("f6", "up", "enter"), sizes=SMALL_AND_USUAL),
        Scene("export", [session], keys=(*typed("/export"), "enter"), sizes=SMALL),
        Scene("statistics", [session], keys=(*typed("/stats"), "enter", "right"), statistics=STATISTICS),
    ]
