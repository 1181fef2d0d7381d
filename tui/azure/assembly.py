"""One streamed answer put together from its chunks, whatever shape they come in.

The client library builds its objects without checking them, so a field of a chunk can be missing or of any type; what
cannot be used is passed over. Shapes seen on Azure: a first chunk without choices, chunks without delta (content filter
annotations, also after the finish), gaps in the index of calls, usage in a last chunk without choices.
"""

import uuid
from collections.abc import Collection, Iterator
from typing import cast

from tui.azure.wire_messages import encodable
from tui.core.events import FinishReason, ToolRequest, Usage
from tui.core.ports import AnswerEnd, AnswerPart, CallPart, TextPart
from tui.core.text import Sanitizer, sanitize


class _Call:
    """A call that is being streamed."""

    def __init__(self, call_id: str) -> None:
        self.sent_id = call_id
        self.id = call_id
        self.name = ""
        self.arguments = ""
        self.announced = False

    def add(self, name: str, arguments: str) -> None:
        # Some gateways repeat the whole name with every piece of the arguments.
        if not self.arguments:
            self.name += name
        self.arguments += arguments


class Assembler:
    """Takes the chunks of one answer, gives its parts, and at the end the whole.

    `tool_names` are the names on offer, which tell when a name is complete; `used_ids` the ids of earlier calls, which
    must not come again in one conversation.
    """

    def __init__(self, tool_names: Collection[str], used_ids: Collection[str]) -> None:
        self._tool_names = frozenset(tool_names)
        self._used_ids = set(used_ids)
        self._sanitizer = Sanitizer()
        self._calls: dict[int, _Call] = {}
        self._order: list[_Call] = []
        self._finish = ""
        self._model = ""
        self._usage: Usage | None = None

    @property
    def finished(self) -> bool:
        """Whether the endpoint has said that the answer is complete."""
        return bool(self._finish)

    def feed(self, chunk: object) -> Iterator[AnswerPart]:
        """The parts that this chunk completes."""
        self._model = _text(chunk, "model") or self._model
        self._usage = _usage(_field(chunk, "usage")) or self._usage
        for choice in _items(chunk, "choices"):
            delta = _field(choice, "delta")
            text = self._sanitizer.feed(_text(delta, "content") + _text(delta, "refusal"))
            if text:
                yield TextPart(text)
            for piece in _items(delta, "tool_calls"):
                yield from self._feed_call(piece)
            # A late filter verdict outranks the finish that it takes back.
            if (finish := _text(choice, "finish_reason")) and self._finish != "content_filter":
                self._finish = finish

    def end(self) -> Iterator[AnswerPart]:
        """The parts that the end of the stream completes; the last is the `AnswerEnd`."""
        if text := self._sanitizer.flush():
            yield TextPart(text)
        finish = self._finish_reason()
        calls = [call for call in self._order if call.name] if finish == "tool_calls" else []
        for call in calls:
            yield from self._announce(call)
        requests = tuple(ToolRequest(call.id, sanitize(call.name), encodable(call.arguments)) for call in calls)
        yield AnswerEnd(requests, finish, sanitize(self._model), self._usage)

    def _finish_reason(self) -> FinishReason:
        match self._finish:
            case "":
                return "cut_off"
            case "length" | "content_filter" as finish:
                return finish
            case _ if any(call.name for call in self._order):
                return "tool_calls"
            case "tool_calls":
                return "cut_off"  # calls were promised and none came
            case _:
                return "stop"

    def _feed_call(self, piece: object) -> Iterator[CallPart]:
        call = self._call_of(piece)
        function = _field(piece, "function")
        call.add(_text(function, "name"), _text(function, "arguments"))
        for other in self._order:
            if other is not call or self._is_complete(call):
                yield from self._announce(other)

    def _call_of(self, piece: object) -> _Call:
        """The call that a piece belongs to: by index; a new id at a known index is a new call."""
        call_id = encodable(sanitize(_text(piece, "id")))
        index = _field(piece, "index")
        if not isinstance(index, int):
            index = max(self._calls, default=-1) + (1 if call_id or not self._calls else 0)
        call = self._calls.get(index)
        if call is None or (call_id and call.sent_id and call_id != call.sent_id):
            call = self._calls[index] = _Call(call_id)
            self._order.append(call)
        elif call_id and not call.announced:
            call.id = call.sent_id = call_id
        return call

    def _is_complete(self, call: _Call) -> bool:
        if call.arguments:
            return True
        longer = any(name != call.name and name.startswith(call.name) for name in self._tool_names)
        return call.name in self._tool_names and not longer

    def _announce(self, call: _Call) -> Iterator[CallPart]:
        if call.announced or not call.name:
            return
        call.announced = True
        if not call.id or call.id in self._used_ids:
            call.id = f"call_{uuid.uuid4().hex}"
        self._used_ids.add(call.id)
        yield CallPart(call.id, sanitize(call.name))


def _field(value: object, name: str) -> object:
    return cast(object, getattr(value, name, None))


def _text(value: object, name: str) -> str:
    text = _field(value, name)
    return text if isinstance(text, str) else ""


def _items(value: object, name: str) -> list[object]:
    items = _field(value, name)
    return cast("list[object]", items) if isinstance(items, list) else []


def _count(value: object, name: str) -> int:
    count = _field(value, name)
    return count if isinstance(count, int) and count >= 0 else 0


def _usage(usage: object) -> Usage | None:
    if not isinstance(_field(usage, "prompt_tokens"), int):
        return None
    return Usage(
        input_tokens=_count(usage, "prompt_tokens"),
        output_tokens=_count(usage, "completion_tokens"),
        cached_tokens=_count(_field(usage, "prompt_tokens_details"), "cached_tokens"),
        reasoning_tokens=_count(_field(usage, "completion_tokens_details"), "reasoning_tokens"),
    )
