"""The events of an answer through the Responses API, as recorded."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.azure_endpoint.answers import AskedCall, Events, Written
from tests.azure_endpoint.models import Model, tokens_of
from tests.azure_endpoint.pieces import answer_tokens, argument_pieces, id_of, verdicts, words
from tests.azure_endpoint.responses_request import Issued

_REASONS = {"length": "max_output_tokens", "content_filter": "content_filter"}


def responses_events(
    answer: Written, request: Mapping[str, Any], model: Model, issued: Issued, *, cached: int
) -> Events:
    """The events of a streamed answer; reasoning that goes out is noted in `issued`."""
    stream = _Stream(request, model, cached)
    opening = [stream.whole("response.created"), stream.whole("response.in_progress")]
    thought: dict[str, Any] | None = None
    if model.reasoning:
        thought = _reasoning_item(answer, request)
        opening += _reasoning_events(stream, thought)
        if "encrypted_content" in thought:
            issued.reasoning[thought["id"]] = thought
    body: list[bytes] = []
    closing: list[bytes] = []
    if answer.text or not answer.calls:
        message = _message_item(answer, request)
        opening += _message_opening(stream, message)
        body += [stream.in_item("response.output_text.delta", delta=word, logprobs=[]) for word in words(answer.text)]
        closing = [*_message_closing(stream, message)]
        if answer.calls:
            body += closing
            closing = []
    for number, call in enumerate(answer.calls):
        item = _call_item(call, request, number)
        body += _call_events(stream, item)
        if thought:
            issued.led_to[item["id"]] = thought["id"]
    final = "response.completed" if answer.finish == "stop" else "response.incomplete"
    return Events(opening, body, [*closing, stream.whole(final, answer)])


def failed_event(request: Mapping[str, Any], model: Model, code: str | None, message: str, *, after: int) -> bytes:
    """The event that ends a stream with an error, after so many others."""
    stream = _Stream(request, model, 0)
    stream.number = after - 1
    stream.error = {"code": code, "message": message}
    return stream.whole("response.failed")


def _reasoning_item(answer: Written, request: Mapping[str, Any]) -> dict[str, Any]:
    wanted: Mapping[str, Any] = request.get("reasoning") or {}
    wants_summary = bool(wanted.get("summary"))
    summary = [{"type": "summary_text", "text": answer.thoughts}] if wants_summary and answer.thoughts else []
    item: dict[str, Any] = {"id": id_of("rs", request["input"]), "type": "reasoning", "summary": summary}
    if "reasoning.encrypted_content" in (request.get("include") or ()):
        item["encrypted_content"] = id_of("gAAAAAB", request["input"], "encrypted")
    return item


def _message_item(answer: Written, request: Mapping[str, Any]) -> dict[str, Any]:
    part: Mapping[str, Any] = {"type": "output_text", "annotations": [], "logprobs": [], "text": answer.text}
    status = "completed" if answer.finish == "stop" else "incomplete"
    return {
        "id": id_of("msg", request["input"]),
        "type": "message",
        "status": status,
        "content": [part],
        "role": "assistant",
    }


def _call_item(call: AskedCall, request: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {
        "id": id_of("fc", request["input"], number),
        "type": "function_call",
        "status": "completed",
        "arguments": call.arguments,
        "call_id": call.call_id,
        "name": call.name,
    }


def _reasoning_events(stream: "_Stream", item: Mapping[str, Any]) -> Iterator[bytes]:
    yield stream.added({**item, "summary": []})
    for index, part in enumerate(item["summary"]):
        name = "response.reasoning_summary"
        yield stream.in_item(f"{name}_part.added", summary_index=index, part={**part, "text": ""}, content_index=None)
        for word in words(part["text"]):
            yield stream.in_item(f"{name}_text.delta", summary_index=index, delta=word, content_index=None)
        yield stream.in_item(f"{name}_text.done", summary_index=index, text=part["text"], content_index=None)
        yield stream.in_item(f"{name}_part.done", summary_index=index, part=part, content_index=None)
    yield stream.done(item)


def _message_opening(stream: "_Stream", item: Mapping[str, Any]) -> Iterator[bytes]:
    yield stream.added({**item, "status": "in_progress", "content": []})
    yield stream.in_item("response.content_part.added", part={**item["content"][0], "text": ""})


def _message_closing(stream: "_Stream", item: Mapping[str, Any]) -> Iterator[bytes]:
    (part,) = item["content"]
    yield stream.in_item("response.output_text.done", text=part["text"], logprobs=[])
    yield stream.in_item("response.content_part.done", part=part)
    yield stream.done(item)


def _call_events(stream: "_Stream", item: Mapping[str, Any]) -> Iterator[bytes]:
    yield stream.added({**item, "status": "in_progress", "arguments": ""})
    name = "response.function_call_arguments"
    for piece in argument_pieces(item["arguments"]):
        yield stream.in_item(f"{name}.delta", delta=piece, content_index=None)
    yield stream.in_item(f"{name}.done", arguments=item["arguments"], content_index=None)
    yield stream.done(item)


class _Stream:
    """Numbers the events, and keeps the items that are done."""

    def __init__(self, request: Mapping[str, Any], model: Model, cached: int) -> None:
        self._request = request
        self._model = model
        self._cached = cached
        self.number = -1
        self._index = -1
        self._item_id = ""
        self._output: list[Mapping[str, Any]] = []
        self.error: Mapping[str, Any] | None = None

    def added(self, item: Mapping[str, Any]) -> bytes:
        """A new item begins."""
        self._index += 1
        self._item_id = item["id"]
        return self._event("response.output_item.added", output_index=self._index, item=item)

    def done(self, item: Mapping[str, Any]) -> bytes:
        """The item is whole."""
        self._output.append(item)
        return self._event("response.output_item.done", output_index=self._index, item=item)

    def in_item(self, kind: str, **fields: Any) -> bytes:
        """Something about the item that is open."""
        fields = {"content_index": 0, **fields}
        if fields["content_index"] is None:
            del fields["content_index"]
        return self._event(kind, item_id=self._item_id, output_index=self._index, **fields)

    def whole(self, kind: str, answer: Written | None = None) -> bytes:
        """An event that carries the whole response, as far as it came."""
        return self._event(kind, response=self._response(kind.removeprefix("response."), answer))

    def _event(self, kind: str, **fields: Any) -> bytes:
        self.number += 1
        data = json.dumps({"type": kind, "sequence_number": self.number, **fields})
        return f"event: {kind}\ndata: {data}\n\n".encode()

    def _response(self, status: str, answer: Written | None) -> dict[str, Any]:
        finish = answer.finish if answer else "stop"
        reason = {"reason": _REASONS[finish]} if finish != "stop" else None
        reasoning: Mapping[str, Any] = self._request.get("reasoning") or {}
        return {
            "id": id_of("resp", self._request["input"]),
            "object": "response",
            "created_at": 1_795_000_000,
            "status": "in_progress" if status == "created" else status,
            "background": False,
            "content_filters": self._filters(answer),
            "error": self.error,
            "incomplete_details": reason,
            "instructions": self._request.get("instructions"),
            "max_output_tokens": None,
            "model": self._model.name,
            "output": self._output,
            "parallel_tool_calls": True,
            "previous_response_id": None,
            "reasoning": {"effort": reasoning.get("effort"), "summary": reasoning.get("summary")},
            "service_tier": "default",
            "store": self._request.get("store", True),
            "temperature": 1.0,
            "text": {"format": {"type": "text"}},
            "tool_choice": self._request.get("tool_choice", "auto"),
            "tools": self._request.get("tools", []),
            "top_p": 1.0,
            "truncation": "disabled",
            "usage": self._usage(answer) if answer else None,
            "user": None,
            "metadata": {},
        }

    def _filters(self, answer: Written | None) -> list[Mapping[str, Any]] | None:
        """Azure's own part of a response: what the filter says about the prompt and the answer."""
        if answer is None:
            return None
        is_blocked = answer.finish == "content_filter"
        sources = (("prompt", verdicts(prompt=True), False), ("completion", verdicts(blocked=is_blocked), is_blocked))
        return [
            {
                "blocked": blocked,
                "source_type": source,
                "content_filter_raw": [],
                "content_filter_results": results,
                "content_filter_offsets": {"start_offset": 0, "end_offset": 198, "check_offset": 0},
            }
            for source, results, blocked in sources
        ]

    def _usage(self, answer: Written) -> dict[str, Any]:
        asked = tokens_of(self._request)
        answered, reasoning = answer_tokens(answer, reasoning=self._model.reasoning)
        return {
            "input_tokens": asked,
            "input_tokens_details": {"cached_tokens": self._cached, "cache_write_tokens": 0},
            "output_tokens": answered,
            "output_tokens_details": {"reasoning_tokens": reasoning},
            "total_tokens": asked + answered,
        }
