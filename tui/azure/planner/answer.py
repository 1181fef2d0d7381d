"""The answer in words. Every value in it is quoted from a tool's result; what failed is told as failed."""

import json
import re
from collections.abc import Callable, Mapping
from typing import cast

from tui.azure.planner import remarks
from tui.azure.planner.fit import file_in, kind_of
from tui.azure.planner.outcomes import Outcomes, Undone
from tui.azure.planner.request import Conversation, Result
from tui.azure.planner.results import plain_number, value_text, without_error_prefix
from tui.azure.planner.steps import Item, Kind, Ref, Remark, Step
from tui.core.events import Json

QUOTE_LIMIT = 4000
"""Characters of a file or a result that an answer repeats; the whole is in the call log."""

_TYPOGRAPHY = str.maketrans({"*": "×", "/": "÷", "-": "−"})
_DEEDS: Mapping[Kind, str] = {
    "calculate": "calculate",
    "weather": "tell the weather",
    "system": "look up system information",
    "greet": "greet anyone",
    "time": "tell the time",
    "save": "save files",
    "read": "read files",
    "tool": "do that",
}
_SPEAK_FOR_THEMSELVES = ("weather", "system", "greet", "read", "save")
_ACRONYMS: Mapping[str, str] = {"os": "OS", "cpu": "CPU", "gb": "GB", "mb": "MB", "id": "ID", "url": "URL"}
_CURRENT_TIME = re.compile(r"current time:?\s*(?P<time>.+)", re.IGNORECASE)


def compose(items: tuple[Item, ...], outcomes: Outcomes, conversation: Conversation) -> str:
    """The answer to the last message, in Markdown."""
    answer = _Answer(outcomes, conversation)
    sayings = [
        answer.say(number, item, is_alone=len(items) == 1)
        for number, item in enumerate(items)
        if not _is_settled(item, items)
    ]
    sayings += [_generic(result) for result in outcomes.strange]
    return _joined([saying for saying in dict.fromkeys(sayings) if saying])


def _is_settled(item: Item, items: tuple[Item, ...]) -> bool:
    """Whether a question is answered by the rest of the message: "Create a.txt and write hello in it"."""
    if not isinstance(item, Remark) or item.kind != "which_content":
        return False
    return any(isinstance(other, Step) and other.slots.get("file") == item.about for other in items)


def _joined(sayings: list[str]) -> str:
    """Short sentences follow each other; anything longer is a paragraph of its own."""
    if all("\n" not in saying and len(saying) < 120 and saying[-1] in ".!?”" for saying in sayings):
        return " ".join(sayings)
    return "\n\n".join(sayings)


