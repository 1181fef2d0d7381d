"""Promises about imports that a static check cannot see."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("tui.ui.app", ("mcp", "mcp_types", "openai", "sqlite3", "httpx2")),
        # Their many dataclasses take 60 ms, which would put off the first paint.
        ("tui.ui.app", ("tui.core.events", "tui.core.ports")),
        ("tui.commands.application", ("tui.core.events", "tui.core.ports")),
        ("tui.cli", ("textual", "mcp", "openai", "sqlite3")),
        ("tui.store", ("textual", "mcp", "openai")),
    ],
)
def test_importing_a_layer_does_not_load_its_siblings_libraries(module: str, absent: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print([name for name in {absent!r} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.strip() == "[]"
