"""What to do next: the calls of the next round, or the answer. All of it follows from the request alone."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tui.azure.planner.answer import compose
from tui.azure.planner.fit import Fit, find_fit
from tui.azure.planner.intents import read_message
from tui.azure.planner.outcomes import Done, Outcome, Outcomes, Undone
from tui.azure.planner.request import Conversation, Result
from tui.azure.planner.results import number_in
from tui.azure.planner.steps import Item, Ref, Slot, Step, levels
from tui.core.events import Json

_OWN_ID = re.compile(r"call_[0-9a-f]{20}_([0-9]{1,4})\Z")


@dataclass(frozen=True, slots=True)
class Call:
    """A call to ask for; `arguments` is JSON text."""

    call_id: str
    tool: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request: calls, or text."""

    text: str = ""
    calls: tuple[Call, ...] = ()


def reply_to(conversation: Conversation) -> Reply:
    """The next calls that the last message needs, or the answer to it."""
    items = read_message(conversation)
    progress = _Progress(conversation, items)
    calls = progress.advance()
    if calls:
        return Reply(calls=tuple(calls))
    return Reply(text=compose(items, progress.outcomes, conversation))


@dataclass
class _Progress:
    """How far the plan has come, read off the results in the request.

    The number of a step is part of its call's id, so that a result is known even when the request no longer holds the
    rounds before it: those were left out to keep the conversation short, and are done.
    """

    conversation: Conversation
    items: tuple[Item, ...]
    outcomes: Outcomes = field(init=False)

    def __post_init__(self) -> None:
        known: dict[int, Result] = {}
        strange: list[Result] = []
        for result in self.conversation.current.results:
            number = _step_number(result.call_id)
            if number is not None and number < len(self.items) and isinstance(self.items[number], Step):
                known[number] = result
            else:
                strange.append(result)
        self._known = known
        self.outcomes = Outcomes(self.items, strange=tuple(strange))

    def advance(self) -> list[Call]:
        """Follow the plan round by round up to the first one with calls still to make; those calls."""
        level_of = levels(self.items)
        last_done = max((level_of[number] for number in self._known), default=0)
        for level in range(1, max(level_of.values(), default=0) + 1):
            calls: list[Call] = []
            for number in (number for number, its_level in level_of.items() if its_level == level):
                outcome = self._outcome(number, is_past=level <= last_done)
                if isinstance(outcome, Fit):
                    calls.append(self._call(number, outcome))
                else:
                    self.outcomes.add(number, outcome)
            if calls:
                return calls
        return []

    def _outcome(self, number: int, *, is_past: bool) -> Outcome | Fit:
        step = self.items[number]
        assert isinstance(step, Step)
        if number in self._known:
            return Done(self._known[number])
        slots = self._filled(step)
        if isinstance(slots, Undone):
            return slots
        fit = self._fit(step, slots)
        if fit is None:
            return Undone("no_tool")
        if is_past:
            return Undone("forgotten")
        return fit if self.conversation.may_call and not self.outcomes.strange else Undone("not_allowed")

    def _filled(self, step: Step) -> Mapping[str, Json] | Undone:
        """The step's slots with the results that it refers to."""
        slots: dict[str, Json] = {}
        for name, slot in step.slots.items():
            value = self._value(step, slot)
            if isinstance(value, Undone):
                return value
            slots[name] = value
        return slots

    def _value(self, step: Step, slot: Slot) -> "Json | Undone":
        if not isinstance(slot, Ref):
            return slot
        text = self.outcomes.written(slot)
        if text is None:
            return Undone("needs_failed")
        if step.kind != "calculate":
            return text
        number = number_in(text)
        return Undone("not_a_number") if number is None else number

    def _fit(self, step: Step, slots: Mapping[str, Json]) -> Fit | None:
        tools = self.conversation.tools
        if step.kind == "tool":
            arguments = slots["arguments"]
            return Fit(str(slots["tool"]), arguments) if isinstance(arguments, dict) else None
        if step.kind == "time":
            return find_fit("time", {}, tools) or find_fit("greet", {}, tools)
        return find_fit(step.kind, slots, tools)

    def _call(self, number: int, fit: Fit) -> Call:
        digest = hashlib.sha256(self.conversation.digest_source.encode()).hexdigest()[:20]
        return Call(f"call_{digest}_{number}", fit.tool, json.dumps(fit.arguments, ensure_ascii=False))


def _step_number(call_id: str) -> int | None:
    found = _OWN_ID.match(call_id)
    return int(found[1]) if found else None
