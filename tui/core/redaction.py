"""Secrets kept out of everything that is written: history, recordings, exports, logs, crash texts."""

import json
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

SHORTEST_SECRET = 8
"""Shorter ones are left alone, in characters: they would take ordinary words out of every text."""

MARK = "[key removed]"


class Redactor:
    """Takes the secrets that it was told out of texts, also where they were encoded on the way.

    Encoded means: percent-encoded, as a JSON string, or in base64, alone or in the middle of something. One object is
    shared by all that write; `add` may be called in one thread while another redacts.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: tuple[str, ...] = ()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """From now on this is taken out; a secret that is too short is not."""
        if len(secret) < SHORTEST_SECRET:
            return
        forms = {*self._forms, *_forms(secret)}
        self._forms = tuple(sorted(forms, key=len, reverse=True))  # the longest first: one may be a part of another

    def __call__(self, text: str) -> str:
        """The text with a mark in place of every secret."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, MARK)
        return text


def _forms(secret: str) -> set[str]:
    quoted = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    lower = {_lower_escapes(form) for form in quoted}
    escaped = {json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    slashes = {form.replace("/", "\\/") for form in escaped}
    return {secret, *quoted, *lower, *escaped, *slashes, *_base64_forms(secret.encode())}


def _lower_escapes(quoted: str) -> str:
    head, *rest = quoted.split("%")
    return head + "".join(f"%{part[:2].lower()}{part[2:]}" for part in rest)


def _base64_forms(secret: bytes) -> set[str]:
    """What the secret is in base64: for each alignment in which it may stand, the digits that are its alone."""
    forms: set[str] = set()
    for offset in range(3):
        digits = b64encode(bytes(offset) + secret).decode().rstrip("=")
        first = -(-offset * 8 // 6)
        last = (offset + len(secret)) * 8 // 6
        form = digits[first:last]
        forms |= {form, form.replace("+", "-").replace("/", "_")}
    return forms
