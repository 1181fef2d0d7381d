"""The statistics page: choose a stretch of time, and see what was used in it."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget
from textual.worker import Worker

from tui.core.errors import StoreError
from tui.core.ports import Archive
from tui.ui.dialogs.dialog import Dialog
from tui.ui.history.words import failure
from tui.ui.key_bar import KeyBar
from tui.ui.one_line import OneLine, Part
from tui.ui.statistics.report import report
from tui.ui.theme import MUTED
from tui.ui.typed import app_of
from tui.ui.working import tell_screen

SPANS: Sequence[tuple[str, int]] = (("today", 1), ("7 days", 7), ("30 days", 30), ("all", 0))
"""What each stretch of time is called, and its days; 0 for ever."""


class SpanBar(OneLine):
    """The stretches of time; a click chooses one."""

    GAP = 3

    chosen: reactive[int] = reactive(1)

    def parts(self) -> Sequence[Part]:
        """The heading, then each stretch, the chosen one underlined."""
        spans = [
            Part(
                Content(words).stylize("bold underline $accent" if index == self.chosen else MUTED),
                lambda index=index: self._choose(index),
            )
            for index, (words, _) in enumerate(SPANS)
        ]
        return [Part(Content("Statistics").stylize("bold")), *spans]

    def _choose(self, index: int) -> None:
        self.chosen = index


class Report(Widget):
    """Draws what `write` makes of a width in cells."""

    DEFAULT_CSS = "Report { height: auto; }"

    def __init__(self) -> None:
        super().__init__()
        self._write: Callable[[int], Content] = lambda _width: Content()

    def show(self, write: Callable[[int], Content]) -> None:
        """Draw this from now on."""
        self._write = write
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are at this width, where long ones wrap."""
        return self._write(width).get_height({}, width)

    def render(self) -> Content:
        """The report at the width there is."""
        return self._write(self.content_size.width)


class StatisticsScreen(Dialog[None]):
    """Left and right choose the stretch of time, up and down scroll, Esc closes."""

    DEFAULT_CSS = """
    StatisticsScreen {
        /* The status line below stays in sight: it tells at every moment who answers. */
        & > Vertical { width: 100%; height: 1fr; margin-bottom: 2; background: $background; }
        SpanBar { height: 2; border-bottom: solid $rule; }
        VerticalScroll { height: 1fr; padding: 1 2 0 2; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "choose(-1)", "Shorter", key_display="←"),
        Binding("right,l", "choose(1)", "Longer", key_display="→"),
        Binding("escape,q", "dismiss", "Close", key_display="esc"),
    ]

    def __init__(self, archive: Archive, now: Callable[[], float]) -> None:
        super().__init__()
        self._archive = archive
        self._now = now

    def compose(self) -> ComposeResult:
        with Vertical():
            yield SpanBar()
            with VerticalScroll():
                yield Report()
            yield KeyBar()

    def on_mount(self) -> None:
        """Count at once, and again whenever another stretch is chosen."""
        self.query_one(VerticalScroll).focus()
        self.watch(self.query_one(SpanBar), "chosen", self._count_soon)

    def _count_soon(self) -> None:
        self.run_worker(
            self._count, group="statistics", description="count what was used", exclusive=True, exit_on_error=False
        )

    async def _count(self) -> None:
        first = self._first_day()
        since = datetime(first.year, first.month, first.day).timestamp() if first else None
        try:
            await self._archive.flush()
            counted = await self._archive.statistics(since)
        except StoreError as error:
            words = failure(error)
            self.query_one(Report).show(lambda _: words)
        else:
            last = self._today()
            self.query_one(Report).show(lambda width: report(counted, first=first, last=last, width=width))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What breaks off is told by the screen below."""
        tell_screen(app_of(self).screen_stack[0], event)

    def _today(self) -> date:
        return datetime.fromtimestamp(self._now()).date()

    def _first_day(self) -> date | None:
        days = SPANS[self.query_one(SpanBar).chosen][1]
        return self._today() - timedelta(days=days - 1) if days else None

    def action_choose(self, steps: int) -> None:
        """Choose a longer or a shorter stretch."""
        bar = self.query_one(SpanBar)
        bar.chosen = max(0, min(bar.chosen + steps, len(SPANS) - 1))
        self.query_one(VerticalScroll).scroll_home(animate=False)
