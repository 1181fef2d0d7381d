"""Recorded shapes of the Responses API's streams, as bytes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

MODEL = "gpt-5-mini-2025-08-07"
SAFE = {"hate": {"filtered": False, "severity": "safe"}, "jailbreak": {"filtered": False, "detected": False}}
USAGE = {
    "input_tokens": 81,
    "input_tokens_details": {"cached_tokens": 64},
    "output_tokens": 19,
    "output_tokens_details": {"reasoning_tokens": 5},
    "total_tokens": 100,
}


def sse(kind: str, **fields: Any) -> bytes:
    """One event, as the service writes it: with its name in a line of its own."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def response(status: str, output: Sequence[Mapping[str, Any]] = (), **more: Any) -> dict[str, Any]:
    filters = [{"blocked": False, "source_type": "prompt", "content_filter_results": SAFE}]
    head = {"id": "resp_1", "object": "response", "model": MODEL, "status": status, "error": None}
    return {**head, "output": list(output), "usage": None, "content_filters": filters, **more}


CREATED = sse("response.created", response=response("in_progress"), sequence_number=0)


def reasoning(
    index: int, summary: str = "", encrypted: str | None = "gAAAA-secret"
) -> tuple[dict[str, Any], list[bytes]]:
    """A reasoning item and its events."""
    parts = [{"type": "summary_text", "text": summary}] if summary else []
    item = {"id": f"rs_{index}", "type": "reasoning", "summary": parts, "encrypted_content": encrypted}
    events = [sse("response.output_item.added", output_index=index, item={**item, "summary": []})]
    if summary:
        place = {"item_id": item["id"], "output_index": index, "summary_index": 0}
        events.append(sse("response.reasoning_summary_part.added", **place, part={"type": "summary_text", "text": ""}))
        events += [sse("response.reasoning_summary_text.delta", **place, delta=word) for word in summary.split(" ")]
    return item, [*events, sse("response.output_item.done", output_index=index, item=item)]


def message(index: int, *pieces: str) -> tuple[dict[str, Any], list[bytes]]:
    """A message of the model and its events."""
    content: list[dict[str, Any]] = [
        {"type": "output_text", "text": "".join(pieces), "annotations": [], "logprobs": []}
    ]
    item = {"id": f"msg_{index}", "type": "message", "status": "completed", "role": "assistant", "content": content}
    place = {"item_id": item["id"], "output_index": index, "content_index": 0}
    events = [sse("response.output_item.added", output_index=index, item={**item, "content": []})]
    events += [sse("response.output_text.delta", **place, delta=piece, logprobs=[]) for piece in pieces]
    events.append(sse("response.output_text.done", **place, text="".join(pieces)))
    return item, [*events, sse("response.output_item.done", output_index=index, item=item)]


def call(index: int, call_id: str, name: str, *pieces: str) -> tuple[dict[str, Any], list[bytes]]:
    """A call and its events."""
    item = {"id": f"fc_{index}", "type": "function_call", "call_id": call_id, "name": name}
    item = {**item, "arguments": "".join(pieces), "status": "completed"}
    place = {"item_id": item["id"], "output_index": index}
    begun = {**item, "arguments": "", "status": "in_progress"}
    events = [sse("response.output_item.added", output_index=index, item=begun)]
    events += [sse("response.function_call_arguments.delta", **place, delta=piece) for piece in pieces]
    events.append(sse("response.function_call_arguments.done", **place, arguments="".join(pieces)))
    return item, [*events, sse("response.output_item.done", output_index=index, item=item)]


def stream(*parts: tuple[dict[str, Any], list[bytes]]) -> list[bytes]:
    """A whole answer of these items."""
    output = [item for item, _ in parts]
    events = [event for _, each in parts for event in each]
    filters = [
        {"blocked": False, "source_type": "prompt", "content_filter_results": SAFE},
        {
            "blocked": False,
            "source_type": "completion",
            "content_filter_results": {"violence": {"filtered": False, "severity": "low"}},
        },
    ]
    end = response("completed", output, usage=USAGE, content_filters=filters)
    return [CREATED, *events, sse("response.completed", response=end)]
