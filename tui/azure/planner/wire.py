"""A reply as the bytes that Azure OpenAI streams: server-sent events in the recorded shape.

First a chunk with `prompt_filter_results` and no choices, then the role, the deltas (a call's arguments in pieces), the
finish, a chunk with the usage and no choices, and `[DONE]`.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping

from tui.azure.planner.plan import Call, Reply
from tui.azure.planner.request import Conversation
from tui.core.events import Json

MODEL = "offline-planner"
"""The model's name in the chunks."""

_WORD = re.compile(r"\s*\S+\s?|\s+")
_ARGUMENT_PIECE = 12
_CHARACTERS_PER_TOKEN = 3.6
"""A planner has no tokens; the count is the estimate that holds for a model's English."""

_SAFE: Json = {name: {"filtered": False, "severity": "safe"} for name in ("hate", "self_harm", "sexual", "violence")}


def reply_events(reply: Reply, conversation: Conversation) -> Iterator[bytes]:
    """The events of a streamed reply, one at a time: about one for each word."""
    digest = hashlib.sha256(conversation.digest_source.encode()).hexdigest()
    stream = _Stream(f"chatcmpl-{digest[:24]}")
    yield stream.event(
        {"id": "", "model": "", "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": _SAFE}]}
    )
    yield stream.delta({"role": "assistant", "content": None if reply.calls else "", "refusal": None})
    for word in _WORD.findall(reply.text):
        yield stream.delta({"content": word}, content_filter_results=_SAFE)
    for index, call in enumerate(reply.calls):
        yield from _call_events(stream, index, call)
    yield stream.delta({}, finish_reason="tool_calls" if reply.calls else "stop")
    yield stream.event({"usage": _usage(reply, conversation)})
    yield b"data: [DONE]\n\n"


def _call_events(stream: "_Stream", index: int, call: Call) -> Iterator[bytes]:
    opening: Json = {
        "index": index,
        "id": call.call_id,
        "type": "function",
        "function": {"name": call.tool, "arguments": ""},
    }
    yield stream.delta({"tool_calls": [opening]})
    for start in range(0, len(call.arguments), _ARGUMENT_PIECE):
        piece = call.arguments[start : start + _ARGUMENT_PIECE]
        yield stream.delta({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})


def _usage(reply: Reply, conversation: Conversation) -> Json:
    written = len(reply.text) + sum(len(call.tool) + len(call.arguments) for call in reply.calls)
    tools = sum(len(tool.description) + len(json.dumps(tool.parameters)) for tool in conversation.tools)
    asked = round((len(conversation.digest_source) + tools) / _CHARACTERS_PER_TOKEN)
    answered = round(written / _CHARACTERS_PER_TOKEN)
    return {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}


class _Stream:
    """The chunks of one answer share their id."""

    def __init__(self, answer_id: str) -> None:
        self._common: Mapping[str, Json] = {
            "id": answer_id,
            "object": "chat.completion.chunk",
            "created": 0,
            "model": MODEL,
            "choices": [],
        }

    def event(self, fields: Mapping[str, Json]) -> bytes:
        return f"data: {json.dumps({**self._common, **fields})}\n\n".encode()

    def delta(
        self, delta: Mapping[str, Json], *, finish_reason: str | None = None, content_filter_results: Json = None
    ) -> bytes:
        choice: Json = {
            "index": 0,
            "delta": delta,
            "finish_reason": finish_reason,
            "content_filter_results": content_filter_results or {},
        }
        return self.event({"choices": [choice]})
