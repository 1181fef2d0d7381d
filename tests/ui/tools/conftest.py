"""Waits of the pilot in finer steps: they make up most of the time that a key costs."""

import pytest
from textual import _wait


@pytest.fixture(autouse=True)
def brisk_pilot(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of the steps in which the pilot looks whether the application is idle."""
    monkeypatch.setattr(_wait, "SLEEP_GRANULARITY", 1 / 200)
    monkeypatch.setattr(_wait, "SLEEP_IDLE", 1 / 4000)
