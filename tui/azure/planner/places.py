"""The cities in a question about the weather."""

import re

_WEATHER = re.compile(
    r"\b(?:weather|forecast|temperature|raining|sunny|snowing|how (?:hot|cold|warm)|"
    r"(?:is|will) it (?:be )?(?:hot|cold|warm|windy|cloudy|rain|snow))\b",
    re.IGNORECASE,
)
_FOLLOW_UP = re.compile(
    r"(?:(?:and\s+)?(?:what|how) about(?:\s+(?:in|for))?|(?:and\s+)?(?:in|for))\s+(?P<places>\D{2,80})\Z", re.IGNORECASE
)
_IN_PLACE = re.compile(r"\b(?:in|for|at|of|near)\s+(?P<places>.+)\Z", re.IGNORECASE | re.DOTALL)
_AFTER = re.compile(
    r"\b(?:weather|forecast|temperature):?\s+(?:like\s+)?(?P<places>[^\W\d].*)\Z", re.IGNORECASE | re.DOTALL
)
_BEFORE = re.compile(
    r"(?:(?:what|how|is|the|show|tell|get|give|me|check|whats|what['’]s|how['’]s)\s+)*(?P<places>.*?)(?:['’]s)?\s*\b(?:weather|forecast|"
    r"temperature)\b",
    re.IGNORECASE | re.DOTALL,
)
_TIMES = re.compile(
    r"[\s,]*\b(?:today|tonight|tomorrow|now|right now|currently|like|at the moment|"
    r"this (?:week|morning|evening|afternoon)|outside|please|be|is|it|degrees|data|report)\s*\Z",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"\A(?:in|for|at|of|the|is|like|current|city of|me|there|both|here|celsius|fahrenheit|degrees)\b\s*", re.IGNORECASE
)
_MAX_LENGTH = 80


def cities(text: str, *, follows: bool) -> list[str] | None:
    """The cities whose weather is asked; empty when none is named, None when it is not about the weather.

    `follows`: weather was spoken of before, so that "and in Paris?" is about it too.
    """
    if not _WEATHER.search(text):
        found = _FOLLOW_UP.match(text) if follows else None
        return _split(found["places"]) if found else None
    for pattern in (_IN_PLACE, _AFTER, _BEFORE):
        if (found := pattern.search(text)) and (places := _split(found["places"])):
            return places
    return []


def _split(text: str) -> list[str]:
    """ "Paris, London and Rome" are three, "Paris, France" is one."""
    several = re.search(r"\s(?:and|&|or|vs\.?)\s", text, re.IGNORECASE)
    pieces = re.split(r"\s*,\s*(?:and\s+)?|\s+(?:and|&|or|vs\.?)\s+", text, flags=re.IGNORECASE) if several else [text]
    return list(dict.fromkeys(city for piece in pieces if (city := _clean(piece))))


def _clean(piece: str) -> str:
    piece = " ".join(piece.split())[: 2 * _MAX_LENGTH].strip(" ,.?!:'\"’")
    while (shorter := _LEADING.sub("", _TIMES.sub("", piece)).strip(" ,.?!:'\"’")) != piece:
        piece = shorter
    return piece[:_MAX_LENGTH]
