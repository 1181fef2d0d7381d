"""What differs every time is made the same; masks that never end are ended and named."""

import time

import pytest

from tests.core.recorded import Recorder
from tui.core.errors import AppError
from tui.core.events import ChecksMasked
from tui.core.masks import MASK, masked, patterns_of, suggested


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Current time: 2026-11-20 08:26:01", "Current time: 2024-01-02 23:59:59"),
        ("at 2026-11-20T08:26:01.123456Z.", "at 2025-11-20T08:26:01+01:00."),
        ("on 2026-11-20", "on 1999-01-01"),
        ("took 12 ms", "took 1.25 s"),
        ("id 123e4567-e89b-12d3-a456-426614174000", "id 00000000-e89b-12d3-a456-426614174fff"),
        ("wrote /tmp/tmpab12/x.txt", "wrote /tmp/tmpzz99/y.txt"),
        (r"wrote C:\Users\me\AppData\Local\Temp\a.txt", r"wrote C:\Users\you\AppData\Local\Temp\b.txt"),
        ("at 08:26:01", "at 23:00:59"),
    ],
)
async def test_times_durations_ids_and_temporary_paths_do_not_count(one: str, other: str) -> None:
    first, second = await masked([one, other], ())
    assert first == second
    assert "⟨" in first


async def test_ordinary_values_stay() -> None:
    texts = ["Result: 15.0 multiply 8.0 = 120.0", "4 apples", "/home/me/notes.txt", "version 2.8.1", "10 seconders"]
    assert await masked(texts, ()) == texts


async def test_own_masks_are_replaced_as_such_and_empty_matches_are_nothing() -> None:
    assert await masked(["gate B7, gate C9"], [r"[A-Z]\d", "x*"]) == [f"gate {MASK}, gate {MASK}"]


async def test_any_text_survives_the_way_through_the_masks() -> None:
    texts = ["\x00\ud800 ünï\u2028\n\t\\g<0>", "", "𝄞" * 1_000]
    assert await masked(texts, ["never matched"]) == texts


@pytest.mark.parametrize("pattern", ["(", "[", "*", r"(?P<x", "a{99999999999}", r"\1"])
async def test_what_is_no_regular_expression_is_named(pattern: str) -> None:
    with pytest.raises(AppError) as caught:
        await masked(["text"], ["fine", pattern])
    assert f"“{pattern}”" in caught.value.message


async def test_a_mask_that_never_ends_is_ended_and_named() -> None:
    began = time.monotonic()
    with pytest.raises(AppError) as caught:
        await masked(["a" * 40 + "!"], ["fine", "(a+)+$"], seconds=0.5)
    assert "“(a+)+$” takes longer than 0.5 s" in caught.value.message
    assert time.monotonic() - began < 5


async def test_too_many_or_too_long_masks_are_refused() -> None:
    for patterns in (["x"] * 51, ["x" * 1_001]):
        with pytest.raises(AppError, match="too many masks"):
            await masked([], patterns)


def test_the_last_masks_of_a_recording_count() -> None:
    assert patterns_of([]) == ()
    masks = [ChecksMasked(at=1.0, patterns=("a",)), ChecksMasked(at=2.0, patterns=("b", "c"))]
    assert patterns_of(masks) == ("b", "c")


async def test_suggested_masks_are_those_that_find_something() -> None:
    events = Recorder().said("Hi").called("get_weather", "Weather: 59°F").called("add", "5").ended().events
    (pattern,) = suggested(events)
    assert await masked(["59°F", "-3 °C"], [pattern]) == [MASK, MASK]
