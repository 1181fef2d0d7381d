"""Events to store: one plain conversation, and hypothesis strategies for every durable event."""

from hypothesis import strategies as st

from tui.core.events import (
    AllowanceRevoked,
    AnswerReport,
    Approval,
    ApprovalAsked,
    ChecksMasked,
    Event,
    FilterVerdict,
    Forked,
    HistoryTrimmed,
    Image,
    Json,
    ModelAnswered,
    ModelAsked,
    ModelChosen,
    Pinned,
    Renamed,
    RequestAdapted,
    RequestFailed,
    SystemPromptChanged,
    ToolFinished,
    ToolRequest,
    ToolStarted,
    TurnEnded,
    Usage,
    UserSaid,
)
from tui.core.text import sanitize

ANY_TEXT = st.text(st.characters(), max_size=40)
"""Lone surrogates, NUL, escapes, bidi marks and all."""

PROSE = ANY_TEXT.map(sanitize)
SECONDS = st.floats(min_value=0, max_value=1e6)
COUNTS = st.integers(min_value=0, max_value=2**60)
TIMES = st.floats(min_value=0, max_value=4e9)
FINITE: st.SearchStrategy[Json] = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    FINITE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3), max_leaves=8
)
REQUESTS = st.builds(ToolRequest, id=PROSE, name=PROSE, arguments=ANY_TEXT)
USAGES = st.builds(Usage, input_tokens=COUNTS, output_tokens=COUNTS, cached_tokens=COUNTS, reasoning_tokens=COUNTS)

VERDICTS = st.builds(
    FilterVerdict,
    about=st.sampled_from(["prompt", "answer"]),
    category=PROSE,
    severity=PROSE,
    filtered=st.booleans(),
    detected=st.booleans(),
)
REPORTS = st.builds(
    AnswerReport,
    api=st.sampled_from(["", "chat", "responses"]),
    request_id=PROSE,
    region=PROSE,
    filters=st.lists(VERDICTS, max_size=2).map(tuple),
    remaining_requests=st.none() | COUNTS,
    remaining_tokens=st.none() | COUNTS,
    context_window=st.none() | COUNTS,
)
APPROVALS = st.builds(
    Approval,
    decided_by=st.sampled_from(["", "rule", "person"]),
    scope=st.sampled_from(["once", "conversation", "always"]),
    why=PROSE,
    told=st.booleans(),
    edited=st.booleans(),
    reason=PROSE,
    fingerprint=PROSE,
)
OBJECTS = st.dictionaries(ANY_TEXT, VALUES, max_size=4)

BY_TYPE: dict[type[Event], st.SearchStrategy[Event]] = {
    UserSaid: st.builds(UserSaid, at=TIMES, turn=COUNTS, text=PROSE),
    HistoryTrimmed: st.builds(
        HistoryTrimmed,
        at=TIMES,
        turn=COUNTS,
        dropped_turns=COUNTS,
        limit=COUNTS,
        dropped_rounds=COUNTS,
        reason=st.sampled_from(["messages", "context"]),
    ),
    ModelAsked: st.builds(
        ModelAsked, at=TIMES, turn=COUNTS, round=COUNTS, model=PROSE, message_count=COUNTS, tool_count=COUNTS
    ),
    ModelAnswered: st.builds(
        ModelAnswered,
        at=TIMES,
        turn=COUNTS,
        round=COUNTS,
        text=PROSE,
        calls=st.lists(REQUESTS, max_size=3).map(tuple),
        finish_reason=st.sampled_from(["stop", "tool_calls", "length", "content_filter", "cut_off", "cancelled"]),
        model=PROSE,
        usage=st.none() | USAGES,
        seconds=SECONDS,
        first_text_seconds=st.none() | SECONDS,
        reasoning=PROSE,
        report=REPORTS,
        output_items=st.lists(OBJECTS, max_size=2).map(tuple),
        origin=PROSE,
    ),
    RequestFailed: st.builds(
        RequestFailed,
        at=TIMES,
        turn=COUNTS,
        round=COUNTS,
        attempt=COUNTS,
        wait_seconds=SECONDS,
        message=PROSE,
        hint=PROSE,
        detail=PROSE,
    ),
    RequestAdapted: st.builds(RequestAdapted, at=TIMES, turn=COUNTS, round=COUNTS, message=PROSE, hint=PROSE),
    ApprovalAsked: st.builds(
        ApprovalAsked,
        at=TIMES,
        turn=COUNTS,
        call_id=PROSE,
        name=PROSE,
        server=PROSE,
        arguments=OBJECTS,
        risk=PROSE,
        why=PROSE,
    ),
    AllowanceRevoked: st.builds(AllowanceRevoked, at=TIMES, name=PROSE, server=PROSE),
    ToolStarted: st.builds(
        ToolStarted,
        at=TIMES,
        turn=COUNTS,
        call_id=PROSE,
        name=PROSE,
        server=PROSE,
        arguments=OBJECTS,
        raw_arguments=ANY_TEXT,
        by=st.sampled_from(["model", "person"]),
        approval=APPROVALS,
    ),
    ToolFinished: st.builds(
        ToolFinished,
        at=TIMES,
        turn=COUNTS,
        call_id=PROSE,
        name=PROSE,
        status=st.sampled_from(["ok", "error", "refused", "timeout", "cancelled", "lost"]),
        text=PROSE,
        structured=VALUES,
        seconds=SECONDS,
        images=st.lists(st.builds(Image, mime_type=PROSE, data=ANY_TEXT), max_size=2).map(tuple),
    ),
    TurnEnded: st.builds(
        TurnEnded,
        at=TIMES,
        turn=COUNTS,
        reason=st.sampled_from(["done", "cancelled", "failed", "limit"]),
        seconds=SECONDS,
        message=PROSE,
        hint=PROSE,
        detail=PROSE,
    ),
    ModelChosen: st.builds(ModelChosen, at=TIMES, name=PROSE),
    SystemPromptChanged: st.builds(SystemPromptChanged, at=TIMES, text=PROSE),
    Forked: st.builds(Forked, at=TIMES, origin=PROSE, turn=COUNTS),
    Renamed: st.builds(Renamed, at=TIMES, title=PROSE),
    Pinned: st.builds(Pinned, at=TIMES, pinned=st.booleans()),
    ChecksMasked: st.builds(ChecksMasked, at=TIMES, patterns=st.lists(ANY_TEXT, max_size=3).map(tuple)),
}

DURABLE_EVENTS = st.one_of(*BY_TYPE.values())


def said(text: str = "Hello", *, at: float = 100.0, turn: int = 1) -> UserSaid:
    """A person's message."""
    return UserSaid(at=at, turn=turn, text=text)


def called(name: str, *, at: float = 101.0, ok: bool = True, turn: int = 1) -> list[Event]:
    """A call that began and ended."""
    by = "model" if turn else "person"
    return [
        ToolStarted(at=at, turn=turn, call_id=f"{name}-{at}", name=name, server="bundled", arguments={"a": 1}, by=by),
        ToolFinished(
            at=at, turn=turn, call_id=f"{name}-{at}", name=name, status="ok" if ok else "error", text="result"
        ),
    ]


def answered(text: str, *, at: float = 102.0, turn: int = 1, usage: Usage | None = None) -> ModelAnswered:
    """An answer without calls."""
    return ModelAnswered(
        at=at,
        turn=turn,
        round=1,
        text=text,
        calls=(),
        finish_reason="stop",
        model="m",
        usage=usage,
        seconds=1.0,
        first_text_seconds=None,
    )
