"""The modes in which calls are asked about: how each is shown, and what it means in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.core.ports import Mode  # the first paint does without the ports


@dataclass(frozen=True, slots=True)
class ModeWords:
    """`badge` stands in the status line, in `style`; `typed` is what is typed behind `/mode`; `said` when it begins."""

    badge: str
    style: str
    typed: str
    said: str


WORDS: "Mapping[Mode, ModeWords]" = MappingProxyType(
    {
        "ask": ModeWords("? asks", "", "ask", "You are asked before each call that is not known to be harmless."),
        "read_only": ModeWords(
            "! read-only runs",
            "warning",
            "read-only",
            "Tools of other servers run unasked now if they say that they only read; that cannot be checked.",
        ),
        "never": ModeWords("⊘ no tools", "warning", "never", "No tools run now; the model is told so."),
    }
)


MODES: "tuple[Mode, ...]" = tuple(WORDS)


def mode_of(typed: str) -> "Mode | None":
    """The mode that was typed, if it is one."""
    return next((mode for mode in MODES if typed.lower().replace("_", "-") == WORDS[mode].typed), None)


def next_mode(mode: "Mode") -> "Mode":
    """The mode after this one, in turn."""
    return MODES[(MODES.index(mode) + 1) % len(MODES)]
