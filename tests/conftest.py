"""What all tests share: a fixed time zone, and terminals without surprises from the outside."""

import os
import time

import pytest

SETTINGS = ("AZURE_OPENAI_", "MCP_", "CALLSCOPE_", "OPENAI_", "MAX_CONVERSATION")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction] (a fixture)
    for name in list(os.environ):
        if name.startswith(SETTINGS):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
