"""A message with its quotations, file names and JSON set aside: nothing inside them is taken for instructions."""

import json
import re
from dataclasses import dataclass

# Repetitions are bounded so that no message can make the search slow.
_FILE = r"(?!\w\.\w\b)[\w\-./\\~]{0,200}[\w\-]\.[A-Za-z][A-Za-z0-9]{0,7}(?![\w.]{0,40}\w)"
_SET_ASIDE = re.compile(
    r'"([^"]*)"|“([^”\n]{0,4000})”|‘([^’\n]{0,4000})’|`([^`\n]+)`'
    # An apostrophe opens a quotation only at a word's start, and closes it only at a word's end.
    r"|(?<![\w'])'([^'\n]*(?:'(?=\w)[^'\n]*){0,500})'(?!\w)"
    rf"|(?<![\w@]){_FILE}|\{{",
)
_IS_FILE = re.compile(rf"{_FILE}\Z")
_OWN_MARKS = re.compile("[\ue000-\ue005]")
_GAP = 32
_LONG_GAP = re.compile(rf"([^\S\n]{{{_GAP}}})[^\S\n]+")
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
    """Sets pieces aside from left to right, so that a brace inside a quotation stays there, and the other way round."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.inner: list[str] = []

    def read(self, text: str) -> str:
        pieces: list[str] = []
        position = 0
        while found := _SET_ASIDE.search(text, position):
            start, end, stand_in = self._object(text, found.start()) if found[0] == "{" else self._span(found)
            pieces += text[position:start], stand_in
            position = end
        return "".join(pieces) + text[position:]

    def _span(self, found: re.Match[str]) -> tuple[int, int, str]:
        quoted = next((group for group in found.groups() if group is not None), None)
        if quoted is None:
            return *found.span(), self._stand_in(found[0], found[0], "\ue002\ue003")
        marks = "\ue002\ue003" if _IS_FILE.match(quoted) else "\ue000\ue001"
        return *found.span(), self._stand_in(found[0], quoted, marks)

    def _object(self, text: str, start: int) -> tuple[int, int, str]:
        try:
            _, end = json.JSONDecoder().raw_decode(text, start)
        except (ValueError, RecursionError):
            return start, start + 1, "{"
        return start, end, self._stand_in(text[start:end], text[start:end], "\ue004\ue005")

    def _stand_in(self, written: str, inner: str, marks: str) -> str:
        self.written.append(written)
        self.inner.append(inner)
        return f"{marks[0]}{len(self.written) - 1}{marks[1]}"


def mask(text: str) -> Masked:
    """The message with stand-ins; a quoted file name counts as a file name, and long gaps outside of quotations shrink.

    Searches for words between blanks take time with the square of a gap's length.
    """
    mask = _Mask()
    masked = _LONG_GAP.sub(r"\1", mask.read(_OWN_MARKS.sub("", text)))
    return Masked(masked, tuple(mask.written), tuple(mask.inner))
