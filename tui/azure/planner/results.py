"""What a tool's result says: its value, read and never computed."""

import re

from tui.azure.planner.steps import Kind

_AFTER_EQUALS = re.compile(r"=\s*(\S[^\n=]*)\Z")
_CONTENT_HEADER = re.compile(r"\AContent of [^\n]{1,300}:\n")
_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?\Z")
_WHOLE = re.compile(r"(-?[0-9]+)\.0\Z")
_ERROR_PREFIX = re.compile(r"\Aerror(?: executing tool [\w-]{1,64})?:?\s*", re.IGNORECASE)
_EXACT = 2**53
"""From here on, floating point numbers are no longer all whole numbers."""


def value_text(kind: Kind | None, text: str) -> str:
    """The part of a result that one would write down: of a sum the number, of a file its content."""
    match kind:
        case "calculate":
            found = _AFTER_EQUALS.search(text.strip())
            return found[1] if found else text.strip()
        case "read":
            return _CONTENT_HEADER.sub("", text)
        case "weather":
            first, _, rest = text.partition("\n")
            return f"{first} (mock data)" if "mock" in rest.lower() else text
        case _:
            return text


def line_text(kind: Kind | None, text: str) -> str:
    """A result as one of several: of a sum the sum with its value, "15.0 multiply 8.0 = 120.0"."""
    return text.strip().removeprefix("Result: ") if kind == "calculate" else value_text(kind, text)


def number_in(text: str) -> int | float | None:
    """The number that the text is, if it is nothing else; a whole number as such while that is exact."""
    text = text.strip()
    if not _NUMBER.match(text):
        return None
    value = float(text)
    if value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return value if abs(value) != float("inf") else None


def plain_number(text: str) -> str:
    """A number without the ".0" that floating point adds; other text as it is."""
    found = _WHOLE.match(text)
    return found[1] if found else text


def without_error_prefix(text: str) -> str:
    """The words of a failure."""
    return _ERROR_PREFIX.sub("", text).strip() or "it gave no reason"
