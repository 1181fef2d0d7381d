"""Numbers written as words, up to ninety-nine."""

import re

_UNITS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_VALUES = {word: value for value, word in enumerate(_UNITS.split("|"))} | {
    word: 10 * value for value, word in enumerate(_TENS.split("|"), start=2)
}
_NUMERAL = re.compile(rf"\b(?:({_TENS})(?:[\s-]+({'|'.join(_UNITS.split('|')[1:10])}))?|({_UNITS}))\b")


def digits_for_words(text: str) -> str:
    """Lower-case text with number words as digits: "twenty five plus two" -> "25 plus 2"."""
    return _NUMERAL.sub(lambda found: str(sum(_VALUES[word] for word in found.groups() if word)), text)
