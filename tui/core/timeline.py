"""A recording as what a person saw: each durable event at its moment, with the shown-only ones that led up to it.

Between a request and its answer the log has only times. The pieces of text, of thoughts and the calls that were named
meanwhile are made up from the whole answer, spread over the times that were measured.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui.core.events import ApprovalAsked, CallAnnounced, Event, ModelAnswered, ReasoningDelta, TextDelta, UserSaid

OPENING_SECONDS = 0.6
"""How long the empty screen stands before the first message."""

LONGEST_IDLE_SECONDS = 1.5
"""A person thinking, between two turns or over a call; longer is cut to this."""

LONGEST_GAP_SECONDS = 10.0
"""A turn in which nothing happens, such as a wait for the endpoint; longer is cut to this."""

PIECES_PER_SECOND = 30
"""Streamed pieces come no faster than the screen is drawn."""

_WORD = re.compile(r"\s*\S+|\s+\Z")
_CALLS_SHARE = 0.4
"""The part of an answer's time in which its calls are written, after its text."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An event and when it is shown, in seconds from the beginning of the replay."""

    seconds: float
    event: Event
    is_durable: bool = True


def timeline(events: Iterable[Event]) -> list[Moment]:
    """The moments of a recording, in order. Times that go backwards count as no time at all."""
    moments: list[Moment] = []
    seconds, before = 0.0, None
    in_turn: set[int] = set()
    for event in events:
        turn = getattr(event, "turn", 0)
        if before is None:
            gap = OPENING_SECONDS
        else:
            is_idle = isinstance(event, UserSaid) or isinstance(before, ApprovalAsked) or turn not in in_turn
            longest = LONGEST_IDLE_SECONDS if is_idle else LONGEST_GAP_SECONDS
            gap = min(max(0.0, event.at - before.at), longest)
            if isinstance(event, ModelAnswered):
                moments.extend(_while_answering(event, seconds, gap))
        if isinstance(event, UserSaid):
            in_turn = {turn}
        seconds += gap
        moments.append(Moment(seconds, event))
        before = event
    return moments


def _while_answering(answer: ModelAnswered, start: float, gap: float) -> Iterable[Moment]:
    """What was streamed in the `gap` seconds from `start` on."""

    def at(share: float) -> tuple[float, float]:
        """The moment and the time of day after this share of the gap."""
        return start + share * gap, answer.at - (1 - share) * gap

    first = _first_text_share(answer)
    text_end = 1 - _CALLS_SHARE if answer.calls else 1.0
    text_start = min(first, text_end) if answer.text else text_end
    for share, piece in _spread(answer.reasoning, 0.0, text_start, gap):
        moment, clock = at(share)
        delta = ReasoningDelta(at=clock, turn=answer.turn, round=answer.round, text=piece)
        yield Moment(moment, delta, is_durable=False)
    for share, piece in _spread(answer.text, text_start, text_end, gap):
        moment, clock = at(share)
        yield Moment(moment, TextDelta(at=clock, turn=answer.turn, round=answer.round, text=piece), is_durable=False)
    for number, call in enumerate(answer.calls):
        moment, clock = at(text_end + (1 - text_end) * number / len(answer.calls))
        announced = CallAnnounced(at=clock, turn=answer.turn, round=answer.round, call_id=call.id, name=call.name)
        yield Moment(moment, announced, is_durable=False)


def _first_text_share(answer: ModelAnswered) -> float:
    if answer.first_text_seconds is None or answer.seconds <= 0:
        return 0.5 if answer.reasoning else 0.0
    return min(1.0, answer.first_text_seconds / answer.seconds)


def _spread(text: str, start: float, end: float, gap: float) -> Iterable[tuple[float, str]]:
    """The text in pieces of whole words, each with its share of the gap; put together they are the text again."""
    words: Sequence[str] = _WORD.findall(text)
    most = max(1, math.ceil((end - start) * gap * PIECES_PER_SECOND))
    size = max(1, math.ceil(len(words) / most))
    pieces = ["".join(words[i : i + size]) for i in range(0, len(words), size)]
    for number, piece in enumerate(pieces):
        yield start + (end - start) * number / len(pieces), piece
