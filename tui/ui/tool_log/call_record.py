"""What is known of one call, and the words for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from tui.core.events import Approval, Caller, Image, Json, ToolFinished
from tui.core.text import reveal
from tui.ui.glyphs import CallState

PRETTY_CHARACTERS = 256 * 1024
"""Longer results are shown as they are; laying out JSON takes its time."""

BRIEF_CHARACTERS = 1000
"""On a card, no more of a value is looked at: three rows show less."""


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
    images: tuple[Image, ...] = ()
    approval: Approval = Approval()

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in {"asked", "waiting", "running"}

    def finished(self, event: ToolFinished) -> "CallRecord":
        """The call with its end."""
        # `dataclasses.replace` takes five times as long, and thousands of calls are reopened at once.
        return CallRecord(
            self.call_id,
            self.turn,
            self.name,
            event.status,
            self.server,
            self.by,
            self.asked_arguments,
            self.arguments,
            self.raw_arguments,
            event.text,
            event.structured,
            self.started_at,
            event.at,
            event.seconds,
            event.images,
            self.approval,
        )

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
    """A value on one line, cut where it is very long; text has quotes where it could be taken for something else."""
    if not isinstance(value, str):
        return _cut(json.dumps(value, ensure_ascii=False))
    is_plain = 0 < len(value) <= BRIEF_CHARACTERS and not set(value) & set(" \n\t") and not _is_json(value)
    return _cut(value if is_plain else json.dumps(value[: BRIEF_CHARACTERS + 1], ensure_ascii=False))


def _cut(text: str) -> str:
    return reveal(text[:BRIEF_CHARACTERS]) + ("…" if len(text) > BRIEF_CHARACTERS else "")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
