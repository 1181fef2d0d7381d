"""What `tests.bench.screen` measures: the whole application, on a model that answers at full speed.

Its argument says what happens on Ctrl+T: `stream` (200 KB in pieces of 4 characters) or `open` (10,000 messages).
A line of its own says `◉`: ready; `▲`: under way; `■`, the worst stall in milliseconds and the seconds in all: done.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from time import perf_counter
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Static

from tests.fakes import FakeConnector, FakeExaminer, FakeHost, MemoryArchive, MemoryExporter
from tests.ui.transcript.samples import AT, answered, asked
from tui.core.events import Event, TurnEnded, Usage, UserSaid
from tui.core.models import Models
from tui.core.ports import AnswerEnd, AnswerPart, Message, SentTool, TextPart, ToolSpec
from tui.core.session import Session
from tui.ui.app import CallscopeApp
from tui.ui.gc_pauses import hold_garbage_collection

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


class FastModel:
    """Answers with `long_answer`, a piece at every turn of the event loop."""

    label = "fast"
    offline = False

    async def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSpec], *, may_call: bool = True
    ) -> AsyncGenerator[AnswerPart]:
        text = long_answer()
        for position in range(0, len(text), DELTA_CHARACTERS):
            yield TextPart(text[position : position + DELTA_CHARACTERS])
            await asyncio.sleep(0)
        yield AnswerEnd((), "stop", "fast", Usage(10, len(text) // 4))

    def sent_tools(self, tools: Sequence[ToolSpec]) -> Sequence[SentTool]:
        return []

    async def aclose(self) -> None:
        pass


class BenchApp(CallscopeApp):
    """Does one thing on Ctrl+T and keeps an eye on the event loop."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+t", "begin", priority=True)]

    def __init__(self, what: str) -> None:
        archive = MemoryArchive()
        if what == "open":
            archive.conversations["bench"] = list(long_conversation())
        self._session = Session(models=Models.only(FastModel()), host=FakeHost(), archive=archive)
        super().__init__(
            self._open_session,
            examples=(),
            exporter=MemoryExporter(),
            connector=FakeConnector,
            examiner=FakeExaminer,
            model_label="fast",
            offline=False,
        )
        self._what = what
        self._worst_stall = 0.0
        self._sign = Static(markup=False)

    async def _open_session(self) -> Session:
        await self._main_screen.mount(self._sign)
        self.set_timer(0.7, lambda: self._say("◉"))
        return self._session

    def _say(self, text: str) -> None:
        self._sign.update(text, layout=False)

    def action_begin(self) -> None:
        """Begin what is to be measured."""
        work = self._session.open("bench") if self._what == "open" else self._stream()
        self.run_worker(work, group="bench", description="measured")

    async def _stream(self) -> None:
        watch = asyncio.create_task(self._watch_stalls())
        self._say("▲")
        start = perf_counter()
        await self._session.send("Go")
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
    hold_garbage_collection()
    BenchApp(sys.argv[1]).run()
