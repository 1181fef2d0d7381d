"""A message with its quotations, file names and JSON set aside: nothing inside them is taken for instructions."""

import json
import re
from dataclasses import dataclass

# Repetitions are bounded so that no message can make the search slow.
_FILE = r"(?!\w\.\w\b)[\w\-./\\~]{0,200}[\w\-]\.[A-Za-z][A-Za-z0-9]{0,7}(?![\w.]{0,40}\w)"
_SET_ASIDE = re.compile(
    r'"([^"\n]*)"|“([^”\n]{0,4000})”|‘([^’\n]{0,4000})’|`([^`\n]+)`'
    # An apostrophe opens a quotation only at a word's start, and closes it only at a word's end.
    r"|(?<![\w'])'((?:[^'\n]|'(?=\w)){0,2000})'(?!\w)"
    rf"|(?<![\w@]){_FILE}",
)
_IS_FILE = re.compile(rf"{_FILE}\Z")
_OWN_MARKS = re.compile("[\ue000-\ue005]")
_STAND_IN = re.compile("[\ue000\ue002\ue004]([0-9]+)[\ue001\ue003\ue005]")

QUOTE = "\ue000[0-9]+\ue001"
"""Matches the stand-in of a quotation."""
FILE = "\ue002[0-9]+\ue003"
"""Matches the stand-in of a file name."""
OBJECT = "\ue004[0-9]+\ue005"
"""Matches the stand-in of a JSON object."""


@dataclass(frozen=True, slots=True)
class Masked:
    """The text with stand-ins, and what they stand for: as written, and without quotation marks."""

    text: str
    written: tuple[str, ...]
    inner: tuple[str, ...]

    def as_written(self, fragment: str) -> str:
        """A fragment of the text with the originals put back."""
        return _STAND_IN.sub(lambda found: self.written[int(found[1])], fragment)

    def unquoted(self, fragment: str) -> str:
        """A fragment of the text with the originals put back, without their quotation marks."""
        return _STAND_IN.sub(lambda found: self.inner[int(found[1])], fragment)


class _Mask:
    def __init__(self) -> None:
        self.written: list[str] = []
        self.inner: list[str] = []

    def stand_in(self, written: str, inner: str, marks: str) -> str:
        self.written.append(written)
        self.inner.append(inner)
        return f"{marks[0]}{len(self.written) - 1}{marks[1]}"

    def quotation_or_file(self, match: re.Match[str]) -> str:
        quoted = next((group for group in match.groups() if group is not None), None)
        if quoted is None:
            return self.stand_in(match[0], match[0], "\ue002\ue003")
        return self.stand_in(match[0], quoted, "\ue002\ue003" if _IS_FILE.match(quoted) else "\ue000\ue001")

    def objects(self, text: str) -> str:
        decoder, pieces, position = json.JSONDecoder(), list[str](), 0
        while (start := text.find("{", position)) >= 0:
            try:
                _, end = decoder.raw_decode(text, start)
                pieces += text[position:start], self.stand_in(text[start:end], text[start:end], "\ue004\ue005")
            except (ValueError, RecursionError):
                end = start + 1
                pieces.append(text[position:end])
            position = end
        return "".join(pieces) + text[position:]


def mask(text: str) -> Masked:
    """The message with stand-ins; a quoted file name counts as a file name."""
    mask = _Mask()
    masked = _SET_ASIDE.sub(mask.quotation_or_file, mask.objects(_OWN_MARKS.sub("", text)))
    return Masked(masked, tuple(mask.written), tuple(mask.inner))
