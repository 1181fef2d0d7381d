"""What is known of one call, and the words for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from tui.core.events import Caller, Json
from tui.core.text import reveal
from tui.ui.glyphs import CallState

PRETTY_CHARACTERS = 256 * 1024
"""Longer results are shown as they are; laying out JSON takes its time."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call as its events told. Times are seconds since the epoch; None: not known (yet).

    `asked_arguments` is the model's text, until the call starts; `raw_arguments` is set when that is no JSON object.
    """

    call_id: str
    turn: int
    name: str
    state: CallState
    server: str = ""
    by: Caller = "model"
    asked_arguments: str = ""
    arguments: Mapping[str, Json] = field(default_factory=dict[str, Json])
    raw_arguments: str = ""
    text: str = ""
    structured: Json = None
    started_at: float | None = None
    finished_at: float | None = None
    seconds: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in {"asked", "running"}

    def arguments_text(self) -> str:
        """The arguments as JSON over several lines, or the model's text where it is none."""
        if self.raw_arguments or not self.arguments:
            raw = self.raw_arguments or self.asked_arguments
            return pretty(raw) if raw else "{}"
        return json.dumps(self.arguments, indent=2, ensure_ascii=False)


def pretty(text: str) -> str:
    """JSON laid out over several lines; any other text as it is."""
    if len(text) > PRETTY_CHARACTERS or not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def brief(value: Json) -> str:
    """A value on one line; text stands without quotes where it cannot be taken for something else."""
    if not isinstance(value, str):
        return reveal(json.dumps(value, ensure_ascii=False))
    is_plain = bool(value) and " " not in value and "\n" not in value and "\t" not in value and not _is_json(value)
    return reveal(value if is_plain else json.dumps(value, ensure_ascii=False))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
