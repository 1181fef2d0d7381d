"""Untrusted text: nothing that a terminal obeys survives, everything that a person reads does."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.text import Sanitizer, reveal, sanitize

BATTERY = [
    "\x1b[2J",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1bPq#0;2;0;0;0\x1b\\",
    "\x1b_payload\x1b\\",
    "\x1b^private\x1b\\",
    "\x1bXstring\x1b\\",
    "\x1bc",
    "\x1b[6n",
    "\x1b[?1003h",
    "\x9b31m",
    "\x9d0;title\x9c",
    "\x90q\x9c",
    "\x1b]0;never ended",
    "\x1b[",
    "\x1b",
    "\x07\x08\x0b\x0c\x0e\x7f",
    "\u202eevil\u202c",
    "\u200bzero\ufeff",
    "\U000e0041tag",
]
FORBIDDEN = {chr(c) for c in [*range(0x20), *range(0x7F, 0xA0)]} - {"\n", "\t"}
HIDDEN = set("\u202e\u202c\u200b\ufeff\U000e0041")


def is_harmless(text: str) -> bool:
    return not (set(text) & (FORBIDDEN | HIDDEN))


@pytest.mark.parametrize("attack", BATTERY)
def test_no_sequence_survives_whole(attack: str) -> None:
    assert is_harmless(sanitize(f"before {attack} after"))


@pytest.mark.parametrize("attack", BATTERY)
def test_no_sequence_survives_when_split_at_any_character(attack: str) -> None:
    text = f"before {attack} after"
    for cut in range(len(text)):
        sanitizer = Sanitizer()
        streamed = sanitizer.feed(text[:cut]) + sanitizer.feed(text[cut:]) + sanitizer.flush()
        assert is_harmless(streamed), (cut, streamed)
        assert streamed == sanitize(text), cut


@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_becomes_harmless_and_encodable(text: str) -> None:
    cleaned = sanitize(text)
    assert not set(cleaned) & FORBIDDEN
    cleaned.encode("utf-8")


@given(st.text(alphabet=st.sampled_from("\x1b[]0;m\x07\\PX^_\x9b\x9c\x9d?h ab\n\r\u202e"), max_size=40), st.data())
def test_streaming_never_lets_more_through_than_whole_text(text: str, data: st.DataObject) -> None:
    sanitizer, streamed, position = Sanitizer(), "", 0
    while position < len(text):
        step = data.draw(st.integers(1, 5))
        streamed += sanitizer.feed(text[position : position + step])
        position += step
    streamed += sanitizer.flush()
    assert not set(streamed) & (FORBIDDEN | {"\u202e"})


def test_plain_text_of_all_scripts_is_untouched() -> None:
    text = "Ünïcode 漢字 🎉 [bold]not markup[/bold] 1 < 2\n\tindented"
    assert sanitize(text) == text


def test_joined_emoji_stays_whole() -> None:
    family = "👩\u200d👩\u200d👧"
    assert sanitize(family) == family


def test_flood_of_sequences_that_never_end_is_harmless_in_linear_time() -> None:
    sanitizer, began = Sanitizer(), time.process_time()
    streamed = "".join(sanitizer.feed(opener * 300_000) for opener in ("\x9d", "\x1b]", "\x9b", "\x1b[0"))
    assert is_harmless(streamed + sanitizer.flush())
    assert time.process_time() - began < 5  # it takes 0.2 s; with backtracking, 15 s


def test_line_ends_become_newlines_also_over_a_split() -> None:
    assert sanitize("a\r\nb\rc") == "a\nb\nc"
    sanitizer = Sanitizer()
    assert sanitizer.feed("a\r") + sanitizer.feed("\nb") + sanitizer.flush() == "a\nb"


def test_unterminated_sequence_does_not_swallow_the_following_lines() -> None:
    assert sanitize("\x1b]0;open\nthe next line") == "\nthe next line"


def test_lone_surrogates_can_be_encoded_afterwards() -> None:
    sanitize("a\ud800b").encode("utf-8")


def test_reveal_spells_out_what_cannot_be_seen() -> None:
    assert reveal("a\u202eb\x1b[m\u200bc") == "a<U+202E>b<U+001B>[m<U+200B>c"
    assert reveal("plain, ünïcode\n漢字") == "plain, ünïcode\n漢字"
