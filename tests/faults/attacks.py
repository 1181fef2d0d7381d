"""What is meant to harm a terminal or a markup renderer, and how to see whether any of it got through."""

import re
from collections import Counter

from tests.core.test_text import BATTERY

MORE = (
    "\x1b]2;another title\x1b\\",
    "\x1b[?1049l",
    "\x1b[?2004l",
    "\x1b[3J\x1b[H",
    "\x1b[200~pasted\x1b[201~",
    "\x1b]1337;File=inline=1:aGk=\x07",
    "\x1b]4;1;?\x07",
    "\x1b[>1u\x1b[<u",
    "\x1b(0lqk\x1b(B",
    "\x1bP$qm\x1b\\",
    "\x1b[5i",
    "\x85\x8d\x96",
)
ESCAPES = (*BATTERY, *MORE)
MARKUP = "[/x] [@click=app.quit]press[/] [link=http://evil.example]here[/link] [red]$primary [[/]]"
HIDDEN = "na\u202e\u200b\U000e0041me \u2066x\u2069 e\u0301\u0301 \U0001f469\u200d\U0001f467 \u6f22\u5b57 \u05d0\u05d1"
END = "THE-END"

HOSTILE = "\n".join((MARKUP, *(f"a{attack}z" for attack in ESCAPES), HIDDEN, END))
"""All of it, a line each, so that one that never ends takes nothing of the next."""

_SEQUENCE = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[P_^X][^\x1b]*(?:\x1b\\)?|\x1b\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]?"
    r"|\x1b[\x20-\x2f]*[\x30-\x7e]?"
)
_DRAWING = re.compile(r"\x1b\[(?:[\d;]*m|\d+;\d+H|\?2026[hl]|\?25[hl])|\x1b\]22;[a-z-]*\x07")
"""What this application draws with: colours, places, whole frames, the cursor and the pointer's shape."""

_RAW = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)


def sequences(written: bytes) -> Counter[str]:
    """Every control sequence that a program wrote, but those it draws with."""
    return Counter(
        found for found in _SEQUENCE.findall(written.decode(errors="replace")) if not _DRAWING.fullmatch(found)
    )


def controls(written: bytes) -> set[str]:
    """Every control character outside of sequences, and every invisible mark, that a program wrote."""
    return set(_RAW.findall(_SEQUENCE.sub("", written.decode(errors="replace"))))
