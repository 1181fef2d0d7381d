"""The terminal: what it can show and tell, as far as it says so itself, and what a person misses where it cannot.

What a terminal can do beyond its colours, it tells only when it is asked over its own line, which belongs to the
screen; so it is known here by its name [the terminals' own documentation, 2026].
"""

import locale
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tui.core.doctor import fault, note, well
from tui.core.ports import Diagnosis

AREA = "Terminal"
USUAL = (80, 24)
LEAST = (40, 12)
"""Columns and rows: below the first it is crowded, below the second something is out of sight."""

_TELLS_KEYS = frozenset({"kitty", "ghostty", "wezterm", "foot", "alacritty", "iterm"})
_COPIES = frozenset({*_TELLS_KEYS, "windows terminal", "vscode", "tmux"})
_DOES_NOT_COPY = frozenset({"apple terminal", "gnome terminal or another of VTE"})


@dataclass(frozen=True, slots=True)
class Terminal:
    """What is known of it. `size` is columns and rows, None where there is no terminal."""

    variables: Mapping[str, str]
    size: tuple[int, int] | None
    encoding: str

    @classmethod
    def here(cls) -> "Terminal":
        """The one that this process runs in."""
        names = (
            *("TERM", "COLORTERM", "NO_COLOR", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "WT_SESSION", "VTE_VERSION"),
            *("KITTY_WINDOW_ID", "TMUX", "STY", "SSH_CONNECTION"),
        )
        return cls({name: os.environ[name] for name in names if os.environ.get(name)}, _size(), _encoding())

    @property
    def name(self) -> str:
        """Which program it is, in small letters; empty where it does not say."""
        term, program = self.variables.get("TERM", ""), self.variables.get("TERM_PROGRAM", "").lower()
        if "TMUX" in self.variables or term.startswith("tmux"):
            return "tmux"
        if "KITTY_WINDOW_ID" in self.variables:
            return "kitty"
        if "WT_SESSION" in self.variables:
            return "windows terminal"
        known = {"apple_terminal": "apple terminal", "iterm.app": "iterm", "vscode": "vscode", "wezterm": "wezterm"}
        if program in known:
            return known[program]
        if found := next((name for name in _TELLS_KEYS if name in term or name in program), ""):
            return found
        return "gnome terminal or another of VTE" if "VTE_VERSION" in self.variables else ""


def examine_terminal(terminal: Terminal) -> Iterator[Diagnosis]:
    """What it is, then each thing that it should be able to do."""
    term = terminal.variables.get("TERM", "")
    if terminal.size is None:
        yield note(AREA, "There is no terminal here; the application needs one.", "Run callscope in a terminal.")
    if term == "dumb" or (not term and sys.platform != "win32"):
        yield fault(AREA, f"TERM is {term or 'not set'}.", "Set it to what your terminal is, such as xterm-256color.")
    else:
        name = f", {terminal.name}" if terminal.name else ""
        yield well(AREA, f"TERM is {term or 'not set'}{name}.")
    if terminal.size:
        yield _size_found(*terminal.size)
    yield _colours(terminal, term)
    yield _characters(terminal.encoding)
    yield _clipboard(terminal.name)
    yield _keys(terminal.name)


def _size_found(columns: int, rows: int) -> Diagnosis:
    words = f"It has {columns} columns and {rows} rows."
    if columns < LEAST[0] or rows < LEAST[1]:
        return fault(AREA, words, f"Enlarge it to {USUAL[0]} by {USUAL[1]} at least: something is out of sight.")
    if columns < USUAL[0] or rows < USUAL[1]:
        return note(AREA, words, f"From {USUAL[0]} by {USUAL[1]} on nothing is crowded.")
    return well(AREA, words)


def _colours(terminal: Terminal, term: str) -> Diagnosis:
    if "NO_COLOR" in terminal.variables:
        return note(AREA, "NO_COLOR is set: everything is grey.", "Every state has a sign, too. Unset it for colours.")
    if terminal.variables.get("COLORTERM", "").lower() in ("truecolor", "24bit") or "WT_SESSION" in terminal.variables:
        return well(AREA, "It shows 16 million colours.")
    if "256" in term:
        return note(AREA, "It shows 256 colours.", "Where it can do more: export COLORTERM=truecolor.")
    return note(AREA, "It may show 16 colours only.", "Set TERM to xterm-256color, or COLORTERM to truecolor.")


def _characters(encoding: str) -> Diagnosis:
    if encoding.lower().replace("-", "") == "utf8":
        return well(AREA, "It takes Unicode (UTF-8).")
    hint = "Set LANG to a UTF-8 locale, such as C.UTF-8; signs like ✓ and — are broken until then."
    return fault(AREA, f"Its encoding is {encoding}, not UTF-8.", hint)


def _clipboard(name: str) -> Diagnosis:
    own_way = "Copying reaches the clipboard only where it does; else select with the mouse and Shift held."
    if name == "tmux":
        return note(AREA, "tmux passes copied text on if it may (OSC 52).", "set -g set-clipboard on in tmux.conf.")
    if name in _COPIES:
        return well(AREA, "It lets copied text reach the clipboard (OSC 52).")
    if name in _DOES_NOT_COPY:
        return note(AREA, "It does not let copied text reach the clipboard (OSC 52).", own_way.partition("; else ")[2])
    return note(AREA, "Whether it lets copied text reach the clipboard (OSC 52) is not known.", own_way)


def _keys(name: str) -> Diagnosis:
    if name in _TELLS_KEYS:
        return well(AREA, "It can tell all keys apart (kitty keyboard protocol).")
    words = "It may not tell all keys apart (kitty keyboard protocol)."
    return note(AREA, words, "Shift+Enter may send: Ctrl+J always begins a new line, and F5 always runs.")


def _size() -> tuple[int, int] | None:
    for stream in (sys.__stdout__, sys.__stdin__, sys.__stderr__):
        try:
            if stream is not None and stream.isatty():
                size = os.get_terminal_size(stream.fileno())
                return size.columns, size.lines
        except (OSError, ValueError):
            continue
    return None


def _encoding() -> str:
    stream = sys.__stdout__
    return (stream.encoding if stream is not None else "") or locale.getpreferredencoding(False)
