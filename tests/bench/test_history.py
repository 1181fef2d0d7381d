"""The benchmark runs and measures; what it measures is judged by `make bench`, never by a test."""

import pytest

from tests.bench import history, large_history
from tests.bench.__main__ import HISTORY


def test_a_large_history_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_history, "CONVERSATIONS", 500)
    monkeypatch.setattr(history, "APPENDS", 10)
    figures = history.measure()
    assert set(figures) == {name for _, name, _ in HISTORY}
    assert all(value > 0 for value in figures.values())
