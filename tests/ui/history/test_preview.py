from tests.ui.history.fakes import NOON, summary
from tui.core.events import Event, Json, ModelAnswered, ToolFinished, ToolStarted, ToolStatus, TurnEnded, UserSaid
from tui.core.ports import SearchHit
from tui.ui.history.preview import outline


def said(text: str) -> Event:
    return UserSaid(at=NOON, turn=1, text=text)


def answered(text: str) -> Event:
    return ModelAnswered(
        at=NOON,
        turn=1,
        round=1,
        text=text,
        calls=(),
        finish_reason="stop",
        model="gpt",
        usage=None,
        seconds=1.0,
        first_text_seconds=None,
    )


def called(name: str, arguments: dict[str, Json], status: ToolStatus = "ok") -> list[Event]:
    return [
        ToolStarted(at=NOON, turn=1, call_id=name, name=name, server="s", arguments=arguments),
        ToolFinished(at=NOON, turn=1, call_id=name, name=name, status=status, text="result"),
    ]


def lines(*events: Event, width: int = 60) -> list[str]:
    hit = SearchHit(summary("A title", turns=1, calls=2, failed=1))
    return outline(hit, events, width).plain.split("\n")


def test_the_outline_begins_with_title_time_and_counts() -> None:
    assert lines()[:2] == ["A title", "Fri 20 Nov 2026, 11:59 · 1 turn · 2 calls · ✗ 1 failed"]


def test_messages_and_calls_follow_in_order() -> None:
    told = lines(
        said("Add"), *called("calculate", {"a": 1, "op": "+"}), *called("save", {}, "error"), answered("2\n\n**ok**")
    )
    assert told[2:] == ["", "You", "Add", "✓ calculate  a 1  op +", "✗ save", "", "gpt", "2", "", "**ok**"]


def test_a_turn_that_failed_says_why() -> None:
    failed = TurnEnded(at=NOON, turn=1, reason="failed", seconds=1.0, message="The key is wrong.")
    assert lines(said("Hi"), failed)[-1] == "! The key is wrong."


def test_long_texts_and_many_events_are_cut_with_a_sign() -> None:
    told = lines(said("word " * 1000), answered("line\n" * 1000), *(said("again") for _ in range(1000)))
    assert len(told) < 150
    assert sum(line.endswith(" …") for line in told) == 2
    assert told[-1].startswith("…")


def test_a_call_takes_one_line_and_shows_what_cannot_be_seen() -> None:
    told = lines(*called("t", {"x": "a\u202eb\x1b[31m\nc", "y": "z" * 500}), width=50)
    assert told[2].startswith("✓ t  x a<U+202E>b<U+001B>[31m c  y zzz")
    assert len(told[2]) == 50
    assert told[2].endswith("…")
