"""The plan while a message is being read, and what its references to results and files mean."""

import re
from dataclasses import replace

from tui.azure.planner.fit import file_in, kind_of
from tui.azure.planner.request import Conversation, Result
from tui.azure.planner.results import line_text, value_text
from tui.azure.planner.steps import Item, Kind, Ref, Remark, RemarkKind, Slot, Step

_ONE = re.compile(
    r"(?:that|it|this|(?:the|that|this|your|my)?\s*(?:(?:final|last|previous|latest|same|above|current)\s+)*"
    r"(?:result|answer|value|number|output|sum|product|total|outcome|response))(?:\s+of\s+(?:that|it|this))?\Z",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"(?:both|all|them|these|those|everything|(?:both|all|the|these|those)(?:\s+(?:of|the|them|these|two|three))*"
    r"\s*(?:results|answers|values|numbers|outputs|of them|of these)?)\Z",
    re.IGNORECASE,
)


class Draft:
    """The steps and remarks so far; knows the conversation that references reach back into."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.items: list[Item] = []

    def remark(self, kind: RemarkKind, about: str = "") -> None:
        """Something to say; the same thing is said once."""
        remark = Remark(kind, about)
        if remark not in self.items:
            self.items.append(remark)

    def add(self, step: Step) -> int:
        """One more step; its number. Steps about one file keep their order."""
        file = step.slots.get("file")
        same_file = (n for n, other in self._steps() if file and other.slots.get("file") == file)
        self.items.append(replace(step, after=tuple(same_file)))
        return len(self.items) - 1

    def results_since(self, start: int) -> Ref | None:
        """The results of the steps from number `start` on; None when there are none."""
        added = tuple(n for n, step in self._steps() if n >= start and not step.partial)
        return Ref(added) if added else None

    def last_of(self, *kinds: Kind) -> tuple[int, ...]:
        """The steps of these kinds so far that have a result to speak of."""
        return tuple(n for n, step in self._steps() if step.kind in kinds and not step.partial)

    def earlier(self, kind: Kind) -> Result | None:
        """The last good result of a kind in earlier turns."""
        return next((r for r in reversed(self._earlier_results()) if kind_of(r.tool) == kind), None)

    def last_file(self) -> str:
        """The file that was spoken of last, in this message or before; empty when none was."""
        for item in reversed(self.items):
            file = item.slots.get("file") if isinstance(item, Step) else item.kind == "which_content" and item.about
            if isinstance(file, str):
                return file
        named = (file_in(result.arguments) for result in reversed(self.conversation.earlier_results))
        return next((file for file in named if file), "")

    def files(self) -> list[str]:
        """The files of this message, or, when it has none, of the last two calls about files."""
        here = [file for _, step in self._steps() if isinstance(file := step.slots.get("file"), str)]
        before = [file for result in self.conversation.earlier_results if (file := file_in(result.arguments))]
        return list(dict.fromkeys(here or before[-2:]))

    def last_value(self) -> Slot:
        """The result before, for arithmetic: of this message, or of the conversation; None when there is none."""
        if numbers := self.last_of("calculate") or self.last_of("read", "tool"):
            return Ref(numbers[-1:])
        return self._earlier_value()

    def referenced(self, words: str) -> Slot:
        """What words like "that", "the final result" or "both results" stand for; None when they are no reference."""
        words = " ".join(words.split())
        steps = tuple(n for n, step in self._steps() if step.kind != "save" and not step.partial)
        if _ONE.match(words):
            return Ref(steps[-1:]) if steps else self._earlier_value()
        if _ALL.match(words):
            return Ref(steps) if steps else self._earlier_values(two="both" in words.lower())
        return None

    def is_reference(self, words: str) -> bool:
        """Whether the words mean a result, also when there is none."""
        words = " ".join(words.split())
        return bool(_ONE.match(words) or _ALL.match(words))

    def _steps(self) -> list[tuple[int, Step]]:
        return [(n, item) for n, item in enumerate(self.items) if isinstance(item, Step)]

    def _earlier_results(self) -> list[Result]:
        return [r for r in self.conversation.earlier_results if not r.failed and kind_of(r.tool) != "save"]

    def _earlier_value(self) -> str | None:
        results = self._earlier_results()
        return value_text(kind_of(results[-1].tool), results[-1].text) if results else None

    def _earlier_values(self, *, two: bool) -> str | None:
        """The results of the last turn that had any, or the last two there were, one to a line."""
        results = self._earlier_results()
        if not results:
            return None
        turn = next(turn for turn in reversed(self.conversation.turns[:-1]) if results[-1] in turn.results)
        chosen = results[-2:] if two else [result for result in results if result in turn.results]
        if len(chosen) == 1:
            return value_text(kind_of(chosen[0].tool), chosen[0].text)
        return "\n".join(line_text(kind_of(result.tool), result.text) for result in chosen)
