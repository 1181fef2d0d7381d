"""How a run went: a spinner and the time while it runs, then a glyph, a word, the duration and the result's head."""

import json
from collections.abc import Callable, Sequence
from time import monotonic

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from tui.core.events import Json
from tui.core.ports import ToolOutcome
from tui.core.text import sanitize
from tui.ui.figures import duration
from tui.ui.glyphs import SPINNER_FRAMES, SPINNER_INTERVAL
from tui.ui.theme import MUTED
from tui.ui.tools.json_view import json_text
from tui.ui.tools.words import outcome_sign

MOST_LINES = 2_000
MOST_CHARACTERS = 60_000
_LONGEST_PARSED = 1_000_000
_PART_LINES = 100  # only the parts in sight are rendered


class ResultView(Vertical):
    """Shows one run; its text is selectable and scrolls with the keys when focused."""

    DEFAULT_CSS = """
    ResultView {
        #status { height: 1; }
        #result { height: 1fr; padding: 1 0 0 0; }
        #result Static { width: 1fr; height: auto; }
        #note { height: auto; color: $text-muted; display: none; }
    }
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._started = 0.0
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """One line of status above the result, and a note if it is cut."""
        yield Static(id="status", markup=False)
        yield VerticalScroll(id="result")
        yield Static(id="note", markup=False)

    @property
    def seconds(self) -> float:
        """The time since `start`."""
        return self._clock() - self._started

    def start(self) -> None:
        """A run begins: the time ticks."""
        self._started = self._clock()
        self._set_text((), "")
        self._stop_ticking()
        self._timer = self.set_interval(SPINNER_INTERVAL, self._tick)
        self._tick()

    def finish(self, outcome: ToolOutcome, hint: str = "") -> None:
        """The run is over; `hint` says what to do about a failure."""
        self._stop_ticking()
        spent = duration(self.seconds)
        status = Content.assemble(outcome_sign(outcome.status), (f"  {spent}", MUTED))
        self.query_one("#status", Static).update(status)
        text, note = result_content(outcome)
        self._set_text([*text, Content.styled(sanitize(hint), MUTED)] if hint else text, note)
        self.query_one("#result").scroll_home(animate=False)

    def _tick(self) -> None:
        frame = SPINNER_FRAMES[int(self.seconds / SPINNER_INTERVAL) % len(SPINNER_FRAMES)]
        spent = duration(self.seconds) if self.seconds >= 1 else f"{self.seconds:.1f} s"
        status = Content.assemble((frame, "$accent"), f" running  {spent}", ("  esc stops it", MUTED))
        self.query_one("#status", Static).update(status)

    def _stop_ticking(self) -> None:
        if self._timer:
            self._timer.stop()
            self._timer = None

    def _set_text(self, text: Sequence[Content], note: str) -> None:
        result = self.query_one("#result")
        result.remove_children()
        result.mount_all(Static(part) for part in text)
        note_line = self.query_one("#note", Static)
        note_line.update(Content(note))
        note_line.display = bool(note)


def result_content(outcome: ToolOutcome) -> tuple[list[Content], str]:
    """The head of a result in parts of some lines, JSON pretty, errors red; and a note if there is more of it."""
    pretty = _pretty_json(outcome)
    head, note = _head(outcome.text if pretty is None else pretty)
    head = sanitize(head)
    if not head.strip():
        return [Content.styled("The result is empty.", MUTED)], note
    lines = head.split("\n")
    parts = ["\n".join(lines[start : start + _PART_LINES]) for start in range(0, len(lines), _PART_LINES)]
    if outcome.status not in ("ok", "cancelled"):
        return [Content.styled(part, "$error") for part in parts], note
    return [Content(part) if pretty is None else json_text(part) for part in parts], note


def _pretty_json(outcome: ToolOutcome) -> str | None:
    if outcome.status != "ok" or len(outcome.text) > _LONGEST_PARSED:
        return None
    value: Json = outcome.structured
    if outcome.text.strip():
        if outcome.text.lstrip()[0] not in "{[":
            return None
        try:
            value = json.loads(outcome.text)
        except (ValueError, RecursionError):
            return None
    return None if value is None else json.dumps(value, ensure_ascii=False, indent=2)


def _head(text: str) -> tuple[str, str]:
    lines = text.count("\n") + 1
    if lines <= MOST_LINES and len(text) <= MOST_CHARACTERS:
        return text, ""
    head = "\n".join(text[:MOST_CHARACTERS].split("\n", MOST_LINES)[:MOST_LINES])
    shown = head.count("\n") + 1
    return head, f"… {shown:,} of {lines:,} lines shown, {len(head):,} of {len(text):,} characters"
