"""One streamed answer of the Responses API put together from its events, whatever shape they come in.

Events: response.created, .output_text.delta, .refusal.delta, .reasoning_summary_text.delta, .output_item.added and
.done, .function_call_arguments.delta, .completed, .incomplete, .failed, and error [OpenAI API reference, streaming].
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import cast

from tui.azure.assembly import unused_id
from tui.azure.failure import AnswerFailedError
from tui.azure.families import context_window
from tui.azure.fields import count, items, line, mapping, text
from tui.azure.filters import Verdicts
from tui.azure.wire_messages import encodable
from tui.core.events import AnswerReport, FinishReason, Json, ToolRequest, Usage
from tui.core.ports import AnswerEnd, AnswerPart, CallPart, ReasoningPart, TextPart
from tui.core.text import Sanitizer, sanitize

_TEXT = ("response.output_text.delta", "response.refusal.delta")
_THOUGHT = ("response.reasoning_summary_text.delta", "response.reasoning_text.delta")
_ENDINGS = ("response.completed", "response.incomplete", "response.failed", "error")


class ResponseAssembly:
    """Takes the events of one answer, gives its parts, and at the end the whole with its items.

    `used_ids` are the ids of earlier calls, `origin` is the deployment that answers.
    """

    def __init__(self, used_ids: Collection[str], origin: str) -> None:
        self._used_ids = set(used_ids)
        self._origin = origin
        self._text = Sanitizer()
        self._thoughts = Sanitizer()
        self._thought_parts = 0
        self._streamed_text: set[object] = set()
        self._call_ids: dict[object, str] = {}
        self._names: dict[object, str] = {}
        self._arguments: dict[object, str] = {}
        self._items: dict[object, Mapping[str, object]] = {}
        self._model = ""
        self._response: Mapping[str, object] = {}
        self._verdicts = Verdicts()

    @property
    def finished(self) -> bool:
        """Whether the endpoint has said that the answer is complete."""
        return bool(self._response.get("status"))

    @property
    def ends_stream(self) -> bool:
        """Whether nothing can follow: the event that says so is the last."""
        return self.finished

    def feed(self, event: object) -> Iterator[AnswerPart]:
        """The parts that this event completes.

        Raises:
            AnswerFailedError: the service gave the answer up.
        """
        fields = mapping(event)
        kind = text(fields.get("type"))
        if kind in _TEXT:
            self._streamed_text.add(_place(fields))
            if clean := self._text.feed(text(fields.get("delta"))):
                yield TextPart(clean)
        elif kind in _THOUGHT:
            if clean := self._thoughts.feed(text(fields.get("delta"))):
                yield ReasoningPart(clean)
        elif kind == "response.reasoning_summary_part.added":
            self._thought_parts += 1
            if self._thought_parts > 1:
                yield ReasoningPart("\n\n")
        elif kind == "response.output_item.added":
            yield from self._begin_item(_place(fields), mapping(fields.get("item")))
        elif kind == "response.function_call_arguments.done":
            self._arguments[_place(fields)] = text(fields.get("arguments"))
        elif kind == "response.output_item.done":
            yield from self._take_item(_place(fields), mapping(fields.get("item")))
        elif kind == "response.created":
            self._model = line(mapping(fields.get("response")).get("model"))
        elif kind in _ENDINGS:
            yield from self._finish(kind, fields)

    def end(self, report: AnswerReport) -> Iterator[AnswerPart]:
        """The parts that the end of the stream completes; `report` is what the headers told for the `AnswerEnd`."""
        if rest := self._thoughts.flush():
            yield ReasoningPart(rest)
        if rest := self._text.flush():
            yield TextPart(rest)
        finish = self._finish_reason()
        calls = tuple(self._requests()) if finish == "tool_calls" else ()
        model = line(self._response.get("model")) or self._model
        yield AnswerEnd(
            calls,
            finish,
            model,
            _usage(mapping(self._response.get("usage"))),
            replace(report, filters=self._verdicts.all(), context_window=context_window(model)),
            self._sendable_items(calls) if finish in ("stop", "tool_calls") else (),
            self._origin,
        )

    def _begin_item(self, place: object, item: Mapping[str, object]) -> Iterator[CallPart]:
        name = sanitize(text(item.get("name")))
        if item.get("type") == "function_call" and name and place not in self._call_ids:
            call_id = unused_id(encodable(sanitize(text(item.get("call_id")))), self._used_ids)
            self._call_ids[place] = call_id
            self._names[place] = name
            yield CallPart(call_id, name)

    def _take_item(self, place: object, item: Mapping[str, object]) -> Iterator[AnswerPart]:
        if not item or place in self._items:
            return
        self._items[place] = item
        if item.get("type") == "function_call":
            self._arguments[place] = text(item.get("arguments"))
        yield from self._begin_item(place, item)
        if item.get("type") == "message" and place not in self._streamed_text:
            pieces = [mapping(piece) for piece in items(item.get("content"))]
            whole = "".join(text(piece.get("text")) or text(piece.get("refusal")) for piece in pieces)
            if clean := self._text.feed(whole):
                yield TextPart(clean)

    def _finish(self, kind: str, fields: Mapping[str, object]) -> Iterator[AnswerPart]:
        response = mapping(fields.get("response"))
        self._verdicts.add_response_filters(response.get("content_filters"))
        if kind in ("response.failed", "error"):
            bare = {name: value for name, value in fields.items() if name != "type"}
            raise AnswerFailedError(mapping(response.get("error")) or mapping(fields.get("error")) or bare)
        self._response = {**response, "status": kind.removeprefix("response.")}
        whole = items(response.get("output"))
        if kind == "response.completed" and len(self._items) < len(whole):
            for place, item in enumerate(whole):
                yield from self._take_item(place, mapping(item))

    def _finish_reason(self) -> FinishReason:
        if not self.finished:
            return "cut_off"
        if self._response["status"] == "incomplete":
            why = mapping(self._response.get("incomplete_details")).get("reason")
            return "content_filter" if why == "content_filter" else "length"
        if not self._call_ids:
            return "stop"
        return "tool_calls" if self._call_ids.keys() <= self._arguments.keys() else "cut_off"

    def _requests(self) -> Iterator[ToolRequest]:
        for place, call_id in self._call_ids.items():
            yield ToolRequest(call_id, self._names[place], encodable(self._arguments[place]))

    def _sendable_items(self, calls: Collection[ToolRequest]) -> tuple[Mapping[str, Json], ...]:
        """The items to send back next time; none where they could not be understood there.

        Thoughts that are neither stored at the service nor encrypted cannot be referred to, nor the items that follow
        them.
        """
        found = [item for _, item in sorted(self._items.items(), key=_order)]
        asked = [item.get("call_id") for item in found if item.get("type") == "function_call"]
        lost = any(item.get("type") == "reasoning" and not item.get("encrypted_content") for item in found)
        if lost or asked != [call.id for call in calls]:
            return ()
        # Through text, since a lone surrogate could neither be stored nor sent.
        return tuple(cast("list[Mapping[str, Json]]", json.loads(encodable(json.dumps(found, ensure_ascii=False)))))


def _place(fields: Mapping[str, object]) -> object:
    index = fields.get("output_index")
    return (
        index if isinstance(index, int) else text(fields.get("item_id")) or text(mapping(fields.get("item")).get("id"))
    )


def _order(item: tuple[object, object]) -> int:
    return item[0] if isinstance(item[0], int) else 0


def _usage(usage: Mapping[str, object]) -> Usage | None:
    if not isinstance(usage.get("input_tokens"), int):
        return None
    return Usage(
        input_tokens=count(usage.get("input_tokens")),
        output_tokens=count(usage.get("output_tokens")),
        cached_tokens=count(mapping(usage.get("input_tokens_details")).get("cached_tokens")),
        reasoning_tokens=count(mapping(usage.get("output_tokens_details")).get("reasoning_tokens")),
    )
