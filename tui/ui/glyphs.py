"""The sign, the style and the words for every state of a call: one place, so that every pane says it alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from tui.core.events import ToolStatus

CallState: TypeAlias = ToolStatus | Literal["asked", "waiting", "running", "not_run"]
"""A call's state on the screen. `asked`: the model is still writing it; `waiting`: for the person;
`not_run`: asked for, but it never started."""


@dataclass(frozen=True, slots=True)
class Sign:
    """How a state is shown: one cell wide glyph, a style of `tui.ui.lines.look.Look`, and words (empty when plain)."""

    glyph: str
    style: str
    words: str


SIGNS: Mapping[CallState, Sign] = MappingProxyType(
    {
        "asked": Sign("◌", "muted", "asked"),
        "waiting": Sign("?", "warning", "waiting for you"),
        "running": Sign("◌", "accent", "running"),
        "ok": Sign("✓", "success", ""),
        "error": Sign("✗", "error", "failed"),
        "refused": Sign("✗", "error", "not sent"),
        "denied": Sign("⊘", "warning", "not allowed"),
        "timeout": Sign("!", "warning", "timed out"),
        "lost": Sign("!", "error", "connection lost"),
        "cancelled": Sign("⊘", "warning", "stopped"),
        "not_run": Sign("⊘", "muted", "not run"),
    }
)

BRANCH = "⋎"
"""A conversation that was forked from another; the sign with this name, U+2442, is in hardly any terminal's font."""

SPINNER_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
"""Drawn one after the other while a call runs; with animations off the running sign's glyph stands still."""

SPINNER_INTERVAL = 0.1
"""Seconds between two frames, and between two figures of a running time."""
