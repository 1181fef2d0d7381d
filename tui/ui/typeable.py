"""What a line to type in takes."""

import re

_UNTYPEABLE = r"\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"

TYPEABLE = rf"[^{_UNTYPEABLE}]*"
"""For `Input.restrict`: a paste with controls or invisible marks is refused, for an input draws its text raw."""


def typeable(text: str) -> str:
    """The text without what could not be typed, so that the line which begins with it takes more."""
    return re.sub(f"[{_UNTYPEABLE}]", "", text)