class _Answer:
    """Says what became of each step."""

    def __init__(self, outcomes: Outcomes, conversation: Conversation) -> None:
        self._outcomes = outcomes
        self._conversation = conversation
        self._speakers: Mapping[Kind, Callable[[int, Step, Result], str]] = {
            "calculate": self._calculation,
            "weather": self._weather,
            "system": self._system,
            "greet": self._quoted,
            "time": self._time,
            "save": self._saved,
            "read": self._read,
            "tool": self._tool,
        }

    def say(self, number: int, item: Item, *, is_alone: bool) -> str:
        """What to say of a step or a remark; empty for nothing."""
        if isinstance(item, Remark):
            return remarks.say(item, self._conversation.tools, is_alone=is_alone)
        outcome = self._outcomes.of(number)
        if isinstance(outcome, Undone):
            return self._undone(item, outcome)
        if outcome.result.failed:
            return _failure(number, item, outcome.result, self._outcomes)
        if item.partial:
            return ""
        if not outcome.result.text.strip():
            return f"{_code(outcome.result.tool)} answered with nothing."
        return self._speakers[item.kind](number, item, outcome.result)

    def _undone(self, step: Step, outcome: Undone) -> str:
        match outcome.why:
            case "no_tool":
                return remarks.no_tool(_DEEDS[step.kind], self._conversation.tools)
            case "not_allowed":
                return "There is more to do, but no more calls are allowed in this turn."
            case "not_a_number":
                return "The result before is not a number, so I could not go on calculating with it."
            case "needs_failed" if step.kind == "save":
                return f"I saved nothing to {_code(step.slots.get('file'))}, since there is no result to save."
            case "needs_failed" if not step.partial:
                return "I did not go on, since the step before it failed."
            case _:
                return ""

    def _calculation(self, number: int, step: Step, result: Result) -> str:
        value = plain_number(value_text("calculate", result.text))
        return f"{self._outcomes.expression(number).translate(_TYPOGRAPHY)} = **{value}**."

    def _weather(self, number: int, step: Step, result: Result) -> str:
        first, _, rest = result.text.strip().partition("\n")
        mock = " (mock data)" if "mock" in rest.lower() else f" {rest}".rstrip()
        return f"{first}{mock}." if not first.endswith(".") else f"{first}{mock}"

    def _system(self, number: int, step: Step, result: Result) -> str:
        facts = _facts(result.text)
        if not facts:
            return self._quoted(number, step, result)
        rows = [f"| {_label(name)} | {_cell(value)} |" for name, value in facts.items()]
        return "\n".join(["Here is the system information:", "", "| Property | Value |", "|---|---|", *rows])

    def _quoted(self, number: int, step: Step, result: Result) -> str:
        return _shortened(result.text.strip())

    def _time(self, number: int, step: Step, result: Result) -> str:
        found = _CURRENT_TIME.search(result.text)
        return f"It is **{found['time'].strip()}**." if found else self._quoted(number, step, result)

    def _saved(self, number: int, step: Step, result: Result) -> str:
        file = file_in(result.arguments) or str(step.slots.get("file"))
        written = [value for value in result.arguments.values() if isinstance(value, str) and value != file]
        if len(written) == 1 and 0 < len(written[0]) <= 40 and "\n" not in written[0]:
            return f"I saved {_code(written[0])} to {_code(file)}."
        content = step.slots.get("content")
        what = "the results" if isinstance(content, Ref) and len(content.steps) > 1 else "it"
        return f"I saved {what} to {_code(file)}."

    def _read(self, number: int, step: Step, result: Result) -> str:
        content = value_text("read", result.text)
        file = _code(file_in(result.arguments) or step.slots.get("file"))
        return f"{file} contains:\n\n{_fenced(content)}" if content.strip() else f"{file} is empty."

    def _tool(self, number: int, step: Step, result: Result) -> str:
        kind = kind_of(result.tool)
        return self._speakers[kind](number, step, result) if kind in _SPEAK_FOR_THEMSELVES else _generic(result)


def _failure(number: int, step: Step, result: Result, outcomes: Outcomes) -> str:
    what = outcomes.expression(number).translate(_TYPOGRAPHY) if step.kind == "calculate" else "That"
    words = _shortened(without_error_prefix(result.text))
    return f"{what} did not work ({_code(result.tool)}): “{words}”"


def _generic(result: Result) -> str:
    if result.failed:
        return f"The tool {_code(result.tool)} failed: “{_shortened(without_error_prefix(result.text))}”"
    if len(result.text) <= 80 and "\n" not in result.text.strip():
        return f"{_code(result.tool)} answered {_code(result.text)}."
    return f"{_code(result.tool)} answered:\n\n{_fenced(result.text)}"


def _facts(text: str) -> Mapping[str, Json]:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return cast(Mapping[str, Json], value) if isinstance(value, dict) else {}


def _label(name: str) -> str:
    words = [_ACRONYMS.get(word, word) for word in name.split("_")]
    if len(words) > 1 and words[-1] in ("GB", "MB"):
        words[-1] = f"({words[-1]})"
    label = " ".join(words)
    return _cell(label[:1].upper() + label[1:])


def _cell(value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(text.split()).replace("|", "\\|")


def _code(value: object) -> str:
    """Text as inline code, whatever backticks it has."""
    text = " ".join(str(value).split())
    if "`" not in text:
        return f"`{text}`"
    marks = "`" * (1 + max(len(run) for run in re.findall("`+", text)))
    return f"{marks} {text} {marks}"


def _fenced(text: str) -> str:
    """Text as a block of its own, whatever fences it has."""
    marks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{marks}\n{_shortened(text.rstrip())}\n{marks}"


def _shortened(text: str) -> str:
    if len(text) <= QUOTE_LIMIT:
        return text
    return f"{text[:QUOTE_LIMIT]}\n… ({len(text):,} characters in all; the call log has the rest)"
