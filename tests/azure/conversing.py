"""A conversation with a chat model and a toolbox, round by round: the least that drives `ChatModel` as a turn does."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from tests.azure.bundled_tools import BUNDLED, BundledTools, ToolFailedError
from tui.core.ports import AnswerEnd, AssistantMessage, ChatModel, Message, TextPart, ToolMessage, ToolSpec, UserMessage

MAX_ROUNDS = 30


@dataclass
class Said:
    """What came of one message: the calls of each round, and the last text."""

    rounds: list[list[tuple[str, Mapping[str, Any]]]] = field(default_factory=list[list[tuple[str, Mapping[str, Any]]]])
    text: str = ""

    @property
    def calls(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [call for each in self.rounds for call in each]


class Talk:
    """Keeps the messages of one conversation."""

    def __init__(
        self,
        model: ChatModel,
        tools: Sequence[ToolSpec] = BUNDLED,
        call: Callable[[str, Mapping[str, Any]], str] | None = None,
    ) -> None:
        self.model = model
        self.tools = tools
        self.messages: list[Message] = []
        self.bundled = BundledTools()
        self._call = call or self.bundled.call

    async def say(self, text: str) -> Said:
        """Send a message and see its calls through."""
        self.messages.append(UserMessage(text))
        said = Said()
        for _ in range(MAX_ROUNDS):
            said.text, end = await ask(self.model, self.messages, self.tools)
            self.messages.append(AssistantMessage(said.text, end.calls))
            if not end.calls:
                return said
            said.rounds.append([(call.name, json.loads(call.arguments)) for call in end.calls])
            for request in end.calls:
                self.messages.append(self._answer(request.id, request.name, json.loads(request.arguments)))
        raise AssertionError("the model never stopped calling")

    def _answer(self, call_id: str, name: str, arguments: Mapping[str, Any]) -> ToolMessage:
        try:
            return ToolMessage(call_id, name, self._call(name, arguments))
        except ToolFailedError as error:
            return ToolMessage(call_id, name, str(error), is_error=True)


async def ask(
    model: ChatModel, messages: Sequence[Message], tools: Sequence[ToolSpec] = (), *, may_call: bool = True
) -> tuple[str, AnswerEnd]:
    """One request: the whole text, and the end."""
    pieces: list[str] = []
    async with aclosing(model.stream(messages, tools, may_call=may_call)) as parts:
        async for part in parts:
            if isinstance(part, TextPart):
                pieces.append(part.text)
            elif isinstance(part, AnswerEnd):
                return "".join(pieces), part
    raise AssertionError("the stream had no end")
