"""One streamed answer of Chat Completions put together from its chunks, whatever shape they come in.

A field of a chunk can be missing or of any type; what cannot be used is passed over. Shapes seen on Azure: a first
chunk without choices, chunks without delta (content filter annotations, also after the finish), gaps in the index of
calls, usage in a last chunk without choices.
"""

import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from tui.azure.families import context_window
from tui.azure.fields import count, items, line, mapping, text
from tui.azure.filters import Verdicts
from tui.azure.wire_messages import encodable
from tui.core.events import AnswerReport, FinishReason, ToolRequest, Usage
from tui.core.ports import AnswerEnd, AnswerPart, CallPart, ReasoningPart, TextPart
from tui.core.text import Sanitizer, sanitize


class _Call:
    """A call that is being streamed."""

    def __init__(self, call_id: str) -> None:
        self.sent_id = call_id
        self.id = call_id
        self.name = ""
        self.pieces: list[str] = []
        self.announced = False

    def add(self, name: str, arguments: str) -> None:
        # Some gateways repeat the whole name with every piece of the arguments.
        if not self.pieces:
            self.name += name
        if arguments:
            self.pieces.append(arguments)


class ChatAssembly:
    """Takes the chunks of one answer, gives its parts, and at the end the whole.

    `tool_names` are the names on offer, which tell when a name is complete; `used_ids` the ids of earlier calls, which
    must not come again in one conversation.
    """

    def __init__(self, tool_names: Collection[str], used_ids: Collection[str]) -> None:
        self._tool_names = frozenset(tool_names)
        self._used_ids = set(used_ids)
        self._verdicts = Verdicts()
        self._text = Sanitizer()
        self._reasoning = Sanitizer()
        self._calls: dict[int, _Call] = {}
        self._order: list[_Call] = []
        self._finish = ""
        self._model = ""
        self._usage: Usage | None = None

    @property
    def finished(self) -> bool:
        """Whether the endpoint has said that the answer is complete."""
        return bool(self._finish)

    @property
    def ends_stream(self) -> bool:
        """Whether nothing can follow; here the client library tells, by `[DONE]`."""
        return False

    def feed(self, chunk: object) -> Iterator[AnswerPart]:
        """The parts that this chunk completes."""
        fields = mapping(chunk)
        self._model = text(fields.get("model")) or self._model
        if usage := fields.get("usage"):
            self._usage = _usage(mapping(usage)) or self._usage
        if verdicts := fields.get("prompt_filter_results"):
            self._verdicts.add_prompt_results(verdicts)
        for choice in items(fields.get("choices")):
            yield from self._feed_choice(mapping(choice))

    def end(self, report: AnswerReport) -> Iterator[AnswerPart]:
        """The parts that the end of the stream completes; `report` is what the headers told for the `AnswerEnd`."""
        if rest := self._reasoning.flush():
            yield ReasoningPart(rest)
        if rest := self._text.flush():
            yield TextPart(rest)
        finish = self._finish_reason()
        calls = [call for call in self._order if call.name] if finish == "tool_calls" else []
        for call in calls:
            yield from self._announce(call)
        requests = tuple(ToolRequest(c.id, sanitize(c.name), encodable("".join(c.pieces))) for c in calls)
        model = line(self._model)
        report = replace(report, filters=self._verdicts.all(), context_window=context_window(model))
        yield AnswerEnd(requests, finish, model, self._usage, report)

    def _feed_choice(self, choice: Mapping[str, object]) -> Iterator[AnswerPart]:
        delta = mapping(choice.get("delta"))
        if content := text(delta.get("content")) or text(delta.get("refusal")):
            if clean := self._text.feed(content):
                yield TextPart(clean)
        # Summaries of thoughts, as vLLM, DeepSeek and OpenRouter stream them beside the content.
        elif (thought := text(delta.get("reasoning_content")) or text(delta.get("reasoning"))) and (
            clean := self._reasoning.feed(thought)
        ):
            yield ReasoningPart(clean)
        for piece in items(delta.get("tool_calls")):
            yield from self._feed_call(mapping(piece))
        if verdicts := choice.get("content_filter_results"):
            self._verdicts.add_answer_results(verdicts)
        # A late filter verdict outranks the finish that it takes back.
        if (finish := text(choice.get("finish_reason"))) and self._finish != "content_filter":
            self._finish = finish

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

    def _feed_call(self, piece: Mapping[str, object]) -> Iterator[CallPart]:
        call = self._call_of(piece)
        function = mapping(piece.get("function"))
        call.add(text(function.get("name")), text(function.get("arguments")))
        for other in self._order:
            if not other.announced and (other is not call or self._is_complete(call)):
                yield from self._announce(other)

    def _call_of(self, piece: Mapping[str, object]) -> _Call:
        """The call that a piece belongs to: by index; a new id at a known index is a new call."""
        call_id = encodable(sanitize(text(piece.get("id"))))
        index = piece.get("index")
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
        if call.pieces:
            return True
        longer = any(name != call.name and name.startswith(call.name) for name in self._tool_names)
        return call.name in self._tool_names and not longer

    def _announce(self, call: _Call) -> Iterator[CallPart]:
        if call.announced or not call.name:
            return
        call.announced = True
        call.id = unused_id(call.id, self._used_ids)
        yield CallPart(call.id, sanitize(call.name))


def unused_id(call_id: str, used: set[str]) -> str:
    """The id, or another where there is none or an earlier call has it; it counts as used from now on."""
    if not call_id or call_id in used:
        call_id = f"call_{uuid.uuid4().hex}"
    used.add(call_id)
    return call_id


def _usage(usage: Mapping[str, object]) -> Usage | None:
    if not isinstance(usage.get("prompt_tokens"), int):
        return None
    return Usage(
        input_tokens=count(usage.get("prompt_tokens")),
        output_tokens=count(usage.get("completion_tokens")),
        cached_tokens=count(mapping(usage.get("prompt_tokens_details")).get("cached_tokens")),
        reasoning_tokens=count(mapping(usage.get("completion_tokens_details")).get("reasoning_tokens")),
    )
