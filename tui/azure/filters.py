"""What the content filter says about prompt and answer, gathered over a stream: the worst of each category."""

from collections.abc import Mapping

from tui.azure.fields import items, line, mapping, text
from tui.core.events import FilteredText, FilterVerdict

_SEVERITIES = ("", "safe", "low", "medium", "high")
_CATEGORIES_LIMIT = 40


class Verdicts:
    """The verdicts so far. Shapes: `prompt_filter_results` and `content_filter_results` of chunks [Azure OpenAI content
    filtering], `content_filters` of the Responses API with `source_type` "prompt" or "completion".
    """

    def __init__(self) -> None:
        self._worst: dict[tuple[FilteredText, str], FilterVerdict] = {}
        self._last: Mapping[str, object] = {}

    def add_prompt_results(self, results: object) -> None:
        """The `prompt_filter_results` of a chunk."""
        for each in items(results):
            self._add("prompt", mapping(mapping(each).get("content_filter_results")))

    def add_answer_results(self, results: object) -> None:
        """The `content_filter_results` of a choice, which comes with every piece and is mostly the same."""
        found = mapping(results)
        if found and found != self._last:
            self._last = found
            self._add("answer", found)

    def add_response_filters(self, filters: object) -> None:
        """The `content_filters` of a response, or of a refusal."""
        for each in map(mapping, items(filters)):
            about: FilteredText = "prompt" if each.get("source_type") == "prompt" else "answer"
            self._add(about, mapping(each.get("content_filter_results")))

    def all(self) -> tuple[FilterVerdict, ...]:
        """Every category's worst verdict, in the order in which they came."""
        return tuple(self._worst.values())

    def _add(self, about: FilteredText, results: Mapping[str, object]) -> None:
        for name, value in results.items():
            found = mapping(value)
            key = about, line(name)
            if not {"filtered", "severity", "detected"} & found.keys():
                continue  # an error of the filter itself, not a verdict
            before = self._worst.get(key, FilterVerdict(*key))
            if key in self._worst or len(self._worst) < _CATEGORIES_LIMIT:
                self._worst[key] = _worse(before, found)


def _worse(before: FilterVerdict, found: Mapping[str, object]) -> FilterVerdict:
    severity = text(found.get("severity"))
    known = severity if severity in _SEVERITIES else ""
    return FilterVerdict(
        before.about,
        before.category,
        max(before.severity, known, key=_SEVERITIES.index),
        filtered=before.filtered or found.get("filtered") is True,
        detected=before.detected or found.get("detected") is True,
    )
