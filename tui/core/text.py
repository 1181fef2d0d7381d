"""Untrusted text made harmless for a terminal.

`sanitize` for reading: escape sequences and controls go, everything a person reads stays. `reveal` for judging
(arguments, names, definitions): whatever cannot be seen is spelled out as `<U+202E>`. `Sanitizer` is `sanitize` over a
stream of pieces, where an escape sequence may be split at any character.

Escape sequence shapes: ECMA-48, sections 5.3 to 5.6, 8-bit C1 forms included.
"""

import re
import unicodedata

_STRING_OPENERS = r"(?:\x1b[P\]X^_]|[\x90\x98\x9d\x9e\x9f])"
_CSI_OPENERS = r"(?:\x1b\[|\x9b)"
_STRING_LIMIT = 4096

_SEQUENCE = re.compile(
    # DCS, OSC, SOS, PM, APC up to their terminator; an unterminated one ends at a line break, so that a stray opener
    # cannot swallow the rest of the text.
    rf"{_STRING_OPENERS}[^\x07\x1b\x9c\n\r]{{0,{_STRING_LIMIT}}}(?:\x07|\x1b\\|\x9c)?"
    rf"|{_CSI_OPENERS}[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]?"
    r"|\x1b[\x20-\x2f]*[\x30-\x7e]?"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_HIDDEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_SUSPECT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\ufffb\U000e0000-\U000e007f]")
_UNFINISHED = re.compile(
    rf"(?:{_STRING_OPENERS}[^\x07\x1b\x9c\n\r]{{0,{_STRING_LIMIT}}}+\x1b?"
    rf"|{_CSI_OPENERS}[\x30-\x3f]*+[\x20-\x2f]*+"
    r"|\x1b[\x20-\x2f]*+|\r)\Z"
)
_LONGEST_HELD = _STRING_LIMIT + 3
"""An opener of two characters, the string, and an escape that may begin its terminator. Looking for openers further
back would take quadratic time."""


def sanitize(text: str) -> str:
    """The text without escape sequences, controls, bidi overrides and invisible marks; line ends become "\\n".

    Tabs stay; lone surrogates become U+FFFD, so that the result can always be encoded.
    """
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not _SUSPECT.search(text):
        return text
    text = _SEQUENCE.sub("", text)
    text = _CONTROLS.sub("", text)
    text = _HIDDEN.sub("", text)
    return _SURROGATES.sub("\ufffd", text)


def reveal(text: str) -> str:
    """The text with every character that cannot be seen spelled out: `<U+202E>`; line ends and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if _is_visible(c) else f"<U+{ord(c):04X}>" for c in text)


def _is_visible(character: str) -> bool:
    if character in "\n\t" or " " <= character <= "~":
        return True
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class Sanitizer:
    """`sanitize` over pieces of one text: a sequence that is cut by a piece's end is held back until it is whole."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """The harmless text that this piece completes."""
        text = self._held + piece
        unfinished = _UNFINISHED.search(text, max(0, len(text) - _LONGEST_HELD))
        cut = unfinished.start() if unfinished else len(text)
        self._held = text[cut:]
        return sanitize(text[:cut])

    def flush(self) -> str:
        """What is left at the end of the text."""
        held, self._held = self._held, ""
        return sanitize(held)
