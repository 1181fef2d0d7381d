"""Scenes of what an endpoint tells: thoughts, retries, silence, a full context, and all of it in the detail."""

import base64
from dataclasses import replace

from tests.ui.scenes import Scene, recording
from tests.ui.transcript.samples import AT, REPORT, asked, thoughtful_turn
from tui.core.events import (
    Event,
    FilterVerdict,
    Image,
    ModelAnswered,
    ModelChosen,
    ReasoningDelta,
    RequestFailed,
    StreamStalled,
    TextDelta,
    ToolFinished,
    ToolStarted,
    TurnEnded,
    Usage,
    UserSaid,
)

_PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big") + bytes(12_000)


def asked_three() -> list[Event]:
    """The beginning of a third turn, on another model."""
    return [
        ModelChosen(at=AT + 60, name="gpt-5-mini"),
        UserSaid(at=AT + 61, turn=3, text="And the ratio of the two?"),
        asked(3, model="gpt-5-mini"),
    ]


def retrying() -> list[Event]:
    """A request that is sent again in a moment."""
    failed = next(event for event in thoughtful_turn(3) if isinstance(event, RequestFailed))
    return [*asked_three(), replace(failed, wait_seconds=12.0)]


def stalled() -> list[Event]:
    """An answer that has stopped coming, in a context that is nearly full."""
    text = "The ratio is three to one, so the second"
    return [
        *(replace(e, usage=Usage(371_000, 190)) if isinstance(e, ModelAnswered) else e for e in thoughtful_turn(2)),
        *asked_three()[1:],
        ReasoningDelta(at=AT, turn=3, round=1, text="A ratio is a quotient."),
        *(TextDelta(at=AT + 4, turn=3, round=1, text=character) for character in text),
        StreamStalled(at=AT, turn=3, round=1, silent_seconds=20.0, limit_seconds=60.0),
    ]


def filtered() -> list[Event]:
    """An answer that the content filter stopped, and a request that it refused."""
    blocked = FilterVerdict("answer", "violence", "medium", filtered=True)
    report = replace(REPORT, filters=(*REPORT.filters[:2], blocked))
    events: list[Event] = [
        replace(e, text="The second is", finish_reason="content_filter", report=report, reasoning="")
        if isinstance(e, ModelAnswered)
        else e
        for e in thoughtful_turn(2)
        if not isinstance(e, RequestFailed)
    ]
    refused = TurnEnded(
        at=AT + 63,
        turn=3,
        reason="failed",
        seconds=0.6,
        message="The content filter of the deployment refused the message (jailbreak).",
        hint="Word it otherwise, or have the filter of the deployment changed.",
        detail="HTTP 400 · content_filter · apim-request-id 91c4",
    )
    return [*events, *asked_three()[1:], refused]


def drawn() -> list[Event]:
    """A call whose result has a picture and structured data."""
    call = ToolStarted(at=AT, turn=2, call_id="d", name="draw_chart", server="charts", arguments={"kind": "bars"})
    return [
        UserSaid(at=AT, turn=2, text="Draw the sums."),
        call,
        ToolFinished(
            at=AT + 1,
            turn=2,
            call_id="d",
            name="draw_chart",
            status="ok",
            text="A chart of 2 bars.\n\n[image image/png, 12 KB]",
            structured={"bars": [{"name": "first", "sum": 100}, {"name": "second", "sum": 300}], "unit": None},
            seconds=0.4,
            images=(Image("image/png", base64.b64encode(_PNG).decode()),),
        ),
    ]


def azure_scenes() -> list[Scene]:
    """All of them."""
    math = recording("math_calculation")
    told = [*math, *thoughtful_turn(2)]
    return [
        Scene("thoughts", [told], keys=("ctrl+t",)),
        Scene("details", [told], keys=("ctrl+g",)),
        Scene("retrying", [told], retrying()),
        Scene("stalled", [math], stalled()),
        Scene("filtered", [[*math, *filtered()]]),
        Scene("picture", [[*math, *drawn()]], keys=("tab", "tab", "enter", "j")),
    ]
