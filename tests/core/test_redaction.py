"""A secret that is known is in no text that is written, whatever the text was made by."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.redaction import MARK, Redactor

SECRET = 'canary+key/with "quotes" é'


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        json.dumps(SECRET).replace("/", "\\/"),
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        quote_plus(SECRET).replace("%2B", "%2b").replace("%2F", "%2f").replace("%C3%A9", "%c3%a9"),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
    ],
)
def test_secret_is_taken_out_in_every_form_of_it(written: str) -> None:
    redacted = Redactor([SECRET])(f"before {written} after")
    assert MARK in redacted
    assert written not in redacted
    assert redacted.startswith("before ")
    assert redacted.endswith(" after")


@given(before=st.binary(max_size=8), after=st.binary(max_size=8))
def test_secret_is_found_inside_longer_base64(before: bytes, after: bytes) -> None:
    secret = "canary-0123456789-canary"
    redacted = Redactor([secret])(base64.b64encode(before + secret.encode() + after).decode())
    assert MARK in redacted


def test_line_of_json_stays_json() -> None:
    line = json.dumps({"text": f"my key is {SECRET}"})
    assert json.loads(Redactor([SECRET])(line)) == {"text": f"my key is {MARK}"}


def test_text_without_a_secret_is_the_same() -> None:
    assert Redactor([SECRET])("nothing to hide") == "nothing to hide"


def test_short_secret_is_left_alone() -> None:
    assert Redactor(["key"])("a key in a text") == "a key in a text"


def test_secret_that_is_part_of_another_leaves_nothing_of_either() -> None:
    redact = Redactor(["canary-0123"])
    redact.add("canary-0123-and-more")
    assert redact("canary-0123-and-more canary-0123") == f"{MARK} {MARK}"
