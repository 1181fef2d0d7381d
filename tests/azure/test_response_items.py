"""Whatever a conversation went through, what is sent of it is valid: each call is answered exactly once, after it."""

from hypothesis import given
from hypothesis import strategies as st

from tests.azure.response_wire import call, message, reasoning
from tui.azure.response_items import input_items
from tui.core.events import Json, ToolRequest
from tui.core.ports import AssistantMessage, Message, ToolMessage, UserMessage

HERE = "host/here"


@st.composite
def rounds(draw: st.DrawFn) -> list[Message]:
    """A conversation of rounds that this deployment, another or nobody in particular wrote; items may be damaged."""
    messages: list[Message] = [UserMessage("begin")]
    for number in range(draw(st.integers(0, 5))):
        ids = [f"call_{number}_{i}" for i in range(draw(st.integers(0, 3)))]
        items = [reasoning(0)[0], message(1, "x")[0], *(call(2, call_id, "tool", "{}")[0] for call_id in ids)]
        kept = draw(st.lists(st.sampled_from(range(len(items))), unique=True).map(sorted))
        whole = draw(st.booleans())
        written = tuple(items if whole else [items[i] for i in kept])
        calls = tuple(ToolRequest(call_id, "tool", "{}") for call_id in ids)
        origin = draw(st.sampled_from([HERE, "host/there", ""]))
        messages.append(AssistantMessage(draw(st.sampled_from(["", "said"])), calls, written, origin))
        messages += [ToolMessage(call_id, "tool", "done") for call_id in ids]
        messages.append(UserMessage("go on"))
    return messages


@given(rounds(), st.sets(st.sampled_from(["rs_0", "msg_1"])))
def test_every_call_is_answered_exactly_once_and_after_it(messages: list[Message], refused: set[str]) -> None:
    asked: list[Json] = []
    answered: list[Json] = []
    for item in input_items(messages, origin=HERE, refused=refused):
        if item.get("type") == "function_call":
            asked.append(item["call_id"])
        elif item.get("type") == "function_call_output":
            answered.append(item["call_id"])
            assert item["call_id"] in asked
        assert item.get("id") not in refused
    assert len(set(map(str, asked))) == len(asked)
    assert asked == answered


@given(rounds())
def test_thoughts_of_another_deployment_are_never_sent(messages: list[Message]) -> None:
    elsewhere = input_items(messages, origin="host/elsewhere")
    assert not any(item.get("type") in ("reasoning", "message") for item in elsewhere)
