from datetime import datetime

import pytest

from tui.core.ports import SearchQuery
from tui.core.query import parse_query, written

NOW = datetime(2026, 11, 20, 12, 0).timestamp()


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("", SearchQuery()),
        ("  weather   nyc ", SearchQuery(text="weather nyc")),
        ("tool:calculate 15", SearchQuery(text="15", tool="calculate")),
        ("failed:", SearchQuery(failed_only=True)),
        ("FAILED: Model:gpt-4o", SearchQuery(failed_only=True, model="gpt-4o")),
        ('model:"offline planner" x', SearchQuery(text="x", model="offline planner")),
        ("since:2026-11-01", SearchQuery(since=at("2026-11-01"))),
        ("since:today", SearchQuery(since=at("2026-11-20"))),
        ("since:yesterday until:yesterday", SearchQuery(since=at("2026-11-19"), until=at("2026-11-20") - 1e-6)),
        ("since:7d", SearchQuery(since=at("2026-11-14"))),
        ("http://x y:z", SearchQuery(text="http://x y:z")),
        ('"two words" three', SearchQuery(text="two words three")),
    ],
)
def test_words_and_filters_are_told_apart(typed: str, query: SearchQuery) -> None:
    assert parse_query(typed, NOW).query == query


@pytest.mark.parametrize("typed", ["tool:", "model:", "since:", 'model:"'])
def test_a_filter_without_a_value_yet_filters_nothing(typed: str) -> None:
    parsed = parse_query(typed, NOW)
    assert parsed.is_empty
    assert not parsed.filters


@pytest.mark.parametrize("value", ["soon", "2026-13-01", "99999d", "2026-11-", "0001-01-01x"])
def test_a_date_that_is_none_is_said_and_does_not_count(value: str) -> None:
    parsed = parse_query(f"since:{value}", NOW)
    assert parsed.query.since is None
    assert value in parsed.filters[0].problem


def test_filters_are_written_into_the_line_in_place_of_those_it_had() -> None:
    line = written("tool:old hello since:7d world", {"tool": "new", "failed": "yes", "model": "a b", "since": ""})
    assert line == 'tool:new failed: model:"a b" hello world'
    assert parse_query(line, NOW).query == SearchQuery(text="hello world", tool="new", failed_only=True, model="a b")
