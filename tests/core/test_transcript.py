"""The log folded to messages: always valid for the endpoint, trimmed in whole units."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tui.core.events import Event, ModelAnswered, ToolFinished, ToolRequest, ToolStarted, Usage, UserSaid
from tui.core.ports import AssistantMessage, Message, SystemMessage, ToolMessage, UserMessage
from tui.core.transcript import INTERRUPTED, title, to_messages, totals, trim


def answered(turn: int, text: str, *calls: str) -> ModelAnswered:
    return ModelAnswered(
        at=0,
        turn=turn,
        round=1,
        text=text,
        calls=tuple(ToolRequest(call, "tool", "{}") for call in calls),
        finish_reason="tool_calls" if calls else "stop",
        model="m",
        usage=Usage(100, 20),
        seconds=1,
        first_text_seconds=None,
    )


def finished(turn: int, call_id: str, text: str = "result") -> ToolFinished:
    return ToolFinished(at=0, turn=turn, call_id=call_id, name="tool", status="ok", text=text)


def is_valid(messages: list[Message]) -> bool:
    """As Azure checks it: every call answered once, right after; no stray result; a user message first."""
    rest = [m for m in messages if not isinstance(m, SystemMessage)]
    if rest and not isinstance(rest[0], UserMessage):
        return False
    position = 0
    while position < len(rest):
        message = rest[position]
        position += 1
        if isinstance(message, ToolMessage):
            return False
        if isinstance(message, AssistantMessage):
            wanted = sorted(call.id for call in message.calls)
            replies = rest[position : position + len(wanted)]
            if sorted(reply.call_id for reply in replies if isinstance(reply, ToolMessage)) != wanted:
                return False
            position += len(wanted)
    return True


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Conversations as they can stand in the store, also ones that ended in the middle."""
    events: list[Event] = []
    number = 0
    for turn in range(1, draw(st.integers(1, 8)) + 1):
        events.append(UserSaid(at=0, turn=turn, text=f"message {turn}"))
        for _ in range(draw(st.integers(0, 4))):
            calls = [f"c{number + i}" for i in range(draw(st.integers(0, 3)))]
            number += len(calls)
            events.append(answered(turn, draw(st.sampled_from(["", "text"])), *calls))
            results: list[Event] = [finished(turn, call) for call in calls]
            events.extend(draw(st.permutations(results)))
    return events[: draw(st.integers(1, len(events)))]


@given(histories(), st.integers(2, 30), st.booleans())
def test_any_history_stays_valid_when_trimmed(events: list[Event], limit: int, with_system: bool) -> None:
    messages = to_messages(events, "be brief" if with_system else "")
    assert is_valid(messages)
    trimmed = trim(messages, limit)
    assert is_valid(trimmed.messages)
    assert trimmed.messages[-1:] == messages[-1:]
    if with_system:
        assert trimmed.messages[0] == SystemMessage("be brief")
    if len(messages) <= limit:
        assert trimmed.messages == messages
    assert len(trimmed.messages) <= max(limit, 2 + with_system + 3)


def test_ten_thousand_random_histories_stay_valid_when_trimmed() -> None:
    for seed in range(10_000):
        chance = Random(seed)
        events: list[Event] = []
        for turn in range(1, chance.randint(1, 12) + 1):
            events.append(UserSaid(at=0, turn=turn, text=f"message {turn}"))
            for round_ in range(chance.randint(0, 4)):
                calls = [f"c{turn}.{round_}.{n}" for n in range(chance.randint(0, 4))]
                events.append(answered(turn, chance.choice(["", "text"]), *calls))
                chance.shuffle(calls)
                events.extend(finished(turn, call) for call in calls)
        events = events[: chance.randint(1, len(events))]
        trimmed = trim(to_messages(events, "be brief"), chance.randint(2, 40))
        assert is_valid(trimmed.messages), seed


def test_whole_oldest_turns_go_before_rounds_of_the_newest() -> None:
    messages: list[Message] = []
    for turn in range(3):
        call = ToolRequest(f"c{turn}", "tool", "{}")
        messages += [
            UserMessage(f"u{turn}"),
            AssistantMessage("", (call,)),
            ToolMessage(call.id, "tool", "r"),
            AssistantMessage(f"a{turn}"),
        ]
    trimmed = trim(messages, 9)
    assert (trimmed.dropped_turns, trimmed.dropped_rounds) == (1, 0)
    assert trimmed.messages == messages[4:]
    trimmed = trim(messages, 2)
    assert trimmed.dropped_turns == 2
    assert trimmed.messages == [UserMessage("u2"), AssistantMessage("a2")]


def test_result_that_never_came_is_answered_in_words() -> None:
    events: list[Event] = [UserSaid(at=0, turn=1, text="go"), answered(1, "", "c1", "c2"), finished(1, "c2")]
    replies = [m for m in to_messages(events) if isinstance(m, ToolMessage)]
    assert [(r.call_id, r.text) for r in replies] == [("c1", INTERRUPTED), ("c2", "result")]


def test_call_made_by_hand_is_not_sent_to_the_model() -> None:
    events: list[Event] = [
        ToolStarted(at=0, turn=0, call_id="h", name="tool", server="s", arguments={}, by="person"),
        finished(0, "h"),
        UserSaid(at=0, turn=1, text="go"),
    ]
    assert to_messages(events) == [UserMessage("go")]
    assert totals(events).calls == 0


def test_title_is_one_line_cut_at_a_word() -> None:
    assert title("Calculate\n 15 * 8") == "Calculate 15 * 8"
    long = title("word " * 40)
    assert long.endswith("word…")
    assert len(long) <= 60
    assert title("  ") == "Untitled"


def test_totals_count_one_turn_or_all() -> None:
    events: list[Event] = [
        UserSaid(at=0, turn=1, text="a"),
        answered(1, "", "c1"),
        finished(1, "c1"),
        UserSaid(at=0, turn=2, text="b"),
        answered(2, "done"),
    ]
    assert (totals(events).rounds, totals(events).calls, totals(events).tokens) == (2, 1, 240)
    assert (totals(events, turn=2).rounds, totals(events, turn=2).calls) == (1, 0)
