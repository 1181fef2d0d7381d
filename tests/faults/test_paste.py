"""What is pasted is text, never keys: any bytes, split at any place, in the parser and in a real terminal."""

import itertools
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from tests.faults.size import only_in_full
from tests.whole.application import Application
from tui.ui.paste_parser import PasteParser

Record = Callable[[str, object], None]

START, END = "\x1b[200~", "\x1b[201~"
QUITS = (
    "\x1b\x11\x1b",
    "\x1b[113;5u",
    "\x1b\x1b[113;5u",
    "\x11",
    "\x1b\x03\x1b\x03",
    "\x1bOP",
    "\x1b[I",
    "\x1b[48;9;9;9;9t",
)
"""What Textual's own parser takes for Ctrl+Q, other keys, or a report of the terminal when it is pasted."""


def parsed(text: str, cuts: list[int]) -> list[Message]:
    """What the parser makes of a text that comes in these pieces."""
    parser = PasteParser()
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    pieces = [text[a:b] for a, b in itertools.pairwise(edges) if a < b]
    return [message for piece in pieces for message in parser.feed(piece)]


@given(
    st.text(st.sampled_from("\x1b[]0123456789;~uOPIt\x11\x03\x9bab\n\x00"), max_size=60).filter(lambda t: END not in t),
    st.lists(st.integers(0, 200), max_size=8),
)
def test_any_paste_is_one_text_between_two_keys(pasted: str, cuts: list[int]) -> None:
    before, *pastes, after = parsed(f"k{START}{pasted}{END}z", cuts)
    assert isinstance(before, events.Key)
    assert isinstance(after, events.Key)
    assert (before.key, after.key) == ("k", "z")
    for message in pastes:
        assert isinstance(message, events.Paste)
        assert "\x1b" not in message.text
        assert "\x11" not in message.text


@given(st.lists(st.integers(0, 40), max_size=5))
def test_keys_are_what_they_were(cuts: list[int]) -> None:
    keys = parsed("a\x1b[A\x11\x1bOP\r", cuts)
    assert [key.key for key in keys if isinstance(key, events.Key)] == ["a", "up", "ctrl+q", "f1", "enter"]


def test_no_paste_presses_a_key_in_a_real_terminal(tmp_path: Path, record_property: Record) -> None:
    with Application(tmp_path) as application:
        application.wait_until_ready()
        for number, evil in enumerate(QUITS):
            application.paste(f"<{number}{evil}{number}>")
            application.wait_for(lambda screen, number=number: f"<{number}" in screen and f"{number}>" in screen)
        application.press("escape")
        application.press("ctrl+q")
        assert application.wait_for_exit() == 0
    record_property("figure", f"{len(QUITS)} pasted key sequences: 0 keys pressed")


@only_in_full
def test_a_hundred_thousand_characters_are_taken_shown_and_refused_with_the_draft_kept(
    tmp_path: Path, record_property: Record
) -> None:
    with Application(tmp_path) as application:
        application.wait_until_ready()
        took: list[float] = []
        for count in (10_000, 100_000):
            text = "word " * (count // 5 - 2) + f"end-{count:06}"
            start = perf_counter()
            application.paste(text)
            application.wait_for(f"end-{count:06}")
            took.append(perf_counter() - start)
            application.press("ctrl+u") if count == 10_000 else None
        application.press("enter")
        application.wait_for(lambda screen: "at most 10,000" in screen and "end-100000" in screen)
        application.press("ctrl+q")
        assert application.wait_for_exit() == 0
    record_property(
        "figure",
        f"pasted until on the screen: 10,000 characters {took[0] * 1000:.0f} ms, 100,000 {took[1] * 1000:.0f} ms",
    )
    assert took[1] < 5
