"""Chat Completions: what the service refuses by name of a parameter, and the events of an answer as recorded."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.azure_endpoint.addresses import OLD_VERSIONS, Address
from tests.azure_endpoint.answers import AskedCall, Events, Written
from tests.azure_endpoint.models import Model, tokens_of
from tests.azure_endpoint.pieces import answer_tokens, argument_pieces, id_of, verdicts, words
from tests.azure_endpoint.refusals import refused

_OLD_PARAMETERS = """model messages tools tool_choice functions function_call stream temperature top_p max_tokens n stop
presence_penalty frequency_penalty seed user logit_bias logprobs top_logprobs response_format data_sources"""
_NEW_PARAMETERS = """stream_options parallel_tool_calls max_completion_tokens reasoning_effort metadata store prediction
modalities verbosity prompt_cache_key safety_identifier service_tier audio user_security_context"""


def check_parameters(request: Mapping[str, Any], address: Address) -> None:
    """Refuse parameters that this version of the API does not know.

    Raises:
        RefusedError: there is one.
    """
    old = _OLD_PARAMETERS.split()
    unknown = [name for name in request if name not in old]
    if address.api_version in OLD_VERSIONS and unknown:
        plural = "s" if len(unknown) > 1 else ""
        raise refused(f"Unrecognized request argument{plural} supplied: {', '.join(unknown)}")
    for name in unknown:
        if name not in _NEW_PARAMETERS.split():
            raise refused(f"Unknown parameter: '{name}'.", name, "unknown_parameter")


def chat_events(answer: Written, request: Mapping[str, Any], model: Model, *, cached: int) -> Events:
    """The events of a streamed answer; `cached` tokens of the request were known already."""
    stream = _Stream(id_of("chatcmpl", str(request)).replace("_", "-"), model)
    about_prompt = {"prompt_index": 0, "content_filter_results": verdicts(prompt=True)}
    opening = [
        stream.bare(choices=[], prompt_filter_results=[about_prompt]),
        stream.delta({"role": "assistant", "content": None if answer.calls else "", "refusal": None}),
    ]
    body = [stream.word(word) for word in words(answer.text)]
    for index, call in enumerate(answer.calls):
        body += _call_events(stream, index, call)
    ending = [*stream.finish("tool_calls" if answer.calls else answer.finish)]
    options: Mapping[str, Any] = request.get("stream_options") or {}
    if options.get("include_usage"):
        ending.append(stream.event({"choices": [], "usage": _usage(answer, request, model, cached)}))
    return Events(opening, body, [*ending, b"data: [DONE]\n\n"])


def error_event(code: str | None, message: str) -> bytes:
    """An error in the middle of a stream."""
    error = {"message": message, "type": "server_error", "param": None, "code": code}
    return _event({"error": error})


def _call_events(stream: "_Stream", index: int, call: AskedCall) -> Iterator[bytes]:
    function = {"name": call.name, "arguments": ""}
    yield stream.delta({"tool_calls": [{"index": index, "id": call.call_id, "type": "function", "function": function}]})
    for piece in argument_pieces(call.arguments):
        yield stream.delta({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})


def _usage(answer: Written, request: Mapping[str, Any], model: Model, cached: int) -> dict[str, Any]:
    asked = tokens_of(request)
    answered, reasoning = answer_tokens(answer, reasoning=model.reasoning)
    return {
        "prompt_tokens": asked,
        "completion_tokens": answered,
        "total_tokens": asked + answered,
        "prompt_tokens_details": {"audio_tokens": 0, "cached_tokens": cached},
        "completion_tokens_details": {
            "accepted_prediction_tokens": 0,
            "audio_tokens": 0,
            "reasoning_tokens": reasoning,
            "rejected_prediction_tokens": 0,
        },
    }


class _Stream:
    """The chunks of one answer share their id."""

    def __init__(self, answer_id: str, model: Model) -> None:
        self._is_late = model.asynchronous_filter
        self._common = {
            "id": answer_id,
            "object": "chat.completion.chunk",
            "created": 1_795_000_000,
            "model": model.name,
            "system_fingerprint": "fp_ee1d74bde0",
        }

    def event(self, fields: Mapping[str, Any]) -> bytes:
        return _event({**self._common, **fields})

    def bare(self, **fields: Any) -> bytes:
        """A chunk of the filter: it belongs to no answer."""
        return _event({"id": "", "object": "", "created": 0, "model": "", **fields})

    def delta(self, delta: Mapping[str, Any], finish: str | None = None, filtered: Any = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return self.event({"choices": [{**choice, "content_filter_results": filtered or {}}]})

    def word(self, word: str) -> bytes:
        return self.delta({"content": word}, filtered=None if self._is_late else verdicts())

    def finish(self, finish: str) -> Iterator[bytes]:
        """The finish, and what the asynchronous filter says before or after it."""
        is_blocked = finish == "content_filter"
        if not self._is_late:
            yield self.delta({}, finish, verdicts(blocked=True) if is_blocked else None)
        elif is_blocked:
            yield self._annotation(finish)
        else:
            yield self._annotation(None)
            yield self.delta({}, finish)
            yield self._annotation(None)

    def _annotation(self, finish: str | None) -> bytes:
        choice = {
            "index": 0,
            "finish_reason": finish,
            "content_filter_offsets": {"check_offset": 44, "start_offset": 44, "end_offset": 198},
            "content_filter_results": verdicts(blocked=finish is not None),
        }
        return self.bare(choices=[choice])


def _event(data: Mapping[str, Any]) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()
