"""The application that `tests.bench.screen` measures: a transcript beside a text area, and a producer at full speed.

Its argument says what happens on Ctrl+T: `stream` (200 KB in pieces of 4 characters) or `open` (10,000 messages).
`●` on the status line: ready; `▲`: under way; `■` and the worst stall in milliseconds: done.
"""

import asyncio
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static, TextArea

from tests.ui.transcript.samples import AT, answered, asked
from tui.core.events import ConversationOpened, Event, TextDelta, TurnEnded, UserSaid
from tui.ui.gc_pauses import calm_garbage_collection
from tui.ui.transcript.transcript import Transcript

ANSWER_CHARACTERS = 200_000
DELTA_CHARACTERS = 4
MESSAGES = 10_000
LAST_WORDS = "Ω the last words"

_PARAGRAPH = """## Part {n}
A paragraph with **bold**, *italic* and `code`, long enough to take a row or two of the terminal it is drawn in, {n}.

- one thing about {n}
- another, with a [link](https://example.com/{n})
  - and a nested one

```python
def part_{n}(value: int) -> str:
    # explains itself
    return f"part {{value}}" + str({n})
```

| name | value |
|------|------:|
| part | {n} |

"""


def long_answer(characters: int = ANSWER_CHARACTERS) -> str:
    """Markdown of all kinds, of about this length."""
    text = ""
    number = 0
    while len(text) < characters:
        number += 1
        text += _PARAGRAPH.format(n=number)
    return text[:characters]


def long_conversation(messages: int = MESSAGES) -> Iterator[Event]:
    """Turns of two messages each; the last ends in `LAST_WORDS`."""
    for turn in range(1, messages // 2 + 1):
        text = f"Answer {turn}. " + "It has some **words** in it, and then some more. " * (turn % 9)
        text += LAST_WORDS if turn == messages // 2 else ""
        yield UserSaid(at=AT, turn=turn, text=f"Question {turn}: what about it, and how long is this line?")
        yield asked(turn)
        yield answered(turn, text)
        yield TurnEnded(at=AT, turn=turn, reason="done", seconds=1.0)


class BenchApp(App[None]):
    """Does one thing on Ctrl+T and keeps an eye on the event loop."""

    CSS = "TextArea { height: 5; } #status { height: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+t", "begin", priority=True)]

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what
        self._worst_stall = 0.0
        self._conversation: tuple[Event, ...] = ()

    def compose(self) -> ComposeResult:
        """A transcript, a place to type, a status line."""
        yield Transcript()
        yield TextArea()
        yield Static("", id="status")

    def on_mount(self) -> None:
        """Get ready, and say so."""
        self.query_one(TextArea).focus()
        if self._what == "open":
            self._conversation = tuple(long_conversation())
        self.set_timer(0.5, self._get_ready)

    def _get_ready(self) -> None:
        calm_garbage_collection()
        self._say("●")

    def _say(self, text: str) -> None:
        self.query_one("#status", Static).update(text, layout=False)

    def action_begin(self) -> None:
        """Begin what is to be measured."""
        if self._what == "open":
            opened = ConversationOpened(at=AT, conversation_id="bench", events=self._conversation)
            self.query_one(Transcript).show(opened)
        else:
            self.run_worker(self._stream(), group="bench", description="streams an answer")

    async def _stream(self) -> None:
        transcript, text = self.query_one(Transcript), long_answer()
        watch = asyncio.create_task(self._watch_stalls())
        self._say("▲")
        transcript.show(UserSaid(at=AT, turn=1, text="Go"))
        transcript.show(asked(1))
        start = perf_counter()
        for position in range(0, len(text), DELTA_CHARACTERS):
            delta = text[position : position + DELTA_CHARACTERS]
            transcript.show(TextDelta(at=AT, turn=1, round=1, text=delta))
            await asyncio.sleep(0)
        transcript.show(answered(1, text))
        transcript.show(TurnEnded(at=AT, turn=1, reason="done", seconds=1.0))
        seconds = perf_counter() - start
        watch.cancel()
        self._say(f"■ {self._worst_stall * 1000:.1f} {seconds:.2f} .")

    async def _watch_stalls(self) -> None:
        before = perf_counter()
        while True:
            await asyncio.sleep(0)
            now = perf_counter()
            self._worst_stall = max(self._worst_stall, now - before)
            before = now


if __name__ == "__main__":
    BenchApp(sys.argv[1]).run()
