"""Texts as the words that a search finds: what of an event is searched, and the words around a hit."""

import json
import re
import unicodedata
from collections.abc import Sequence

from tui.core.events import Event, ModelAnswered, ToolFinished, ToolStarted, UserSaid
from tui.core.ports import Snippet
from tui.core.text import sanitize

INDEXED_LENGTH = 200_000
"""Characters of one event that are searched; the largest results are longer."""

_MOST_WORDS = 12
_BEFORE, _AFTER = 40, 110
"""Characters around a hit that are shown."""

_LOOKED_THROUGH = 20_000
"""Characters that are looked through word by word for a hit that differs in its accents."""

_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
"""Scripts that put no blanks between words, Japanese kana and Chinese characters: each is taken for a word."""

_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|[^\W_{_IDEOGRAPHS}]+")


def searched_text(event: Event) -> tuple[str, str]:
    """What of the event is searched, harmless, and what it is part of as `Snippet.source`; both empty for none."""
    match event:
        case UserSaid():
            source, text = "message", event.text
        case ModelAnswered():
            source, text = "answer", event.text
        case ToolStarted():
            source, text = "call", f"{event.name} {_arguments(event)}"
        case ToolFinished():
            source, text = "result", event.text
        case _:
            return "", ""
    text = sanitize(text[:INDEXED_LENGTH])
    return (source, text) if text.strip() else ("", "")


def _arguments(event: ToolStarted) -> str:
    if event.raw_arguments or not event.arguments:
        return event.raw_arguments
    return json.dumps(event.arguments, ensure_ascii=False, default=dict)


def indexed_text(event: Event) -> str:
    """The searched text as the index takes it; the same event always gives the same."""
    text = searched_text(event)[1]
    return text if text.isascii() else _IDEOGRAPH.sub(r" \g<0> ", text)


def query_words(text: str) -> list[str]:
    """The words that are looked for, without those that begin another one; operators and quotes mean nothing."""
    by_folded = {fold(word): word for word in _WORD.findall(unicodedata.normalize("NFC", sanitize(text)))}
    longest_first = sorted(by_folded, key=len, reverse=True)
    kept = [
        by_folded[folded]
        for position, folded in enumerate(longest_first)
        if not any(longer.startswith(folded) for longer in longest_first[:position])
    ]
    return kept[:_MOST_WORDS]


def fold(word: str) -> str:
    """The word without case and accents, about as the index compares it."""
    if word.isascii():
        return word.lower()
    bare = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare)


def has_word(text: str, word: str) -> bool:
    """Whether a word of the text begins with this one."""
    return any(_hit_length(found, [fold(word)]) for found in _WORD.findall(text))


def snippet(turn: int, source: str, text: str, words: Sequence[str]) -> Snippet:
    """The first hit of any of the words in the text, with what is around it, on one line; cuts show as “…”."""
    at = _first_hit(text, words)
    start, end = max(0, at - _BEFORE), min(len(text), at + _AFTER)
    if start:
        start = _next_blank(text, start, at)
    shown = text[start:end]
    if end < len(text):
        shown = shown[: max(shown.rfind(" "), at - start + _AFTER // 2)]
    pieces = _marked(" ".join(shown.split()), words)
    if start:
        pieces.insert(0, ("… ", False))
    if start + len(shown) < len(text.rstrip()):
        pieces.append((" …", False))
    return Snippet(turn, source, tuple(pieces))


def _next_blank(text: str, start: int, before: int) -> int:
    blank = text.find(" ", start, before)
    return start if blank < 0 else blank + 1


def _first_hit(text: str, words: Sequence[str]) -> int:
    plain = re.compile(rf"(?<![^\W_])(?:{'|'.join(re.escape(word) for word in words)})", re.IGNORECASE)
    if found := plain.search(text):
        return found.start()
    folded = [fold(word) for word in words]
    hits = (found for found in _WORD.finditer(text[:_LOOKED_THROUGH]) if _hit_length(found[0], folded))
    return next((hit.start() for hit in hits), 0)


def _marked(line: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    folded = [fold(word) for word in words]
    pieces: list[tuple[str, bool]] = []
    shown = 0
    for found in _WORD.finditer(line):
        if length := _hit_length(found[0], folded):
            if shown < found.start():
                pieces.append((line[shown : found.start()], False))
            shown = found.start() + length
            pieces.append((line[found.start() : shown], True))
    if shown < len(line):
        pieces.append((line[shown:], False))
    return pieces


def _hit_length(word: str, folded: Sequence[str]) -> int:
    """How many characters of the word are what was looked for; 0 for none."""
    plain = fold(word)
    beginnings = [len(wanted) for wanted in folded if plain.startswith(wanted)]
    if not beginnings:
        return 0
    return max(beginnings) if len(plain) == len(word) else len(word)
